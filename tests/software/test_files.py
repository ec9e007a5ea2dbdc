"""The software files that come with mblint: as their schema says, with a source for everything."""

import json
from collections import Counter
from collections.abc import Iterator

import pytest
import yaml
from jsonschema import Draft202012Validator
from msgspec import structs

from mblint.shipped import rules_directory, schemas_directory
from mblint.software.conditions import Condition
from mblint.software.program import Program
from mblint.software.programs import read_programs
from mblint.software.sections import HEAD, SECTIONS
from mblint.software.versions import check_range

SCHEMA = json.loads((schemas_directory() / "software.schema.json").read_text(encoding="utf-8"))
PROGRAMS = read_programs(rules_directory() / "software")


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_the_schema_has_the_sections_and_fields_that_are_read() -> None:
    assert set(SCHEMA["properties"]) == {*HEAD, *SECTIONS, "examples"}
    for key, kind in SECTIONS.items():
        section = SCHEMA["$defs"][f"section-{key}"]
        while "$ref" in section:
            section = SCHEMA["$defs"][section["$ref"].rpartition("/")[2]]
        read = {field.encode_name for field in structs.fields(kind)} - {"hardware"}  # of a cost that the user gives
        assert set(section["properties"]) == read, key


@pytest.mark.parametrize("program", PROGRAMS.by_id.values(), ids=lambda program: program.id)
def test_a_file_is_as_the_schema_says(program: Program) -> None:
    with open(program.file, encoding="utf-8") as file:
        value = yaml.safe_load(file)
    errors = [f"{error.json_path}: {error.message}" for error in Draft202012Validator(SCHEMA).iter_errors(value)]
    assert errors == []
    assert list(value)[-1] == "examples" or "examples" not in value


@pytest.mark.parametrize("program", PROGRAMS.by_id.values(), ids=lambda program: program.id)
def test_what_is_read_is_what_stands_in_the_file(program: Program) -> None:
    with open(program.file, encoding="utf-8") as file:
        value = yaml.safe_load(file)
    assert {key: program.value(key) for key in program.parts} == value
    for key, kind in SECTIONS.items():
        rows = value.get(key, [])
        assert len(program.entries(kind)) == (len(rows) if isinstance(rows, list) else 1)


def test_no_image_belongs_to_two_programs() -> None:
    patterns = Counter(pattern for program in PROGRAMS.by_id.values() for pattern in program.images)
    assert [pattern for pattern, count in patterns.items() if count > 1] == []


@pytest.mark.parametrize("program", PROGRAMS.by_id.values(), ids=lambda program: program.id)
def test_ranges_and_conditions_can_be_read(program: Program) -> None:
    for kind in SECTIONS.values():
        for entry in program.entries(kind):
            ranges = getattr(entry, "versions", ())
            for text in (ranges,) if isinstance(ranges, str) else ranges:
                check_range(text)
            for name in ("when", "unless", "told_by", "single_unless", "unknown_when"):
                condition = getattr(entry, name, None)
                assert condition is None or all(_asks_one_thing(one) for one in _parts(condition))


def _parts(condition: Condition) -> Iterator[Condition]:
    yield condition
    for part in (*condition.all, *condition.any, *((condition.negated,) if condition.negated else ())):
        yield from _parts(part)


def _asks_one_thing(condition: Condition) -> bool:
    asked = (
        condition.runs is not None,
        condition.says is not None,
        condition.equals != (),
        condition.set is not None,
        condition.matches is not None,
        condition.same != (),
        condition.holds != (),
        bool(condition.all),
        bool(condition.any),
        condition.negated is not None,
    )
    return sum(asked) == 1

"""Writes what mblint says of objects beside what the API server's own code says.

`objects.py ORACLE [FOLDER…]` takes the objects of all rules' examples, those in the YAML files of the folders, and a
valid object of each kind with one value after the other changed, asks the built oracle (`main.go`) about them all, and
prints what mblint calls invalid and the API server takes (nothing, one hopes), and what the API server refuses and
mblint does not, by field. The oracle's answers about the changed objects go to tests/fixtures/validation/answers.json,
which the tests compare with.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from msgspec import Struct

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests" / "support"))

from changed_objects import FIXTURES, Changed, Object, changed_objects, dotted, flaws

from mblint.manifests.read import read_text

ROOT = Path(__file__).resolve().parents[2]
BATCH = 500
UNASKED = "unasked"


class Case(Struct, frozen=True):
    """`field`: the one that was changed in a valid object; empty for objects found elsewhere."""

    origin: str
    object: Object
    field: str = ""


def main() -> None:
    """Asks, compares, writes."""
    oracle, *folders = sys.argv[1:]
    changed = list(changed_objects())
    cases = [*examples(), *(case for folder in folders for case in found_in(Path(folder)))]
    cases += [Case(one.said, one.object, dotted(one.path)) for one in changed]
    answers = asked(oracle, [case.object for case in cases])
    false: list[str] = []
    silent: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    numbers: Counter[str] = Counter()
    for case, answer in zip(cases, answers, strict=True):
        if answer == UNASKED:
            numbers["not asked"] += 1
            continue
        said = flaws(case.object)
        numbers[f"{'refused' if answer else 'taken'}, {'invalid' if said else 'silent'}"] += 1
        if said and not answer:
            false.append(f"{case.origin}: {said[0]}")
        elif answer and not said:
            first = answer[0]
            field = case.field or "".join(part.partition("]")[2] or part for part in first["field"].split("["))
            about = f"{case.origin}: {first['field']}: {first['detail']}"
            silent[str(case.object.get("kind")), field, first["type"]].append(about)
    for line in false:
        print(f"taken by the API server, and invalid for mblint: {line}"[:400])
    for (kind, field, why), which in sorted(silent.items(), key=lambda one: (-len(one[1]), one[0])):
        print(f"{len(which):5} {kind} {field} ({why}), such as {which[0]}"[:260])
    print(", ".join(f"{number} {what}" for what, number in sorted(numbers.items())))
    write(changed, answers[len(cases) - len(changed) :])


def asked(oracle: str, objects: list[Object]) -> list[Any]:
    """The oracle's answers."""
    lines = "\n".join(json.dumps(objects[at : at + BATCH]) for at in range(0, len(objects), BATCH))
    done = subprocess.run([oracle], input=lines.encode(), stdout=subprocess.PIPE, check=True)
    return [answer for line in done.stdout.splitlines() for answer in json.loads(line)]


# ---------------------------------------------------------------- objects


def examples() -> Iterator[Case]:
    """The objects of all rules' examples."""
    for file in sorted((ROOT / "rules").rglob("*.yaml")):
        rule = yaml.safe_load(file.read_text("utf-8"))
        for sort in (rule.get("examples") or {}).values() if isinstance(rule, dict) else ():
            for name, example in sort.items():
                for text in texts(example):
                    yield from objects_in(text, f"{file.stem} {name}")


def texts(example: Any) -> Iterator[str]:
    """Every text of an example that has objects."""
    if isinstance(example, str):
        if "apiVersion:" in example:
            yield example
    elif isinstance(example, dict | list):
        for inner in example.values() if isinstance(example, dict) else example:
            yield from texts(inner)


def found_in(folder: Path) -> Iterator[Case]:
    """The objects of a folder's files, each once."""
    seen: set[str] = set()
    for file in sorted(folder.rglob("*.yaml")):
        if "apiVersion:" in (text := file.read_text("utf-8", "replace")):
            for case in objects_in(text, file.name):
                key = json.dumps(case.object, sort_keys=True)
                if key not in seen:
                    seen.add(key)
                    yield case


def objects_in(text: str, origin: str) -> Iterator[Case]:
    """The objects of a text, as mblint reads them."""
    for document in read_text(text).documents:
        value = document.value
        for one in value.get("items") or [] if isinstance(value, dict) and value.get("kind") == "List" else [value]:
            if isinstance(one, dict) and "kind" in one and "apiVersion" in one:
                yield Case(f"{origin}: {one['kind']}", one)


def write(changed: list[Changed], answers: list[Any]) -> None:
    """For each valid object, by the path of a change, the values that are refused: d where they cannot be decoded."""
    table: dict[str, str] = {}
    for one, answer in zip(changed, answers, strict=True):
        mark = "." if not answer else "d" if answer[0]["type"] == "decode" else "r"
        key = f"{one.number} {json.dumps(one.path)}"
        table[key] = table.get(key, "") + mark
    rows = ",\n".join(f"{json.dumps(key)}: {json.dumps(marks)}" for key, marks in table.items())
    (FIXTURES / "answers.json").write_text(f"{{\n{rows}\n}}\n", "utf-8")


if __name__ == "__main__":
    main()

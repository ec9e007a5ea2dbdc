"""The tables that settings are read with, and their schemas."""

import json

import jsonschema
import pytest
import yaml

from mblint.settings.client_table import client_rows, clients
from mblint.settings.role_table import role_row, words_of
from mblint.settings.tables import Row, as_texts, load_table
from mblint.shipped import rules_directory, schemas_directory
from mblint.software.programs import shipped_programs


@pytest.mark.parametrize("name", ["roles", "clients", "truth"])
def test_a_table_is_what_its_schema_says(name: str) -> None:
    table = yaml.safe_load((rules_directory() / "tables" / f"{name}.yaml").read_text())
    schema = json.loads((schemas_directory() / f"table-{name}.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(table)


def test_a_program_stands_in_one_row() -> None:
    programs = [program for row in client_rows(shipped_programs()) for program in as_texts(row, "programs")]
    assert len(programs) == len(set(programs)) == len(clients(shipped_programs()))


@pytest.mark.parametrize("name", ["REDIS_URL", "redis.url", "redisUrl", "--redis-url", "RedisURL", "redis[0].url"])
def test_a_name_is_read_as_words(name: str) -> None:
    assert words_of(name) == ("redis", "url")


def test_phrases_of_the_table_are_words_as_names_have_them() -> None:
    for row in load_table("roles", "rows"):
        for place in ("is", "starts", "ends", "holds"):
            for phrase in as_texts(row, place):
                assert words_of(phrase) == tuple(phrase.split(" ")), phrase


def test_the_first_row_decides() -> None:
    public, api = role_row("NEXT_PUBLIC_API_URL", "", ""), role_row("API_URL", "", "")
    assert public is not None
    assert api is not None
    assert public.number < api.number


NEUTRAL = {"is": "{}", "starts": "{}_x", "ends": "x_{}", "holds": "x_{}_x"}


def names_for(place: str, phrase: str, row: Row) -> list[str]:
    """Names in which nothing but the phrase, where it must stand, and a word that its row asks for, says anything."""
    words = as_texts(row, "with")
    if place == "ends" and words:
        return [f"x_{word}_{phrase}" for word in words]
    plain = ("--" if row.get("flag") else "") + NEUTRAL[place].format(phrase)
    return [f"{plain}_{word}_x" for word in words] or [plain]


def test_no_phrase_is_hidden_by_an_earlier_row() -> None:
    hidden = []
    for number, row in enumerate(load_table("roles", "rows")):
        image, file = (as_texts(row, field)[:1] or ("",) for field in ("image", "file"))
        for place in NEUTRAL:
            for phrase in as_texts(row, place):
                found = [role_row(name, image[0], file[0]) for name in names_for(place, phrase, row)]
                if number not in {each.number for each in found if each is not None}:
                    hidden.append(f"row {number}: {place} {phrase}")
    assert hidden == []

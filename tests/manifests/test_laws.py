"""What must hold for every input: values survive any style of writing, places lead back, nothing ever raises."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from mblint.manifests.compose import compose
from mblint.manifests.documents import Document, KeyPath, Location, Place, Value
from mblint.manifests.events import BrokenYaml
from mblint.manifests.locate import locate
from mblint.manifests.read import read_text

# Characters that YAML can hold; its own line breaks (NEL, LS, PS) are written escaped or folded by the emitter.
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t", exclude_characters="\ufeff"))
WORDS = st.sampled_from(
    ["yes", "n", "1e3", "0o17", "017", "22:22", "~", "null", "1_000", ".5", "=", "<<", "2001-12-14"]
)
SCALARS = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | TEXTS | WORDS
VALUES: st.SearchStrategy[Value] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS | WORDS, inner, max_size=4),
    max_leaves=20,
)
STYLES = st.fixed_dictionaries(
    {
        "default_flow_style": st.sampled_from([True, False, None]),
        "default_style": st.sampled_from(["'", '"', "|", ">"]),  # strings; plain is another library's own table
        "indent": st.integers(2, 6),
        "width": st.sampled_from([20, 80, 10_000]),
        "allow_unicode": st.booleans(),
        "explicit_start": st.booleans(),
        "explicit_end": st.booleans(),
        "line_break": st.sampled_from(["\n", "\r\n"]),
    }
)
# Anything, but more often something that looks like YAML.
SOUP = st.lists(
    st.sampled_from("ab:-[]{}'\"\\|!@`~\t\r\n\u2028\x85\ufeff\x00é😀1")
    | st.sampled_from([": ", "- ", "\n  ", "\n---\n", "\n...\n", ", ", "|+2", ">-", "# ", "&x ", "*x", "<<: ", "? "])
    | st.sampled_from(["!!int ", "%YAML 1.1", "0x", "  ", '{"a": [1]}', "\\ud83d", "// ", "# Source: a"]),
    max_size=40,
).map("".join)


class Emitter(yaml.SafeDumper):
    """Writes every string in the style asked for, everything else plain."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _represent_plain(tag: str, write: object) -> object:
    return lambda dumper, value: dumper.represent_scalar(tag, write(value), style="")  # type: ignore[operator]


Emitter.add_representer(int, _represent_plain("tag:yaml.org,2002:int", str))  # type: ignore[arg-type]
Emitter.add_representer(bool, _represent_plain("tag:yaml.org,2002:bool", lambda value: str(value).lower()))  # type: ignore[arg-type]
Emitter.add_representer(type(None), _represent_plain("tag:yaml.org,2002:null", lambda _: "null"))  # type: ignore[arg-type]


def dump(value: Value, style: dict[str, object]) -> str:
    written = yaml.dump(value, Dumper=Emitter, **style)  # type: ignore[call-overload]
    assert isinstance(written, str)
    return written


def read_one(text: str) -> Document:
    manifests = read_text(text)
    assert manifests.errors == ()
    (document,) = manifests.documents
    return document


def every(value: Value, path: KeyPath = ()) -> Iterator[tuple[KeyPath, Value]]:
    yield path, value
    if isinstance(value, dict):
        for key, element in value.items():
            yield from every(element, (*path, key))
    elif isinstance(value, list):
        for index, element in enumerate(value):
            yield from every(element, (*path, index))


def index(text: str, line: int, column: int) -> int:
    lines = text.split("\n")
    return sum(len(one) + 1 for one in lines[: line - 1]) + column - 1


def section(text: str, location: Location) -> str:
    start = index(text, location.line, location.column)
    return text[start : index(text, location.end_line, location.end_column)]


@given(VALUES, STYLES)
def test_whatever_another_library_writes_reads_back(value: Value, style: dict[str, object]) -> None:
    assume(value is not None)
    assert read_one(dump(value, style)).value == value


@given(VALUES)
def test_json_reads_back(value: Value) -> None:
    for indent in (None, 2):
        for ascii_only in (True, False):
            text = json.dumps({"value": value}, indent=indent, ensure_ascii=ascii_only)
            assert read_one(text).value == {"value": value}


@given(VALUES, STYLES)
def test_a_location_holds_its_value_and_nothing_else(value: Value, style: dict[str, object]) -> None:
    assume(isinstance(value, dict | list))
    text = dump(value, style)
    document = read_one(text)
    for path, expected in every(document.value):
        location = locate(Place(document, path))
        found = section(text, location)
        assert found
        assert found.rstrip() == found or found.endswith(("\u2028", "\u2029", "\x85"))
        if isinstance(expected, str) and found[0] in "|>":
            continue  # a block scalar needs its own indentation to be read: the characters law covers it
        if isinstance(expected, str):
            assert compose(" " * (location.column - 1) + found).value == expected
        elif not isinstance(expected, dict | list):
            assert compose(found).value == expected


@given(VALUES, STYLES)
def test_an_exact_offset_leads_to_that_character(value: Value, style: dict[str, object]) -> None:
    text = dump({"value": value}, {**style, "default_style": "|", "default_flow_style": False})
    document = read_one(text)
    for path, expected in every(document.value):
        if not isinstance(expected, str) or section(text, locate(Place(document, path)))[0] != "|":
            continue
        for offset, character in enumerate(expected):
            if not character.isspace() and character.isprintable():
                location = locate(Place(document, path, offset))
                assert text[index(text, location.line, location.column)] == character


@given(st.lists(VALUES, max_size=5), STYLES)
def test_a_stream_reads_as_its_documents_do_alone(contents: list[Value], style: dict[str, object]) -> None:
    texts = [dump(value, {**style, "explicit_start": True}) for value in contents if value is not None]
    shift = 0
    together = iter(read_text("".join(texts)).documents)
    for text in texts:
        alone, here = read_one(text), next(together)
        assert here.value == alone.value
        assert here.first_line == alone.first_line + shift
        for path, _ in every(alone.value):
            expected, found = locate(Place(alone, path)), locate(Place(here, path))
            assert (found.line - shift, found.column) == (expected.line, expected.column)
            assert (found.end_line - shift, found.end_column) == (expected.end_line, expected.end_column)
        shift += text.count("\n")
    assert next(together, None) is None


@given(SOUP)
def test_line_breaks_do_not_change_values(text: str) -> None:
    assume("\r" not in text)
    plain, windows = read_text(text), read_text(text.replace("\n", "\r\n"))
    assert [repr(document.value) for document in plain.documents] == [repr(one.value) for one in windows.documents]
    assert [(error.line, error.message) for error in plain.errors] == [
        (error.line, error.message) for error in windows.errors
    ]


@given(SOUP | st.text() | st.binary())
def test_nothing_raises_and_every_place_can_be_located(text: str | bytes) -> None:
    manifests = read_text(text)
    for document in manifests.documents:
        for path, value in every(document.value):
            for offset in (None, 0, 7) if isinstance(value, str) else (None,):
                location = locate(Place(document, path, offset))
                assert (location.line, location.column) <= (location.end_line, location.end_column)
                assert location.line >= document.first_line
    for error in manifests.errors:
        assert error.message
        assert error.line is not None
        assert error.column is not None
        assert error.line >= 1
        assert error.column >= 1
    for note in manifests.notes:
        locate(note.place)


@pytest.mark.parametrize("text", ["a: 'b", "[a", "a: b: c"])
def test_composing_what_is_broken_says_so(text: str) -> None:
    with pytest.raises(BrokenYaml):
        compose(text)

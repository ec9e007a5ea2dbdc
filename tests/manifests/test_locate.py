"""Places to lines and columns: the text that a location leads to is the value at fault."""

from __future__ import annotations

import pytest

from mblint.manifests.documents import Document, KeyPath, Location, Place
from mblint.manifests.locate import locate, locate_all
from mblint.manifests.read import read_text

MANIFEST = """\
# Source: docs/templates/a.yaml
a: &anchor
  quoted: "quo te"   # comment
  nothing:
list:
- one
-
- b: |+
    first
      sécond line

    third

  c: >-
    folded
    text
- - deep
alias: *anchor
merged:
  <<: *anchor
  own: 'it''s'
flow: {a: [1, 2], "b": , c}
multi: plain
  text
tagged: !!str 5
anchored: &here
  key: value
sequence: !!seq
# a comment
- x
indented: |2
    two more
  x
escaped: "tab\\there"
empty: ~
block: >
  folded

twice: 1
twice: 2
"""


def document(text: str) -> Document:
    manifests = read_text(text)
    assert manifests.errors == ()
    return manifests.documents[-1]


def section(text: str, location: Location) -> str:
    """What stands between the two ends of a location."""
    lines = text.split("\n")
    chosen = lines[location.line - 1 : location.end_line]
    chosen[-1] = chosen[-1][: location.end_column - 1]
    chosen[0] = chosen[0][location.column - 1 :]
    return "\n".join(chosen)


VALUES: list[tuple[KeyPath, str]] = [
    (("a", "quoted"), '"quo te"'),
    (("list", 0), "one"),
    (("list", 1), "-"),
    (("list", 2, "b"), "|+\n    first\n      sécond line\n\n    third"),
    (("list", 2, "c"), ">-\n    folded\n    text"),
    (("list", 3), "- deep"),
    (("list", 3, 0), "deep"),
    (("alias",), "*anchor"),
    (("alias", "quoted"), "*anchor"),
    (("merged", "quoted"), "*anchor"),
    (("merged", "own"), "'it''s'"),
    (("merged",), "<<: *anchor\n  own: 'it''s'"),
    (("flow",), '{a: [1, 2], "b": , c}'),
    (("flow", "a"), "[1, 2]"),
    (("flow", "a", 1), "2"),
    (("flow", "b"), '"b"'),
    (("flow", "c"), "c"),
    (("multi",), "plain\n  text"),
    (("tagged",), "5"),
    (("anchored",), "key: value"),
    (("sequence",), "- x"),
    (("sequence", 0), "x"),
    (("twice",), "2"),
    (("block",), ">\n  folded"),
]
KEYS: list[tuple[KeyPath, str]] = [
    (("a", "missing"), "a"),
    (("a", "missing", 3, "further"), "a"),
    (("list", 2, "missing"), "b"),
    (("list", 9), "list"),
    (("list", 0, "missing"), "one"),
    (("missing",), "a"),
]


@pytest.mark.parametrize(("path", "expected"), VALUES + KEYS)
@pytest.mark.parametrize("prefix", ["", "---\n", "x: 1\n---\n", "\ufeff"])
@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_a_location_is_the_value(path: KeyPath, expected: str, prefix: str, line_break: str) -> None:
    text = prefix + MANIFEST
    location = locate(Place(document(text.replace("\n", line_break)), path))
    assert section(text.removeprefix("\ufeff"), location) == expected
    assert location.file == "-"
    assert location.source == "docs/templates/a.yaml"


CHARACTERS: list[tuple[KeyPath, str, str]] = [
    (("a", "quoted"), "te", "te"),
    (("list", 0), "ne", "ne"),
    (("list", 2, "b"), "first", "first"),
    (("list", 2, "b"), "cond", "cond"),
    (("list", 2, "b"), "third", "third"),
    (("indented",), "two", "two"),
    (("indented",), "x", "x"),
    (("flow", "a", 1), "2", "2"),
    (("tagged",), "5", "5"),
    (("list", 2, "c"), "text", "c"),
    (("merged", "own"), "s", "own"),
    (("escaped",), "here", "escaped"),
    (("multi",), "text", "multi"),
    (("alias", "quoted"), "te", "alias"),
]


@pytest.mark.parametrize(("path", "inside", "expected"), CHARACTERS)
@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_an_offset_leads_to_the_character_or_else_to_the_key(
    path: KeyPath, inside: str, expected: str, line_break: str
) -> None:
    read = document(MANIFEST.replace("\n", line_break))
    value = read.value
    for key in path:
        value = value[key]  # type: ignore[index,call-overload]
    offset = str(value).index(inside)
    assert section(MANIFEST, locate(Place(read, path, offset))) == expected


def test_the_column_counts_characters() -> None:
    text = '{"😀é": "x", "b": "\\ud83d\\ude00", "c": 1}'
    location = locate(Place(document(text), ("c",)))
    assert (location.line, location.column, location.end_column) == (1, text.index("1}") + 1, len(text))


def test_json_objects_in_a_row_have_true_columns() -> None:
    manifests = read_text('{"a": 1} {"b": {"c":\n2}}')
    assert locate(Place(manifests.documents[1], ("b",))).column == 16
    assert locate(Place(manifests.documents[1], ("b", "c"))) == Location("-", 2, 1, 2, 2, None)


def test_yaml_line_breaks_that_no_editor_counts_do_not_shift_lines() -> None:
    text = 'a: "x\u2028y\x85z"\nb: |\n  x\u2028  y\n  z\nc: 1\n'
    read = document(text)
    assert locate(Place(read, ("c",))) == Location("-", 5, 4, 5, 5, None)
    assert isinstance(read.value, dict)
    offset = str(read.value["b"]).index("z")
    assert locate(Place(read, ("b",), offset)) == Location("-", 4, 3, 4, 4, None)


def test_offsets_behind_the_end_stay_in_the_value() -> None:
    read = document("a: |\n  x\nb: 1\n")
    assert locate(Place(read, ("a",), 500)).line == 2
    assert locate(Place(document("a: xyz\n"), ("a",), 500)).end_column == 7


def test_a_document_that_is_a_scalar() -> None:
    assert locate(Place(document("--- text\n"))) == Location("-", 1, 5, 1, 9, None)


def test_the_first_of_several_merged_mappings_is_where_a_value_comes_from() -> None:
    text = "x: &x {k: 1}\ny: &y {k: 2, l: 3}\nz: {<<: [*x, *y, {l: 4, m: 5}]}\n"
    read = document(text)
    assert isinstance(read.value, dict)
    assert read.value["z"] == {"k": 1, "l": 3, "m": 5}
    assert section(text, locate(Place(read, ("z", "k")))) == "*x"
    assert section(text, locate(Place(read, ("z", "l")))) == "*y"
    assert section(text, locate(Place(read, ("z", "m")))) == "5"


def test_many_places_are_where_each_of_them_is() -> None:
    documents = read_text("a: {b: 1}\nc: |\n  one\n  two\n---\nd: [x, y]\n").documents
    first, second = documents
    places = [Place(first, ("c",), 4), Place(second, ("d", 1)), Place(first, ("a", "b")), Place(second, ("d", 1))]
    assert locate_all(places) == {place: locate(place) for place in places}

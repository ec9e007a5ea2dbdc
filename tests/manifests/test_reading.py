"""Streams, files and directories: what comes out, and what is said of what cannot be read."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from mblint.manifests.documents import InputError
from mblint.manifests.read import read_paths, read_text


def values(text: str | bytes) -> list[object]:
    manifests = read_text(text)
    assert manifests.errors == ()
    return [document.value for document in manifests.documents]


def only_error(text: str | bytes) -> InputError:
    (error,) = read_text(text).errors
    return error


# ---------------------------------------------------------------- documents of a stream


@pytest.mark.parametrize(
    "text", ["", "\n\n", "---\n", "# comment\n---\n\n---\n# other\n", "null\n", "--- ~\n", "...\n"]
)
def test_nothing_is_no_document_and_no_error(text: str) -> None:
    assert values(text) == []


def test_documents_keep_their_first_line_and_their_own_text() -> None:
    manifests = read_text("a: 1\n---\nb: 2\n--- # three\n\nc: 3\n")
    assert [(document.first_line, document.text) for document in manifests.documents] == [
        (1, "a: 1\n"),
        (2, "---\nb: 2\n"),
        (4, "--- # three\n\nc: 3\n"),
    ]


def test_a_marker_is_a_line_of_its_own() -> None:
    assert values("a: |\n  ---\n  x\n---\nb: --- c\n---d: 1\n") == [{"a": "---\nx\n"}, {"b": "--- c", "---d": 1}]


def test_content_may_stand_behind_the_marker() -> None:
    assert values("--- {a: 1}\n--- |\n  x\n") == [{"a": 1}, "x\n"]


def test_directives_belong_to_the_document_that_follows() -> None:
    assert values("%YAML 1.1\n---\na: 1\n...\n%TAG !x! tag:x.example,2000:\n---\nb: !x!y 2\n") == [{"a": 1}, {"b": "2"}]


def test_a_document_after_an_end_marker_is_read_with_a_note() -> None:
    manifests = read_text("a: 1\n...\nb: 2\n---\nc: 3\n")
    assert [document.value for document in manifests.documents] == [{"a": 1}, {"b": 2}, {"c": 3}]
    (note,) = manifests.notes
    assert note.place.document is manifests.documents[1]
    assert "kubectl" in note.message


@pytest.mark.parametrize(
    ("text", "sources"),
    [
        ("---\n# Source: docs/templates/a.yaml\na: 1\n---\nb: 1\n", ["docs/templates/a.yaml", None]),
        ("---\r\n# Source: docs/templates/a.yaml\r\na: 1\r\n", ["docs/templates/a.yaml"]),
        ("# Source: a.yaml\n# Copyright\n\na: 1\n", ["a.yaml"]),
        ("---\n# Source: crds/a.yaml\n---\n# text\na: 1\n---\nb: 1\n", ["crds/a.yaml", None]),
        ("---\n# Source: a.yaml\n---\n# Source: b.yaml\nb: 1\n", ["b.yaml"]),
        ("---\na: |\n  # Source: no.yaml\n# Source: no.yaml\n", [None]),
    ],
)
def test_source_comments_belong_to_their_document(text: str, sources: list[str | None]) -> None:
    assert [document.source for document in read_text(text).documents] == sources


def test_a_key_that_stands_twice_is_noted_at_its_place() -> None:
    manifests = read_text("a:\n- b: 1\n  c: 2\n  b: 3\n")
    assert manifests.documents[0].value == {"a": [{"b": 3, "c": 2}]}
    (note,) = manifests.notes
    assert note.place.path == ("a", 0, "b")


# ---------------------------------------------------------------- encodings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_byte_order_marks(encoding: str) -> None:
    text = "a: é😀\n---\nb: 2\n"
    assert values(text.encode(encoding)) == [{"a": "é😀"}, {"b": 2}]


def test_a_byte_order_mark_within_a_stream_does_not_hide_the_marker() -> None:
    assert values("a: 1\n\ufeff---\nb: 2\n") == [{"a": 1}, {"b": 2}]


# ---------------------------------------------------------------- JSON


def test_json_as_json_even_where_yaml_differs() -> None:
    assert values('{"a": "\\ud83d\\ude00 \\/", "b":\t[1, 1.5, 1e3, true, null], "n": 18446744073709551616}') == [
        {"a": "😀 /", "b": [1, 1.5, 1000, True, None], "n": 18446744073709551616.0}
    ]


def test_json_objects_in_a_row() -> None:
    manifests = read_text('{"a": 1}\n{"b": 2} {"c": 3}\n')
    assert [(document.value, document.first_line) for document in manifests.documents] == [
        ({"a": 1}, 1),
        ({"b": 2}, 2),
        ({"c": 3}, 2),
    ]


def test_a_flow_mapping_that_is_no_json_is_yaml() -> None:
    assert values("{a: yes, 'b': 017}\n# end\n") == [{"a": True, "b": 15}]


def test_half_a_surrogate_pair_is_the_replacement_character() -> None:
    assert values('{"a": "\\ud83d x \\\\ud83d"}') == [{"a": "\ufffd x \\ud83d"}]


def test_json_repeated_keys_are_noted() -> None:
    manifests = read_text('{"a": [{"b": 1, "b": 2}]}')
    assert manifests.documents[0].value == {"a": [{"b": 2}]}
    assert [note.place.path for note in manifests.notes] == [("a", 0, "b")]


def test_a_truncated_json_object_keeps_those_before_it() -> None:
    manifests = read_text('{"a": 1}\n{"b": [')
    assert [document.value for document in manifests.documents] == [{"a": 1}]
    assert [error.line for error in manifests.errors] == [2]


# ---------------------------------------------------------------- broken documents


def test_a_broken_document_does_not_take_the_others_with_it() -> None:
    manifests = read_text("a: 1\n---\nb: {\n---\nc: 3\n---\n\nd: e: f\n---\ng: 4\n")
    assert [document.value for document in manifests.documents] == [{"a": 1}, {"c": 3}, {"g": 4}]
    assert [(error.line, error.column) for error in manifests.errors] == [(3, 4), (8, 5)]


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("a: 1\nb: 'open\n  more\n", 2, 4, "quote"),
        ('a: 1\nb: "open\n---\nc: 1\n', 2, 4, "quote"),
        ("a:\n  b: [1, 2\n", 2, 6, "bracket"),
        ("a:\n  b: [1,\n", 2, 6, "bracket"),
        ("a:\n  b: {c: [1], d\n", 2, 6, "bracket"),
        ("a: 1\r\nb: {c: 1,\r\n", 2, 4, "bracket"),
        ("a: 1\n\tb: 2\n", 2, 1, "tabs"),
        ("a:\n\tb: 2\n", 2, 1, "tabs"),
        ("a: @x\n", 1, 4, "quotes"),
        ("a: {b: *x}\n", 1, 8, "anchor"),
        ("a: &x [1, *x]\n", 1, 11, "inside"),
        ("a: \x07\n", 1, 4, "control character"),
        (b"a: 1\nb: \xc3\x28\n", 2, 4, "UTF-8"),
        ("a: .inf\n", 1, 4, "infinity"),
        ("a: !!int x\n", 1, 4, "int"),
        ("? {a: b}\n: c\n", 1, 3, "key"),
        ("a: 1\n~: 2\n", 2, 1, "null"),
        ("a: {<<: 5}\n", 1, 9, "merged"),
        ("a: 1\u2028--- \nb: 2\n", 1, 6, "second document"),
        ("a: 1\nb: {{ .Values.b }}\n", 2, 5, "helm template"),
    ],
)
def test_one_sentence_at_the_exact_place(text: str | bytes, line: int, column: int, words: str) -> None:
    error = only_error(text)
    assert (error.line, error.column) == (line, column)
    assert words in error.message
    assert "\n" not in error.message


@pytest.mark.parametrize(
    "text", ["password: *hunter2\n", "password: !hunter2!x y\n", "password: 'hunter2\n", "- !!int hunter2\n"]
)
def test_errors_never_repeat_what_they_found(text: str) -> None:
    assert "hunter2" not in only_error(text).message


def test_deep_nesting_is_an_error_and_not_a_crash() -> None:
    for text in ("[" * 100_000, "{a: " * 100_000, "- " * 100_000 + "x", '{"a":' * 100_000, "? " * 100_000):
        assert "deep" in only_error(text).message or "key" in only_error(text).message
    assert values("[" * 150 + "]" * 150) != []


def test_json_is_not_nested_deeper_than_yaml() -> None:
    assert "deep" in only_error('{"a": ' + "[" * 250 + "]" * 250 + "}").message


@pytest.mark.parametrize("levels", [5, 11])
def test_alias_bombs_are_an_error(levels: int) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, levels + 1)]
    error = only_error("\n".join(lines))
    assert "aliases" in error.message


def test_ordinary_use_of_aliases_is_no_bomb() -> None:
    text = "base: &base {a: 1, b: 2, c: 3}\n" + "".join(f"k{i}: *base\n" for i in range(2000))
    assert len(values(text)) == 1


# ---------------------------------------------------------------- files, directories, standard input


def test_directories_are_read_recursively_and_in_order(tmp_path: Path) -> None:
    for name in ("b.yaml", "a/z.yml", "a/y.json", ".git/hidden.yaml", ".hidden.yaml", "notes.txt", "a/.x/h.yaml"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f'{{"name": "{name}"}}')
    manifests = read_paths([str(tmp_path)])
    assert [document.value for document in manifests.documents] == [
        {"name": "a/y.json"},
        {"name": "a/z.yml"},
        {"name": "b.yaml"},
    ]
    assert manifests.documents[0].file == os.path.join(str(tmp_path), "a", "y.json")


def test_a_file_that_is_named_twice_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: 1\n")
    manifests = read_paths([str(tmp_path / "a.yaml"), str(tmp_path)])
    assert len(manifests.documents) == 1


def test_standard_input_stands_among_the_files(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: 1\n")
    manifests = read_paths(["-", str(tmp_path / "a.yaml")], io.BytesIO(b"b: 2\n"), linted=False)
    assert [(document.file, document.value) for document in manifests.documents] == [
        ("-", {"b": 2}),
        (str(tmp_path / "a.yaml"), {"a": 1}),
    ]
    assert not any(document.linted for document in manifests.documents)


def test_an_empty_pipe_is_no_error_here() -> None:
    manifests = read_paths(["-"], io.BytesIO(b""))
    assert manifests.documents == manifests.errors == ()


def test_what_cannot_be_read_is_said_and_the_rest_is_read(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.yaml").write_text("a: 1\n")
    missing = str(tmp_path / "missing.yaml")
    manifests = read_paths([missing, str(tmp_path / "empty"), "nul\0", str(tmp_path / "a.yaml")])
    assert [document.value for document in manifests.documents] == [{"a": 1}]
    assert [(error.file, error.line) for error in manifests.errors] == [
        (missing, None),
        (str(tmp_path / "empty"), None),
        ("nul\0", None),
    ]
    assert "no such file" in manifests.errors[0].message


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_permission_denied(tmp_path: Path) -> None:
    secret = tmp_path / "a.yaml"
    secret.write_text("a: 1\n")
    secret.chmod(0)
    (error,) = read_paths([str(secret)]).errors
    assert error.message == "permission denied"

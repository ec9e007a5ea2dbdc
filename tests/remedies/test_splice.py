"""Operations on text: the value is what RFC 6902 says, and nothing else of the text has changed."""

from __future__ import annotations

from textwrap import dedent

import pytest

from mblint.manifests.documents import KeyPath, Value
from mblint.manifests.read import read_text
from mblint.remedies.apply import patched
from mblint.remedies.edits import END, Operation
from mblint.remedies.splice import CannotWrite, spliced

WEB = dedent("""\
    # The shop's own.
    apiVersion: v1
    metadata:
      labels:
        app: 'web'   # who it is
        # below the last one
    spec:
      ports:
      - name: http  # plain
        port: 80
      quoted: "a b"
      empty:
      flow: {a: 1, b: [1, 2]}
      none: {}
      text: |
        [db]
        host = dbb
        port = 1
      after: x
""")


def lines_changed(before: str, after: str) -> tuple[list[str], list[str]]:
    old, new = before.splitlines(), after.splitlines()
    return [line for line in old if line not in new], [line for line in new if line not in old]


@pytest.mark.parametrize(
    ("op", "path", "value", "gone", "new"),
    [
        (
            *("replace", ("metadata", "labels", "app"), "shop"),
            *(["    app: 'web'   # who it is"], ["    app: 'shop'   # who it is"]),
        ),
        ("replace", ("spec", "ports", 0, "port"), 8080, ["    port: 80"], ["    port: 8080"]),
        ("replace", ("spec", "quoted"), "c", ['  quoted: "a b"'], ['  quoted: "c"']),
        ("replace", ("spec", "after"), "http://web:80/a, b", ["  after: x"], ["  after: http://web:80/a, b"]),
        ("replace", ("spec", "after"), "a #b", ["  after: x"], ['  after: "a #b"']),
        ("replace", ("spec", "after"), "8080", ["  after: x"], ['  after: "8080"']),
        (
            *("replace", ("spec", "flow", "a"), "http://web:80"),
            *(["  flow: {a: 1, b: [1, 2]}"], ["  flow: {a: http://web:80, b: [1, 2]}"]),
        ),
        (
            *("replace", ("spec", "flow", "b", 1), "a, b"),
            *(["  flow: {a: 1, b: [1, 2]}"], ['  flow: {a: 1, b: [1, "a, b"]}']),
        ),
        ("replace", ("spec", "after"), "yes", ["  after: x"], ['  after: "yes"']),
        ("add", ("spec", "empty"), {"a": "b"}, ["  empty:"], ["  empty: {a: b}"]),
        ("add", ("metadata", "labels", "tier"), "front", [], ["    tier: front"]),
        (
            *("add", ("spec", "ports", END), {"name": "admin", "port": 81}),
            *([], ["  - {name: admin, port: 81}"]),
        ),
        ("add", ("spec", "flow", "c"), "x y", ["  flow: {a: 1, b: [1, 2]}"], ['  flow: {a: 1, b: [1, 2], c: "x y"}']),
        ("add", ("spec", "flow", "b", END), 3, ["  flow: {a: 1, b: [1, 2]}"], ["  flow: {a: 1, b: [1, 2, 3]}"]),
        ("add", ("spec", "none", "a"), 1, ["  none: {}"], ["  none: {a: 1}"]),
        (
            *("replace", ("spec", "text"), "[db]\nhost = db\nport = 1\n"),
            *(["    host = dbb"], ["    host = db"]),
        ),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_only_what_changes_is_written(
    op: str, path: KeyPath, value: Value, gone: list[str], new: list[str], newline: str
) -> None:
    text = WEB.replace("\n", newline)
    after = spliced(text, Operation(op, path, value))
    assert read_text(after).documents[0].value == patched(
        read_text(text).documents[0].value, [Operation(op, path, value)]
    )
    assert lines_changed(text, after) == (gone, new)
    assert newline == "\n" or "\n" not in after.replace("\r\n", "")


@pytest.mark.parametrize(
    ("text", "path", "value"),
    [
        ("a: &x {b: 1}\nc: *x\n", ("c", "b"), 2),
        ("a: &x 1\nc: *x\n", ("c",), 2),
        ("a: >\n  folded\n  text\n", ("a",), "x"),
        ("a: {b: 1}\n", ("a",), "x"),
        ("a:\n  - 1\n", ("a", 3), "x"),
    ],
)
def test_what_has_no_sure_place_is_refused(text: str, path: KeyPath, value: Value) -> None:
    with pytest.raises(CannotWrite):
        spliced(text, Operation("replace", path, value))


def test_json_stays_json() -> None:
    text = '{\n  "spec": {\n    "replicas": 1,\n    "list": []\n  }\n}\n'
    after = spliced(text, Operation("add", ("spec", "a b"), {"c": True}))
    assert after == '{\n  "spec": {\n    "replicas": 1,\n    "list": [],\n    "a b": {"c": true}\n  }\n}\n'
    assert spliced(text, Operation("replace", ("spec", "replicas"), 2)) == text.replace("1", "2")

"""Edits as people read them: YAML that means the value, on lines that hold whatever the input says."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mblint.cluster.objects import ObjectId
from mblint.manifests.documents import Document, KeyPath, Place, Value
from mblint.remedies.edits import END, Change, Configure, Create, Operation
from mblint.remedies.flow import flow
from mblint.remedies.writing import block, shown

SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.text())
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12
)  # as JSON has them
WEB = ObjectId("shop", "Deployment", "web")
NOWHERE = Place(Document("-", "", 1, None, None, linted=True))


@given(VALUES)
def test_what_is_written_on_one_line_reads_back_as_it_was(value: Value) -> None:
    written = flow(value)
    assert written.isprintable()
    assert yaml.safe_load(written) == value


@given(VALUES)
def test_what_is_written_over_lines_reads_back_as_it_was(value: Value) -> None:
    lines = block(value)
    assert all(line.isprintable() for line in lines)
    assert yaml.safe_load("\n".join(lines)) == value


@pytest.mark.parametrize("word", ["yes", "Off", "null", "1e3", "0x10", "12:30", "010", "~", "=", "1.5", ".5", "5000m"])
def test_texts_that_yaml_reads_as_something_else_are_quoted(word: str) -> None:
    assert yaml.safe_load(f"a: {flow(word)}") == {"a": word}


def change(*operations: Operation) -> Change:
    return Change(WEB, NOWHERE, operations)


def test_what_goes_into_one_mapping_is_said_once() -> None:
    labels: KeyPath = ("spec", "template", "metadata", "labels")
    edits = (
        change(Operation("add", (*labels, "tier"), "web")),
        change(Operation("replace", (*labels, "app"), "shop", "shpo")),
    )
    assert shown(edits) == (
        "In Deployment web (namespace shop), in spec.template.metadata.labels:\n\n"
        "  tier: web\n"
        "  app: shop  # instead of shpo"
    )


def test_elements_of_lists_go_by_their_names() -> None:
    path: KeyPath = ("spec", "containers", 0)
    edit = change(
        Operation("test", (*path, "name"), "main"), Operation("add", (*path, "env", END), {"name": "A", "value": "1"})
    )
    assert shown((edit,)) == (
        'In Deployment web (namespace shop), add to spec.containers[main].env:\n\n  - {name: A, value: "1"}'
    )


def test_of_a_text_with_many_lines_those_are_shown_that_change() -> None:
    was, becomes = "[db]\nhost = dbb\nport = 1\n", "[db]\nhost = db\nport = 1\n"
    assert shown((change(Operation("replace", ("data", "app.ini"), becomes, was)),)) == (
        "In Deployment web (namespace shop), in data[app.ini]:\n\n  - host = dbb\n  + host = db"
    )


def test_new_objects_and_configuration() -> None:
    created = Create({"kind": "NetworkPolicy", "metadata": {"name": "a", "namespace": "b"}})
    configured = Configure({"cluster": {"external-services": ["a/b"]}})
    assert shown((created, configured)) == (
        "Add this object:\n\n  kind: NetworkPolicy\n  metadata: {name: a, namespace: b}\n\n"
        "In .mblint.yaml:\n\n  cluster: {external-services: [a/b]}"
    )


def test_names_of_the_input_make_no_lines_of_their_own() -> None:
    hostile = Change(
        ObjectId("a\n::error::b", "Kind\n", "x\ny"), NOWHERE, (Operation("add", ("a\nb", "c\nd"), "e\nf"),)
    )
    assert len(shown((hostile,)).splitlines()) == 3

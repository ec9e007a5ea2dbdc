"""Operations of RFC 6902, and what they refuse."""

from __future__ import annotations

import pytest

from mblint.cluster.objects import ObjectId
from mblint.manifests.documents import KeyPath, Value
from mblint.remedies.apply import CannotApply, apply, merged, patched
from mblint.remedies.edits import END, Configure, Create, Operation, pointer

OBJECT: Value = {"spec": {"ports": [{"name": "http", "port": 80}], "note": None}}


PORT: Value = {"name": "http", "port": 80}


@pytest.mark.parametrize(
    ("operation", "spec"),
    [
        (Operation("add", ("spec", "type"), "None"), {"ports": [PORT], "note": None, "type": "None"}),
        (Operation("add", ("spec", "note"), "x"), {"ports": [PORT], "note": "x"}),
        (Operation("add", ("spec", "ports", END), 1), {"ports": [PORT, 1], "note": None}),
        (Operation("add", ("spec", "ports", 0), 1), {"ports": [1, PORT], "note": None}),
        (Operation("replace", ("spec", "ports", 0, "port"), 1), {"ports": [{"name": "http", "port": 1}], "note": None}),
        (Operation("remove", ("spec", "note")), {"ports": [PORT]}),
        (Operation("test", ("spec", "ports", 0, "name"), "http"), {"ports": [PORT], "note": None}),
    ],
)
def test_an_operation_does_what_the_standard_says(operation: Operation, spec: Value) -> None:
    assert patched(OBJECT, [operation]) == {"spec": spec}


@pytest.mark.parametrize(
    ("operation", "path"),
    [
        ("replace", ("spec", "absent")),
        ("remove", ("spec", "absent")),
        ("test", ("spec", "ports", 0, "name")),
        ("add", ("absent", "below")),
        ("add", ("spec", "ports", 3)),
        ("replace", ("spec", "ports", END)),
        ("add", ("spec", "note", "below")),
        ("replace", ()),
    ],
)
def test_what_does_not_fit_is_refused(operation: str, path: KeyPath) -> None:
    with pytest.raises(CannotApply):
        patched(OBJECT, [Operation(operation, path, "x")])


def test_nothing_that_was_given_is_changed() -> None:
    before = repr(OBJECT)
    patched(OBJECT, [Operation("add", ("spec", "ports", END), 1)])
    assert repr(OBJECT) == before


def test_an_object_is_created_once_and_never_over_another() -> None:
    policy: dict[str, Value] = {"kind": "NetworkPolicy", "metadata": {"name": "web", "namespace": "shop"}}
    identity = ObjectId("shop", "NetworkPolicy", "web")
    assert apply([Create(policy), Create(policy)], {}) == {identity: policy}
    with pytest.raises(CannotApply):
        apply([Create(policy)], {identity: {"kind": "NetworkPolicy"}})


def test_configuration_is_merged_deeply_and_its_lists_are_appended_to() -> None:
    written: Value = {"cluster": {"domain": "cluster.local", "external-services": ["a/b"]}}
    edits = [Configure({"cluster": {"external-services": [name]}}) for name in ("a/b", "c/d")]
    assert merged(written, edits) == {"cluster": {"domain": "cluster.local", "external-services": ["a/b", "c/d"]}}


def test_keys_are_escaped_in_pointers() -> None:
    assert pointer(("metadata", "labels", "app.kubernetes.io/name", "a~b", 0)) == (
        "/metadata/labels/app.kubernetes.io~1name/a~0b/0"
    )

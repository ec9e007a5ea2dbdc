"""Typed reading: null is absent everywhere, and a wrong type is said with its place."""

from __future__ import annotations

import pytest

from mblint.manifests.nodes import Node, WrongType
from mblint.manifests.read import read_text


def node(text: str) -> Node:
    (document,) = read_text(text).documents
    return Node(document, (), document.value)


@pytest.mark.parametrize("text", ["{x: 1}", "{a: null}", "{a: }", "{a: {b: ~}}"])
def test_null_and_missing_are_the_same(text: str) -> None:
    absent = node(text).get("a").get("b")
    assert absent.absent
    assert absent.text() is absent.integer() is absent.boolean() is absent.integer_or_text() is None
    assert absent.text_map() == {}
    assert absent.texts() == ()
    assert list(absent.items()) == list(absent.entries()) == []
    assert absent.get("further").absent


def test_values_are_read_with_their_places() -> None:
    root = node(
        "spec: {replicas: 2, paused: false, ports: [{port: http}, {port: 1e3}], labels: {a: b, c: ~}, args: [x, ~]}"
    )
    spec = root.get("spec")
    assert spec.get("replicas").integer() == 2
    assert spec.get("paused").boolean() is False
    assert [port.get("port").integer_or_text() for port in spec.get("ports").items()] == ["http", 1000]
    assert [port.place.path for port in spec.get("ports").items()] == [("spec", "ports", 0), ("spec", "ports", 1)]
    assert spec.get("labels").text_map() == {"a": "b", "c": ""}
    assert spec.get("args").texts() == ("x", "")
    assert [(key, entry.path) for key, entry in spec.get("labels").entries()] == [
        ("a", ("spec", "labels", "a")),
        ("c", ("spec", "labels", "c")),
    ]


@pytest.mark.parametrize(
    ("text", "reader", "message"),
    [
        ("{spec: {a: '2'}}", "integer", "spec.a must be an integer, not a string"),
        ("{spec: {a: true}}", "integer", "spec.a must be an integer, not a boolean"),
        ("{spec: {a: 1.5}}", "integer", "spec.a must be an integer, not a number with a fraction"),
        ("{spec: {a: 2}}", "text", "spec.a must be a string, not an integer"),
        ("{spec: {a: yes}}", "text", "spec.a must be a string, not a boolean"),
        ("{spec: {a: [x]}}", "text", "spec.a must be a string, not a list"),
        ("{spec: {a: 'yes'}}", "boolean", "spec.a must be a boolean, not a string"),
        ("{spec: {a: true}}", "integer_or_text", "spec.a must be an integer or a string, not a boolean"),
        ("{spec: {a: {b: c}}}", "texts", "spec.a must be a list, not a mapping"),
        ("{spec: {a: [1]}}", "texts", "spec.a[0] must be a string, not an integer"),
        ("{spec: {a: [x]}}", "text_map", "spec.a must be a mapping, not a list"),
        ("{spec: {a: {b.c/d: 1}}}", "text_map", 'spec.a["b.c/d"] must be a string, not an integer'),
        ("{spec: {a: ''}}", "required_text", "spec.a is required"),
        ("{spec: {}}", "required_text", "spec.a is required"),
    ],
)
def test_wrong_types_are_said_with_their_path(text: str, reader: str, message: str) -> None:
    with pytest.raises(WrongType) as caught:
        getattr(node(text).get("spec").get("a"), reader)()
    assert caught.value.message == str(caught.value) == message
    assert caught.value.place.path[:2] == ("spec", "a")


def test_a_document_that_is_no_mapping() -> None:
    with pytest.raises(WrongType, match="the document must be a mapping, not a list"):
        node("[a]").get("kind")

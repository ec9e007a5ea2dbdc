"""What the schema of a definition does not take of a custom resource, value by value."""

from __future__ import annotations

import pytest
import yaml

from mblint.facts.apis.schema_refusals import refusals
from mblint.manifests.nodes import dotted

SCHEMA = """
type: object
required: [spec]
properties:
  spec:
    type: object
    required: [mode]
    properties:
      mode: {type: string, enum: [single, ""], default: single}
      size: {type: integer, minimum: 1, maximum: 9}
      share: {type: number, minimum: 0, exclusiveMinimum: true}
      name: {type: string, pattern: "^[a-z]+$", minLength: 2, maxLength: 4}
      port: {x-kubernetes-int-or-string: true}
      open: {type: boolean}
      labels: {type: object, additionalProperties: {type: string}}
      parts: {type: array, maxItems: 2, items: {type: object, required: [name], properties: {name: {type: string}}}}
      slow: {type: string, pattern: "^(a+)+$"}
      words: {type: string, pattern: "^\\\\pL+$"}
"""


def refused(spec: str, *, asked: bool = False) -> list[tuple[str, str]]:
    value = {"apiVersion": "a/v1", "kind": "A", "metadata": {"name": "a"}, "spec": yaml.safe_load(spec)}
    return [(dotted(each.path), each.problem) for each in refusals(yaml.safe_load(SCHEMA), value, asked=asked)]


@pytest.mark.parametrize(
    "spec",
    [
        "{}",
        "{mode: ''}",
        "{size: 9, share: 0.5, name: ab, port: http, open: false}",
        "{size: 3.0, port: 80, labels: {a: b}}",
        "{size: null, name: null, parts: null}",
        "{size: '${SIZE}', name: '{{ name }}'}",
        "{parts: [{name: a}, {name: b}], other: [1]}",
        "{slow: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab, words: '1'}",
    ],
)
def test_what_is_taken(spec: str) -> None:
    assert refused(spec) == []


@pytest.mark.parametrize(
    ("spec", "path", "problem"),
    [
        ("{size: '3'}", "spec.size", "is text, and has to be a whole number"),
        ("{size: 2.5}", "spec.size", "is a number, and has to be a whole number"),
        ("{size: true}", "spec.size", "is true or false, and has to be a whole number"),
        ("{size: 0}", "spec.size", "is 0, and has to be at least 1"),
        ("{size: 10}", "spec.size", "is 10, and has to be at most 9"),
        ("{share: 0}", "spec.share", "is 0, and has to be more than 0"),
        ("{mode: double}", "spec.mode", "is 'double', and may only be single or \"\""),
        ("{name: a}", "spec.name", "has 1 characters, and needs at least 2"),
        ("{name: ABC}", "spec.name", "is 'ABC', and has to match ^[a-z]+$"),
        ("{name: 12}", "spec.name", "is a number, and has to be text (in quotes)"),
        ("{open: 'yes'}", "spec.open", "is text, and has to be true or false"),
        ("{port: [1]}", "spec.port", "is a list, and has to be a mapping"),
        ("{labels: {a: 1}}", "spec.labels.a", "is a number, and has to be text (in quotes)"),
        ("{parts: [{name: a}, {}]}", "spec.parts[1]", "lacks name, which it must have"),
        ("{parts: [{name: a}, {name: b}, {name: c}]}", "spec.parts", "has 3 elements, and may have 2"),
        ("{parts: {name: a}}", "spec.parts", "is a mapping, and has to be a list"),
    ],
)
def test_what_is_refused(spec: str, path: str, problem: str) -> None:
    assert refused(spec) == [(path, problem)]


def test_a_webhook_may_add_what_a_resource_lacks() -> None:
    assert refused("{parts: [{}]}", asked=True) == []


def test_the_resource_as_a_whole_must_have_its_spec() -> None:
    found = [*refusals(yaml.safe_load(SCHEMA), {"apiVersion": "a/v1", "kind": "A"})]
    assert [(each.path, each.problem) for each in found] == [((), "lacks spec, which it must have")]

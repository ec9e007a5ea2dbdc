"""Which fields of a custom resource a schema knows, as the API server prunes them."""

from __future__ import annotations

import pytest
import yaml

from mblint.facts.apis.definitions import definitions, known_beside, unknown_fields
from mblint.facts.apis.served import served_versions
from mblint.manifests.nodes import dotted
from tests.facts.worlds import world

SCHEMA = """
type: object
properties:
  spec:
    type: object
    properties:
      size: {type: string}
      labels: {type: object, additionalProperties: {type: string}}
      anything: {type: object, additionalProperties: true}
      free: {x-kubernetes-preserve-unknown-fields: true}
      parts: {type: array, items: {type: object, properties: {name: {type: string}}}}
      pod: {type: object, x-kubernetes-embedded-resource: true, properties: {spec: {type: object}}}
      port: {x-kubernetes-int-or-string: true}
      closed: {type: object}
"""


def unknown(spec: str) -> list[str]:
    value = {"apiVersion": "a/v1", "kind": "A", "metadata": {"name": "a"}, "spec": yaml.safe_load(spec)}
    return [dotted(path) for path in unknown_fields(yaml.safe_load(SCHEMA), value)]


@pytest.mark.parametrize(
    ("spec", "fields"),
    [
        ("{size: s, labels: {a: b}, anything: {a: {b: c}}, free: {a: [1]}, port: 80}", []),
        ("{sizes: s}", ["spec.sizes"]),
        ("{sizes: null}", []),
        ("{parts: [{name: a}, {nam: b, of: c}]}", ["spec.parts[1].nam", "spec.parts[1].of"]),
        ("{pod: {apiVersion: v1, kind: Pod, metadata: {name: a}, status: {}}}", ["spec.pod.status"]),
        ("{closed: {a: 1}}", ["spec.closed.a"]),
        ("{labels: {a: {b: c}}}", []),  # of a wrong type, which is another matter
    ],
)
def test_what_a_schema_does_not_know_is_dropped(spec: str, fields: list[str]) -> None:
    assert unknown(spec) == fields


def test_status_and_metadata_are_not_the_schema_s() -> None:
    value = {"metadata": {"name": "a", "invented": 1}, "status": {"invented": 1}, "spec": {}}
    assert list(unknown_fields(yaml.safe_load(SCHEMA), value)) == []


def test_a_schema_says_what_it_knows_beside_a_field() -> None:
    assert known_beside(yaml.safe_load(SCHEMA), ("spec", "parts", 0, "nam")) == ("name",)


DEFINITION = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {{name: widgets.{group}}}
spec:
  group: {group}
  names: {{kind: Widget, plural: widgets}}
  versions: [{{name: v1, served: true, storage: true}}, {{name: v1beta1, served: false, storage: false}}]
---
"""


def test_a_kind_that_two_objects_define_is_left_open() -> None:
    once = DEFINITION.format(group="a.example")
    assert set(definitions(world(once + DEFINITION.format(group="b.example")).cluster)) == {
        ("a.example", "Widget"),
        ("b.example", "Widget"),
    }
    again = once.replace("name: widgets.a", "name: others.a")
    assert definitions(world(once + again).cluster) == {}


@pytest.mark.parametrize(
    ("version", "verdict", "problem"),
    [
        ("v1", "served", ""),
        ("v1beta1", "not-served", "which it has, and does not serve"),
        ("v2", "not-served", "which it does not have"),
    ],
)
def test_a_resource_must_ask_for_a_version_that_is_served(version: str, verdict: str, problem: str) -> None:
    resource = f"apiVersion: a.example/{version}\nkind: Widget\nmetadata: {{name: blue}}\n"
    (row,) = served_versions(world(DEFINITION.format(group="a.example") + resource))
    assert (row.verdict, row.problem, row.served) == (verdict, problem, ("v1",))

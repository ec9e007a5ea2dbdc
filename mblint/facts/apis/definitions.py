"""CustomResourceDefinitions: the versions that they serve, and the fields that the schema of each knows.

The API server drops the fields of a custom resource that the schema of its version does not know, unless it says
x-kubernetes-preserve-unknown-fields (Kubernetes, "Extend the Kubernetes API with CustomResourceDefinitions", "Field
pruning").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Object
from mblint.cluster.remembered import remembered
from mblint.manifests.documents import KeyPath, Value

KIND, GROUP = "CustomResourceDefinition", "apiextensions.k8s.io"
_AT_THE_ROOT = ("apiVersion", "kind", "metadata", "status")
_OF_ANY_OBJECT = ("apiVersion", "kind", "metadata")
_DEEPEST = 40

Schema = Mapping[str, Value]


class Definition(Struct, frozen=True, eq=False):
    """A definition, read. `versions`: all of them, and whether each is served; `schemas`: those that drop fields."""

    object: Object
    kind: str
    group: str
    versions: Mapping[str, bool]
    schemas: Mapping[str, Schema]

    @property
    def served(self) -> tuple[str, ...]:
        """The versions that can be asked for, in their order."""
        return tuple(name for name, served in self.versions.items() if served)


@remembered
def definitions(cluster: Cluster) -> Mapping[tuple[str, str], Definition]:
    """By group and kind: what the view defines, wholly read. Kinds that two objects define are left out."""
    found: dict[tuple[str, str], Definition | None] = {}
    for held in cluster.of_kind(KIND, GROUP):
        read = None if cluster.is_unread(held.id) else read_definition(held)
        if read is not None:
            found[read.group, read.kind] = None if (read.group, read.kind) in found else read
    return {key: each for key, each in found.items() if each is not None}


def is_definition(obj: Object) -> bool:
    """Whether an object defines a kind."""
    return obj.id.kind == KIND and obj.api_version.startswith(f"{GROUP}/")


def read_definition(held: Object) -> Definition | None:
    """What an object defines; None where it is not as it should be."""
    spec = _mapping(held.place.at("spec").value)
    kind, group = _mapping(spec.get("names")).get("kind"), spec.get("group")
    written = spec.get("versions")
    versions = [_mapping(each) for each in written] if isinstance(written, list) else []
    if not versions and isinstance(spec.get("version"), str):
        versions = [{"name": spec["version"], "served": True}]
    names = [each.get("name") for each in versions]
    if not isinstance(kind, str) or not isinstance(group, str) or not names or None in names:
        return None
    keeps_all = spec.get("preserveUnknownFields", held.api_version.endswith("/v1beta1")) is True
    schemas = {str(each["name"]): _schema(spec, each) for each in versions}
    return Definition(
        held,
        kind,
        group,
        {str(each["name"]): each.get("served") is not False for each in versions},
        {} if keeps_all else {name: schema for name, schema in schemas.items() if _mapping(schema.get("properties"))},
    )


def _schema(spec: Schema, version: Schema) -> Schema:
    common = _mapping(_mapping(spec.get("validation")).get("openAPIV3Schema"))
    return _mapping(_mapping(version.get("schema")).get("openAPIV3Schema")) or common


def _mapping(value: Value) -> Schema:
    return value if isinstance(value, dict) else {}


def unknown_fields(schema: Schema, value: Value) -> Iterator[KeyPath]:
    """The paths of the fields of a custom resource that a schema does not know; not what is below them."""
    inner = {key: each for key, each in _mapping(value).items() if key not in _AT_THE_ROOT}
    yield from _unknown(schema, inner, (), 0)


def _unknown(schema: Schema, value: Value, path: KeyPath, depth: int) -> Iterator[KeyPath]:
    if depth > _DEEPEST or schema.get("x-kubernetes-preserve-unknown-fields") is True:
        return
    if isinstance(value, list):
        items = schema.get("items")
        for index, each in enumerate(value if isinstance(items, dict) else ()):
            yield from _unknown(_mapping(items), each, (*path, index), depth + 1)
    elif isinstance(value, dict):
        yield from _unknown_keys(schema, value, path, depth)


def _unknown_keys(schema: Schema, value: dict[str, Value], path: KeyPath, depth: int) -> Iterator[KeyPath]:
    properties, others = _mapping(schema.get("properties")), schema.get("additionalProperties")
    if not properties and "additionalProperties" not in schema and schema.get("type") != "object":
        return  # no schema of an object
    embedded = schema.get("x-kubernetes-embedded-resource") is True
    for key, each in value.items():
        if key in properties:
            yield from _unknown(_mapping(properties[key]), each, (*path, key), depth + 1)
        elif isinstance(others, dict):
            yield from _unknown(others, each, (*path, key), depth + 1)
        elif each is not None and others is not True and not (embedded and key in _OF_ANY_OBJECT):
            yield (*path, key)


def known_beside(schema: Schema, path: KeyPath) -> tuple[str, ...]:
    """The fields that a schema knows where an unknown one stands."""
    for key in path[:-1]:
        inner = schema.get("items") if isinstance(key, int) else _mapping(schema.get("properties")).get(key)
        schema = _mapping(inner if inner is not None else schema.get("additionalProperties"))
    return tuple(_mapping(schema.get("properties")))

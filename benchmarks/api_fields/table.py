"""Writes rules/tables/fields.yaml: the fields that Kubernetes' own kinds have, with their types.

    python benchmarks/api_fields/table.py SWAGGER VERSION > rules/tables/fields.yaml

SWAGGER: `api/openapi-spec/swagger.json` of kubernetes/kubernetes at VERSION (the Go module k8s.io/kubernetes has it).
Kinds of the groups in GROUPS; of each, what a manifest may say: `status` is the cluster's.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

GROUPS = {
    "": "v1",
    "admissionregistration.k8s.io": "v1",
    "apiregistration.k8s.io": "v1",
    "apps": "v1",
    "autoscaling": "v1 v2",
    "batch": "v1",
    "coordination.k8s.io": "v1",
    "discovery.k8s.io": "v1",
    "networking.k8s.io": "v1",
    "node.k8s.io": "v1",
    "policy": "v1",
    "rbac.authorization.k8s.io": "v1",
    "scheduling.k8s.io": "v1",
    "storage.k8s.io": "v1",
}
NOT_DEPLOYED = (
    "APIGroup",
    "APIVersions",
    "Binding",
    "ComponentStatus",
    "DeleteOptions",
    "Event",
    "Eviction",
    "Node",
    "Scale",
    "Status",
    "WatchEvent",
)
OWN = {
    "io.k8s.apimachinery.pkg.api.resource.Quantity": "quantity",
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": "int-or-string",
    "io.k8s.apimachinery.pkg.apis.meta.v1.Time": "string",
    "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": "string",
    "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1": "any",
    "io.k8s.apimachinery.pkg.runtime.RawExtension": "any",
}
SCALARS = {"string": "string", "integer": "integer", "boolean": "boolean", "number": "number"}

HEAD = """\
# The fields that Kubernetes' own kinds have, and their types. Written by benchmarks/api_fields/table.py.
#
# kinds    apiVersion/kind → its type; what is not listed is not judged
# types    type → field → type: string, integer, boolean, number, quantity, int-or-string, any (not looked into),
#          another type, `[a list of them]` or `{a mapping to them}`. `status`, which no manifest sets, is any."""

Definition = Mapping[str, Any]


def kinds(definitions: Mapping[str, Definition]) -> Iterator[tuple[str, str, str]]:
    """apiVersion, kind and the definition's name of each that a manifest may hold."""
    for name, definition in definitions.items():
        listed: Sequence[Mapping[str, str]] = definition.get("x-kubernetes-group-version-kind", ())
        for one in listed if len(listed) == 1 else ():
            group, version, kind = one["group"], one["version"], one["kind"]
            if version in GROUPS.get(group, "").split() and not kind.endswith("List") and kind not in NOT_DEPLOYED:
                yield f"{group}/{version}" if group else version, kind, name


def referred(definition: Definition) -> Iterator[str]:
    """The definitions that one needs."""
    for field, schema in definition.get("properties", {}).items():
        for part in (schema, schema.get("items", {}), schema.get("additionalProperties", {})):
            if "$ref" in part and field != "status":
                yield part["$ref"].rpartition("/")[2]


def needed(definitions: Mapping[str, Definition], roots: Sequence[str]) -> Sequence[str]:
    """Those and all below them."""
    found: dict[str, None] = {}
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name not in found and name not in OWN:
            found[name] = None
            waiting.extend(referred(definitions[name]))
    return sorted(found)


def short_names(names: Sequence[str]) -> Mapping[str, str]:
    """The last part of each, with the version and group before it where two would be the same."""
    ends = [name.rpartition(".")[2] for name in names]
    return {
        name: end if ends.count(end) == 1 else ".".join(name.split(".")[-3:])
        for name, end in zip(names, ends, strict=True)
    }


def written(schema: Definition, names: Mapping[str, str]) -> str:
    """A type as the table writes it."""
    if "$ref" in schema:
        target = schema["$ref"].rpartition("/")[2]
        return OWN.get(target) or names[target]
    if schema["type"] == "array":
        return f"[{written(schema['items'], names)}]"
    if schema["type"] == "object":
        return f"{{{written(schema['additionalProperties'], names)}}}" if "additionalProperties" in schema else "any"
    return SCALARS[schema["type"]]


def main() -> int:
    swagger = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    definitions = swagger["definitions"]
    listed = sorted(kinds(definitions))
    names = short_names(needed(definitions, [name for _, _, name in listed]))
    version = sys.argv[2]
    print(HEAD)
    print()
    print(f"version: {version}")
    print(f"source: https://github.com/kubernetes/kubernetes/blob/{version}/api/openapi-spec/swagger.json")
    print("kinds:")
    for api_version, kind, name in listed:
        print(f"  {api_version}/{kind}: {names[name]}")
    roots = {name for _, _, name in listed}
    print("types:")
    for name in sorted(names, key=lambda name: names[name]):
        fields = definitions[name].get("properties", {})
        print(f"  {names[name]}:" if fields else f"  {names[name]}: {{}}")
        for field, schema in fields.items():
            status = field == "status" and name in roots
            text = "any" if status else written(schema, names)
            print(f"    {field}: {text if text.replace('-', '').isalnum() else json.dumps(text)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

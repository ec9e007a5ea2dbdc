"""Reads the files of `cases/`: the objects of a case, and which pairs may connect on which port.

A case has `says`, what it holds the engine to, in our words; `cites`, the sentences of the documentation that say so;
`field`. Its policies: `spec` is that of one NetworkPolicy in namespace x; `policies` are several, each with its
namespace; `objects` are others, by kind. `on-nodes`: pods of the world that use the host's network in this case. It
ends in `expect` (marks for each port; see `open_pairs`), in `table` (a matrix for each port), or in `refused`: a part
of the message with which the policy is left out, since the API server refuses it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from ipaddress import IPv4Address
from pathlib import Path

import yaml

from mblint.manifests.documents import Value

CASES = Path(__file__).parent / "cases"
OUTSIDE = {"out": IPv4Address("203.0.113.9"), "lan": IPv4Address("10.9.9.9")}

_API_VERSIONS = {
    "AdminNetworkPolicy": "policy.networking.k8s.io/v1alpha1",
    "BaselineAdminNetworkPolicy": "policy.networking.k8s.io/v1alpha1",
    "ClusterNetworkPolicy": "policy.networking.k8s.io/v1alpha2",
    "CiliumNetworkPolicy": "cilium.io/v2",
    "CiliumClusterwideNetworkPolicy": "cilium.io/v2",
    "CiliumCIDRGroup": "cilium.io/v2",
    "CalicoNetworkPolicy": "projectcalico.org/v3",
    "StagedNetworkPolicy": "projectcalico.org/v3",
    "GlobalNetworkPolicy": "projectcalico.org/v3",
    "GlobalNetworkSet": "projectcalico.org/v3",
    "NetworkSet": "projectcalico.org/v3",
    "Tier": "projectcalico.org/v3",
    "Service": "v1",
    "ServiceAccount": "v1",
}
_METADATA = ("name", "namespace", "labels")

Case = dict[str, Value]
Pairs = set[tuple[str, str]]


def read_cases(pattern: str) -> Iterator[tuple[str, Case]]:
    """The cases of the files of that name, each with the name of its file."""
    for file in sorted(CASES.glob(pattern)):
        for case in yaml.safe_load(file.read_text(encoding="utf-8")):
            yield file.stem, case


def objects_of(case: Case, world: str = "world.yaml") -> list[Value]:
    """The pods of the world and the policies of the case."""
    objects: list[Value] = [_placed(value, case.get("on-nodes", [])) for value in _world(world)]
    policies = case.get("policies", [])
    assert isinstance(policies, list)
    if "spec" in case:
        policies = [{"namespace": "x", "spec": case["spec"]}]
    for number, policy in enumerate(policies):
        assert isinstance(policy, dict)
        metadata: Value = {"name": f"policy-{number}", "namespace": policy["namespace"]}
        objects.append(_object("networking.k8s.io/v1", "NetworkPolicy", metadata, policy["spec"]))
    others = case.get("objects", [])
    assert isinstance(others, list)
    for number, entry in enumerate(others):
        assert isinstance(entry, dict)
        objects.append(_object_of(number, entry))
    return objects


def _world(world: str) -> Iterator[Case]:
    yield from yaml.safe_load_all((CASES / world).read_text(encoding="utf-8"))


def _placed(value: Case, on_nodes: Value) -> Value:
    metadata, spec = value["metadata"], value.get("spec")
    assert isinstance(metadata, dict)
    assert isinstance(on_nodes, list)
    if not isinstance(spec, dict) or f"{metadata.get('namespace')}/{metadata['name']}" not in on_nodes:
        return value
    return {**value, "spec": {**spec, "hostNetwork": True}}


def _object_of(number: int, entry: Case) -> Value:
    """`{KIND: SPEC}`, beside which `name`, `namespace`, `labels`, or the whole object's other fields may stand."""
    kind, spec = next((key, value) for key, value in entry.items() if key in _API_VERSIONS)
    name: Value = "default" if kind == "BaselineAdminNetworkPolicy" else f"policy-{number}"
    metadata: Value = {"name": name, "namespace": "x", **{key: entry[key] for key in _METADATA if key in entry}}
    found = _object(_API_VERSIONS[kind], kind.removeprefix("Calico"), metadata, spec)
    beside = {key: value for key, value in entry.items() if key not in (kind, *_METADATA)}
    return {**found, **beside}


def _object(api_version: str, kind: str, metadata: Value, spec: Value) -> Case:
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, "spec": spec}


def by_port(case: Case, key: str) -> Iterator[tuple[str, int, Value]]:
    """What the case says of each port, as protocol, number and the rest."""
    tables = case[key]
    assert isinstance(tables, dict)
    for name, value in tables.items():
        protocol, _, port = name.partition("/")
        yield protocol, int(port), value


def open_pairs(marks: Value, ends: Iterable[str]) -> Pairs:
    """The pairs that may connect: all but those that "X source target" closes and no later ". source target" opens."""
    assert isinstance(marks, list)
    names = list(ends)
    found: Pairs = set()
    for source in names:
        for target in names:
            if source == target or {source, target} <= set(OUTSIDE):
                continue
            mark = "."
            for line in marks:
                wanted, one, other = str(line).split()
                if fnmatchcase(source, one) and fnmatchcase(target, other):
                    mark = wanted
            if mark == ".":
                found.add((source, target))
    return found


def table_pairs(text: Value) -> tuple[list[str], Pairs]:
    """The pods of a matrix, and the pairs that may connect: a row for each client, a column for each server.

    The columns stand in the order of the rows. "." may connect, "X" may not, "#" is not asked: a pod and itself.
    """
    assert isinstance(text, str)
    rows = [line.split() for line in text.splitlines()]
    names = [name for name, *_ in rows]
    found: Pairs = set()
    for source, *marks in rows:
        assert len(marks) == len(names), source
        for target, mark in zip(names, marks, strict=True):
            assert (mark == "#") == (source == target), (source, target)
            assert mark in ".X#", mark
            if mark == ".":
                found.add((source, target))
    return names, found

"""The cases of `cases/`: what each sentence of the APIs' documentation means, as truth tables over a fixed cluster."""

from __future__ import annotations

from fnmatch import fnmatchcase
from ipaddress import IPv4Address
from pathlib import Path

import pytest
import yaml

from mblint.cluster.build import build_cluster
from mblint.cluster.cluster import Cluster
from mblint.cluster.connections import AddressRange, connections
from mblint.cluster.engine import PolicyEngine
from mblint.cluster.objects import Workload
from mblint.cluster.ports import PortSet
from mblint.manifests.documents import Document, Value

_CASES = Path(__file__).parent / "cases"
_OUTSIDE = {"out": IPv4Address("203.0.113.9"), "lan": IPv4Address("10.9.9.9")}
_ENDS = ("x/a", "x/b", "y/a", "y/b", "out", "lan")

_API_VERSIONS = {
    "ClusterNetworkPolicy": "policy.networking.k8s.io/v1alpha2",
    "CiliumNetworkPolicy": "cilium.io/v2",
    "CiliumClusterwideNetworkPolicy": "cilium.io/v2",
    "CalicoNetworkPolicy": "projectcalico.org/v3",
    "GlobalNetworkPolicy": "projectcalico.org/v3",
    "GlobalNetworkSet": "projectcalico.org/v3",
    "NetworkSet": "projectcalico.org/v3",
}

Case = dict[str, Value]


def _cases() -> list[object]:
    return [
        pytest.param(case, id=f"{file.stem}: {case['says']}")
        for file in sorted(_CASES.glob("*_policy.yaml"))
        for case in yaml.safe_load(file.read_text(encoding="utf-8"))
    ]


def _objects(case: Case) -> list[Value]:
    objects: list[Value] = list(yaml.safe_load_all((_CASES / "world.yaml").read_text(encoding="utf-8")))
    policies = case.get("policies", [])
    assert isinstance(policies, list)
    if "spec" in case:
        policies = [{"namespace": "x", "spec": case["spec"]}]
    for number, policy in enumerate(policies):
        assert isinstance(policy, dict)
        metadata: Value = {"name": f"policy-{number}", "namespace": policy["namespace"]}
        objects.append(_object("networking.k8s.io/v1", "NetworkPolicy", metadata, policy["spec"]))
    admin = case.get("objects", [])
    assert isinstance(admin, list)
    for number, entry in enumerate(admin):
        assert isinstance(entry, dict)
        ((kind, spec),) = entry.items()
        name = "default" if kind == "BaselineAdminNetworkPolicy" else f"policy-{number}"
        api_version = _API_VERSIONS.get(kind, "policy.networking.k8s.io/v1alpha1")
        objects.append(_object(api_version, kind.removeprefix("Calico"), {"name": name, "namespace": "x"}, spec))
    return objects


def _object(api_version: str, kind: str, metadata: Value, spec: Value) -> Value:
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, "spec": spec}


def _table(cluster: Cluster, protocol: str, port: int) -> set[tuple[str, str]]:
    """The pairs that may connect on that port."""
    return {
        (source, target)
        for connection in connections(PolicyEngine(cluster))
        if connection.ports.has(port, protocol)
        for source in _names(connection.source)
        for target in _names(connection.target)
    }


def _names(end: Workload | AddressRange) -> list[str]:
    if isinstance(end, Workload):
        return [f"{end.id.namespace}/{end.id.name}"]
    return [name for name, address in _OUTSIDE.items() if end.first <= int(address) <= end.last]


def _expected(marks: list[str]) -> set[tuple[str, str]]:
    pairs = set()
    for source in _ENDS:
        for target in _ENDS:
            if source == target or {source, target} <= set(_OUTSIDE):
                continue
            mark = "."
            for line in marks:
                wanted, one, other = line.split()
                if fnmatchcase(source, one) and fnmatchcase(target, other):
                    mark = wanted
            if mark == ".":
                pairs.add((source, target))
    return pairs


@pytest.mark.parametrize("case", _cases())
def test_policies_mean_what_the_documentation_says(case: Case) -> None:
    cluster = build_cluster(Document("-", "", 1, value, None, True) for value in _objects(case))
    assert not cluster.invalid
    assert not cluster.unmodelled_policies
    tables = case["expect"]
    assert isinstance(tables, dict)
    for name, marks in tables.items():
        assert isinstance(marks, list)
        protocol, _, port = name.partition("/")
        assert _table(cluster, protocol, int(port)) == _expected([str(mark) for mark in marks]), name


def test_every_pair_is_one_entry_with_ports() -> None:
    cluster = build_cluster(Document("-", "", 1, value, None, True) for value in _objects({}))
    found = list(connections(PolicyEngine(cluster)))
    assert len(found) == len({(connection.source, connection.target) for connection in found})
    assert all(isinstance(connection.ports, PortSet) and connection.ports.names() == ["ALL"] for connection in found)

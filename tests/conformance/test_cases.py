"""The cases of `cases/`: what each sentence of the APIs' documentation means, as truth tables over a fixed cluster."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from ipaddress import IPv4Address
from pathlib import Path

import pytest
import yaml

from mblint.cluster.build import build_cluster
from mblint.cluster.cluster import Cluster
from mblint.cluster.connections import AddressRange, connections
from mblint.cluster.decision import Decision, Outcome
from mblint.cluster.engine import PolicyEngine
from mblint.cluster.objects import Workload
from mblint.cluster.policies import Direction
from mblint.cluster.ports import PortSet
from mblint.manifests.documents import Document, Value

_CASES = Path(__file__).parent / "cases"
_OUTSIDE = {"out": IPv4Address("203.0.113.9"), "lan": IPv4Address("10.9.9.9")}
_ENDS = ("x/a", "x/b", "y/a", "y/b", "out", "lan")

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

Case = dict[str, Value]


def _cases(about: str) -> list[object]:
    return [
        pytest.param(case, id=f"{file.stem}: {case['says']}")
        for file in sorted(_CASES.glob("*_policy.yaml"))
        for case in yaml.safe_load(file.read_text(encoding="utf-8"))
        if about in case
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
    others = case.get("objects", [])
    assert isinstance(others, list)
    for number, entry in enumerate(others):
        assert isinstance(entry, dict)
        objects.append(_object_of(number, entry))
    return objects


def _object_of(number: int, entry: dict[str, Value]) -> Value:
    """`{KIND: SPEC}`, beside which `name`, `namespace`, `labels`, or the whole object's other fields may stand."""
    kind, spec = next((key, value) for key, value in entry.items() if key in _API_VERSIONS)
    name: Value = "default" if kind == "BaselineAdminNetworkPolicy" else f"policy-{number}"
    metadata: Value = {"name": name, "namespace": "x", **{key: entry[key] for key in _METADATA if key in entry}}
    found = _object(_API_VERSIONS[kind], kind.removeprefix("Calico"), metadata, spec)
    beside = {key: value for key, value in entry.items() if key not in (kind, *_METADATA)}
    return {**found, **beside}


_METADATA = ("name", "namespace", "labels")


def _object(api_version: str, kind: str, metadata: Value, spec: Value) -> dict[str, Value]:
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


def _cluster(case: Case) -> Cluster:
    cluster = build_cluster(Document("-", "", 1, value, None, True) for value in _objects(case))
    assert not cluster.invalid
    return cluster


@pytest.mark.parametrize("case", _cases("expect"))
def test_policies_mean_what_the_documentation_says(case: Case) -> None:
    cluster = _cluster(case)
    assert not cluster.unmodelled_policies
    tables = case["expect"]
    assert isinstance(tables, dict)
    for name, marks in tables.items():
        assert isinstance(marks, list)
        protocol, _, port = name.partition("/")
        assert _table(cluster, protocol, int(port)) == _expected([str(mark) for mark in marks]), name


@pytest.mark.parametrize("case", _cases("unknown"))
def test_what_is_not_modelled_is_unknown_for_the_pods_concerned_and_named(case: Case) -> None:
    cluster = _cluster(case)
    fields = case["unknown"]
    assert isinstance(fields, dict)
    for workload in cluster.workloads:
        for direction in Direction:
            judged = f"{workload.id.namespace}/{workload.id.name} {direction.value}"
            field = next((str(field) for pods, field in fields.items() if fnmatchcase(judged, pods)), None)
            for decision in _decisions(cluster, workload, direction):
                reason = decision.reason or ""
                if field is None:
                    assert "not modelled" not in reason, judged
                else:
                    assert decision.outcome is Outcome.UNKNOWN, judged
                    assert reason.endswith(f" may select its pods, and its {field} is not modelled"), judged


@pytest.mark.parametrize("case", _cases("restricted"))
def test_what_only_some_traffic_passes_is_allowed_and_says_so(case: Case) -> None:
    cluster = _cluster(case)
    restricted = case["restricted"]
    assert isinstance(restricted, dict)
    for workload in cluster.workloads:
        for direction in Direction:
            judged = f"{workload.id.namespace}/{workload.id.name} {direction.value}"
            for decision in _decisions(cluster, workload, direction):
                if decision.outcome is Outcome.ALLOWED:
                    assert decision.reason == restricted.get(judged), judged
                else:
                    assert judged not in restricted, judged


def _decisions(cluster: Cluster, judged: Workload, direction: Direction) -> Iterator[Decision]:
    engine = PolicyEngine(cluster)
    ask = engine.egress if direction is Direction.EGRESS else engine.ingress
    return (ask(judged, peer, 80) for peer in cluster.workloads if peer is not judged)


def test_every_pair_is_one_entry_with_ports() -> None:
    cluster = _cluster({})
    found = list(connections(PolicyEngine(cluster)))
    assert len(found) == len({(connection.source, connection.target) for connection in found})
    assert all(isinstance(connection.ports, PortSet) and connection.ports.names() == ["ALL"] for connection in found)

"""The cases of `cases/`: what each sentence of the APIs' documentation means, as truth tables over a fixed cluster."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

import pytest

from mblint.cluster.build import build_cluster
from mblint.cluster.cluster import Cluster
from mblint.cluster.engine.connections import AddressRange, connections
from mblint.cluster.engine.decision import Decision, Outcome
from mblint.cluster.engine.engine import PolicyEngine
from mblint.cluster.objects import Workload
from mblint.cluster.policies.objects import Direction
from mblint.cluster.policies.ports import PortSet
from mblint.manifests.documents import Document

from .cases import OUTSIDE, Case, Pairs, by_port, objects_of, open_pairs, read_cases, table_pairs

_ENDS = ("x/a", "x/b", "y/a", "y/b", "out", "lan")
_CASES = [(f"{file}: {case['says']}", case) for file, case in read_cases("*_policy.yaml")]
_TABLES = [(str(case["says"]), case) for _, case in read_cases("truth_tables.yaml")]


def _with(key: str) -> list[object]:
    return [pytest.param(case, id=name) for name, case in _CASES if key in case]


def _cluster(case: Case, world: str = "world.yaml") -> Cluster:
    return build_cluster(Document("-", "", 1, value, None, True) for value in objects_of(case, world))


def _allowed(engine: PolicyEngine, protocol: str, port: int) -> Pairs:
    """The pairs that may connect on that port."""
    return {
        (source, target)
        for connection in connections(engine)
        if connection.ports.has(port, protocol)
        for source in _names(connection.source)
        for target in _names(connection.target)
    }


def _names(end: Workload | AddressRange) -> list[str]:
    if isinstance(end, Workload):
        return [f"{end.id.namespace}/{end.id.name}"]
    return [name for name, address in OUTSIDE.items() if end.first <= int(address) <= end.last]


@pytest.mark.parametrize("case", _with("expect"))
def test_policies_mean_what_the_documentation_says(case: Case) -> None:
    cluster = _cluster(case)
    assert not cluster.invalid
    assert not cluster.unmodelled_policies
    engine = PolicyEngine(cluster)
    for protocol, port, marks in by_port(case, "expect"):
        assert _allowed(engine, protocol, port) == open_pairs(marks, _ENDS), f"{protocol}/{port}"


@pytest.mark.parametrize("case", _with("refused"))
def test_what_the_documentation_forbids_is_refused(case: Case) -> None:
    cluster = _cluster(case)
    (wrong,) = cluster.invalid
    assert str(case["refused"]) in wrong.message
    for policy in cluster.unmodelled_policies:  # of plugins: nobody knows what is in force in their place
        assert policy.refusal is not None
        assert str(case["refused"]) in policy.refusal.message


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in _TABLES])
def test_truth_tables(case: Case) -> None:
    cluster = _cluster(case, "truth_tables_world.yaml")
    assert not cluster.invalid
    engine = PolicyEngine(cluster)
    for protocol, port, text in by_port(case, "table"):
        names, wanted = table_pairs(text)
        assert set(names) == {f"{workload.id.namespace}/{workload.id.name}" for workload in cluster.workloads}
        found = {
            (source, target) for source, target in _allowed(engine, protocol, port) if {source, target} <= set(names)
        }
        assert found == wanted, f"{protocol}/{port}"


@pytest.mark.parametrize("case", _with("unknown"))
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


@pytest.mark.parametrize("case", _with("restricted"))
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


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in _CASES])
def test_a_case_ends_in_one_way(case: Case) -> None:
    assert any(key in case for key in ("expect", "unknown", "restricted")) != ("refused" in case)


def test_no_two_cases_say_the_same() -> None:
    names = [name for name, _ in (*_CASES, *_TABLES)]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=name) for name, case in _CASES if name.startswith(("network_", "admin_"))]
)
def test_a_case_cites_its_sentence(case: Case) -> None:
    cited = case["cites"]
    for sentence in cited if isinstance(cited, list) else [cited]:
        assert isinstance(sentence, str)
        assert sentence.endswith((".", ")", "…"))


def test_no_case_cites_what_is_said_to_have_none() -> None:
    cited = {str(case["cites"]) for _, case in _CASES if "cites" in case}
    uncited = [entry for _, entry in read_cases("uncited.yaml")]
    assert all(entry["why"] for entry in uncited)
    assert not cited & {str(entry["sentence"]) for entry in uncited}


def test_every_pair_is_one_entry_with_ports() -> None:
    found = list(connections(PolicyEngine(_cluster({}))))
    assert len(found) == len({(connection.source, connection.target) for connection in found})
    assert all(isinstance(connection.ports, PortSet) and connection.ports.names() == ["ALL"] for connection in found)

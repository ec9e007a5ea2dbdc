"""Asked for one pair, the engine says what the cases' tables say of all: wherever it says yes or no at all."""

from __future__ import annotations

from itertools import permutations

import pytest

from mblint.cluster.build import build_cluster
from mblint.cluster.engine.decision import Outcome
from mblint.cluster.engine.engine import PolicyEngine
from mblint.cluster.objects import Workload
from mblint.manifests.documents import Document

from .cases import OUTSIDE, Case, by_port, objects_of, open_pairs, read_cases

_CASES = [
    pytest.param(case, id=f"{file}: {case['says']}") for file, case in read_cases("*_policy.yaml") if "expect" in case
]
_CLOSED = (Outcome.DENIED, Outcome.ADDRESS_ONLY)


def _engine(case: Case) -> PolicyEngine:
    return PolicyEngine(build_cluster(Document("-", "", 1, value, None, True) for value in objects_of(case)))


def _name(workload: Workload) -> str:
    return f"{workload.id.namespace}/{workload.id.name}"


@pytest.mark.parametrize("case", _CASES)
def test_of_two_pods(case: Case) -> None:
    engine = _engine(case)
    workloads = engine.cluster.workloads
    for protocol, port, marks in by_port(case, "expect"):
        wanted = open_pairs(marks, map(_name, workloads))
        for client, server in permutations(workloads, 2):
            is_open, asked = (_name(client), _name(server)) in wanted, f"{client.id} {server.id} {protocol}/{port}"
            assert engine.connections(client, server).has(port, protocol) == is_open, asked
            outcomes = [
                engine.egress(client, server, port, protocol).outcome,
                engine.ingress(server, client, port, protocol).outcome,
            ]
            if any(outcome in _CLOSED for outcome in outcomes):
                assert not is_open, asked
            elif Outcome.UNKNOWN not in outcomes:
                assert is_open, asked


@pytest.mark.parametrize("case", _CASES)
def test_of_addresses_outside(case: Case) -> None:
    engine = _engine(case)
    clients = engine.cluster.workloads
    for protocol, port, marks in by_port(case, "expect"):
        wanted = open_pairs(marks, (*map(_name, clients), *OUTSIDE))
        for client in clients:
            if any((_name(client), address) in wanted for address in OUTSIDE):
                assert engine.egress_outside(client, port, protocol).outcome is Outcome.ALLOWED, client.id

"""A policy of a plugin that is not modelled, or not what its kind requires: whose answers are unknown, and why."""

from __future__ import annotations

import pytest

from mblint.cluster.engine.decision import Outcome
from mblint.cluster.engine.engine import PolicyEngine

from .views import deployment, view, workload

PODS = (
    deployment("web", "{app: web}")
    + deployment("api", "{app: api}")
    + deployment("far", "{app: api}").replace("name: far}", "name: far, namespace: far}", 1)
)


LIST = "spec.endpointSelector must be a mapping, not a list"


def _unknown(kind: str, rest: str, namespace: str = "default") -> dict[str, str | None]:
    """The servers whose ingress from web is unknown, each with the reason."""
    text = f"\n---\napiVersion: cilium.io/v2\nkind: {kind}\nmetadata: {{name: c, namespace: {namespace}}}\n{rest}\n"
    cluster = view(PODS + text)
    engine, web = PolicyEngine(cluster), workload(cluster, "web")
    servers = (server for server in cluster.workloads if server is not web)
    found = {server.id.name: engine.ingress(server, web, 8080) for server in servers}
    return {name: answer.reason for name, answer in found.items() if answer.outcome is Outcome.UNKNOWN}


@pytest.mark.parametrize(
    ("kind", "namespace", "servers"),
    [
        ("CiliumNetworkPolicy", "default", ["api"]),
        ("CiliumNetworkPolicy", "far", ["far"]),
        ("CiliumClusterwideNetworkPolicy", "default", ["api", "far"]),
    ],
)
def test_a_policy_that_cannot_be_read_may_select_every_pod_that_its_kind_may(
    kind: str, namespace: str, servers: list[str]
) -> None:
    found = _unknown(kind, "spec: {endpointSelector: [app], ingress: [{}]}", namespace)
    assert sorted(found) == servers
    assert set(found.values()) == {f"{kind} c may select its pods, and is refused: {LIST}"}


def test_a_field_is_named_by_its_path_below_the_spec() -> None:
    spec = "{endpointSelector: {matchLabels: {app: api}}, ingress: [{}, {fromRequires: [{}]}]}"
    found = _unknown("CiliumNetworkPolicy", f"spec: {spec}")
    assert found == {
        "api": "CiliumNetworkPolicy c may select its pods, and its ingress[1].fromRequires is not modelled"
    }


def test_of_several_specs_the_one_at_fault_is_named() -> None:
    spec = "{endpointSelector: {matchLabels: {app: api}}, ingress: [{fromRequires: [{}]}]}"
    found = _unknown(
        "CiliumNetworkPolicy", f"specs: [{{endpointSelector: {{matchLabels: {{app: web}}}}, ingress: [{{}}]}}, {spec}]"
    )
    field = "specs[1].ingress[0].fromRequires"
    assert found == {"api": f"CiliumNetworkPolicy c may select its pods, and its {field} is not modelled"}

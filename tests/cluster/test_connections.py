"""All connections at once: their order, and how outside addresses are cut and written."""

from __future__ import annotations

from mblint.cluster.engine.connections import AddressRange, address_ranges, connections
from mblint.cluster.engine.engine import PolicyEngine
from mblint.cluster.objects import Workload
from mblint.cluster.policies.objects import Direction

from .views import deployment, policy, view

PODS = deployment("web", "{app: web}") + deployment("api", "{app: api}") + deployment("db", "{app: db}")


def _written(end: Workload | AddressRange) -> str:
    return str(end) if isinstance(end, AddressRange) else end.id.name


def test_they_come_by_identifier_workloads_before_addresses() -> None:
    found = [(_written(one.source), _written(one.target)) for one in connections(PolicyEngine(view(PODS)))]
    everywhere = "ip/0.0.0.0-255.255.255.255"
    assert found == [
        ("api", "db"),
        ("api", "web"),
        ("api", everywhere),
        ("db", "api"),
        ("db", "web"),
        ("db", everywhere),
        ("web", "api"),
        ("web", "db"),
        ("web", everywhere),
        (everywhere, "api"),
        (everywhere, "db"),
        (everywhere, "web"),
    ]


def test_addresses_are_cut_where_a_policy_of_that_direction_names_a_boundary() -> None:
    blocks = "{ipBlock: {cidr: 10.0.0.0/8}}, {ipBlock: {cidr: 'fd00::/8'}}"
    engine = PolicyEngine(view(PODS + policy("p", "{app: web}", f"  ingress: [{{from: [{blocks}]}}]\n")))
    ranges = {direction: [str(one) for one, _ in address_ranges(engine, direction)] for direction in Direction}
    assert ranges == {
        Direction.EGRESS: ["ip/0.0.0.0-255.255.255.255"],
        Direction.INGRESS: [
            "ip/0.0.0.0-9.255.255.255",
            "ip/10.0.0.0-10.255.255.255",
            "ip/11.0.0.0-255.255.255.255",
        ],
    }


def test_ports_that_one_server_and_its_client_narrow_to_the_same_are_all_kept() -> None:
    """Web may reach api on 8080 and db on any port; db lets in 8080, api any port: both are reached on 8080."""
    api = "{to: [{podSelector: {matchLabels: {app: api}}}], ports: [{port: 8080}]}"
    db = "{to: [{podSelector: {matchLabels: {app: db}}}]}"
    text = policy("web", "{app: web}", f"  policyTypes: [Egress]\n  egress: [{api}, {db}]\n")
    text += policy("db", "{app: db}", "  ingress: [{ports: [{port: 8080}]}]\n")
    found = {
        _written(one.target): one.ports.names()
        for one in connections(PolicyEngine(view(PODS + text)))
        if _written(one.source) == "web"
    }
    assert found == {"api": ["TCP/8080"], "db": ["TCP/8080"]}

"""Whether a client's egress lets it ask the cluster's DNS: what a name needs before any packet is sent to it."""

from __future__ import annotations

from collections.abc import Sequence

from mblint.cluster.engine.rule_ports import numbered_ports
from mblint.cluster.objects import Workload
from mblint.cluster.policies.objects import Action, Direction, NetworkPolicy, PeerRule, PolicyRule, PortRule, Selector
from mblint.facts.world import World


def dns_policies(world: World, client: Workload) -> tuple[NetworkPolicy, ...]:
    """The NetworkPolicies that judge what the client asks."""
    return () if client.pod.host_network else world.engine.policies_of(client, Direction.EGRESS)


def may_ask_dns(world: World, client: Workload) -> str:
    """Whether a client's egress lets it ask the cluster's DNS: allowed, egress-denied, unknown.

    The DNS server's pods are outside the render: a rule counts if it may mean them. TCP alone does not do: resolvers
    ask by UDP first, and wait for an answer (RFC 7766).
    """
    said = _by_policies(world, client)
    return "unknown" if _may_be_overruled(world, client, said) else said


def _may_be_overruled(world: World, client: Workload, said: str) -> bool:
    """Whether an admin policy may say the opposite: of the DNS server's pods nobody knows namespace, labels, address.

    Its networks count too: "cluster-internal traffic will be checked against the rule as well" (the API of
    policy.networking.k8s.io), and plugins differ in whether they do.
    """
    if client.pod.host_network:
        return False
    opposite = Action.ALLOW if said == "egress-denied" else Action.DENY
    return any(
        rule.action is opposite
        and any(numbered_ports(rule).has(port, "UDP") for port in world.config.cluster.dns_ports)
        for _, rule in world.engine.admin_rules(client, Direction.EGRESS)
    )


def _by_policies(world: World, client: Workload) -> str:
    policies = dns_policies(world, client)
    if not policies:
        return "allowed"
    if world.engine.plugin_policies_of(client, Direction.EGRESS):
        return "unknown"  # what they allow adds to what NetworkPolicies do
    ports = world.config.cluster.dns_ports
    if any(_lets_ask(rule, ports) for policy in policies for rule in policy.egress or ()):
        return "allowed"
    asked = [world.engine.egress_outside(client, port, "UDP") for port in ports]
    return "unknown" if any(answer.reason is not None for answer in asked) else "egress-denied"


def _lets_ask(rule: PolicyRule, ports: Sequence[int]) -> bool:
    if rule.ports is not None and not any(_covers(entry, port) for entry in rule.ports for port in ports):
        return False
    return rule.peers is None or any(_may_be_dns(peer) for peer in rule.peers)


def _covers(entry: PortRule, port: int) -> bool:
    if entry.protocol != "UDP":
        return False
    if isinstance(entry.port, str):  # a named port of the DNS server's pods
        return True
    return entry.port is None or entry.port <= port <= (entry.end_port or entry.port)


def _may_be_dns(peer: PeerRule) -> bool:
    """Another namespace's pods, or a block: NodeLocal DNSCache answers at a link-local address."""
    if peer.block is not None or peer.namespaces is not None:
        return True
    return _names_dns(peer.pods)


def _names_dns(pods: Selector | None) -> bool:
    """Pods of the policy's own namespace: the cluster's DNS only where they are labelled like it."""
    return pods is not None and pods.labels.get("k8s-app") in ("kube-dns", "node-local-dns")

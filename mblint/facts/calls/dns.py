"""Clients that must resolve host names, and whether their egress lets them ask the cluster's DNS."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from mblint.cluster.engine.rule_ports import numbered_ports
from mblint.cluster.objects import Workload
from mblint.cluster.policies.objects import Action, Direction, NetworkPolicy, PeerRule, PolicyRule, PortRule, Selector
from mblint.facts.calls.dependencies import Found, find
from mblint.facts.calls.host_names import address_of
from mblint.facts.calls.rows import DnsNeed
from mblint.facts.rows import Related
from mblint.facts.world import World


def dns_needs(world: World) -> tuple[DnsNeed, ...]:
    """One row for each lasting workload, Job or Pod that calls at least one host by name."""
    by_client = groupby(find(world), key=lambda found: found.destination.setting.workload.id)
    return tuple(row for _, found in by_client if (row := _need(world, tuple(found))) is not None)


def _need(world: World, found: Sequence[Found]) -> DnsNeed | None:
    named = [each for each in found if _asks(each)]
    if not named:
        return None
    client = named[0].destination.setting.workload
    policies = _policies(world, client)
    verdict = may_ask_dns(world, client)
    return DnsNeed(
        object=client.id,
        place=policies[0].place if verdict == "egress-denied" else named[0].row.place,
        related=tuple(_related(policies, named[0])) if verdict == "egress-denied" else (),
        linted=client.linted,
        client=str(client.id),
        hosts=tuple(dict.fromkeys(each.row.host for each in named)),
        ports=world.config.cluster.dns_ports,
        verdict=verdict,
        policies=tuple(policy.id.name for policy in policies),
    )


def _asks(found: Found) -> bool:
    """A host that is no address, and that /etc/hosts does not answer."""
    if found.resolution.resolves == "self" or found.destination.hidden:
        return False
    if address_of(found.destination.host.strip("[]")) is not None and found.resolution.address is not None:
        return "." in found.destination.host and not found.destination.host[-1].isdigit()
    return found.resolution.address is None


def _policies(world: World, client: Workload) -> tuple[NetworkPolicy, ...]:
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
    policies = _policies(world, client)
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


def _related(policies: Sequence[NetworkPolicy], first: Found) -> Iterator[Related]:
    for policy in policies[1:]:
        yield Related(f"NetworkPolicy {policy.id.name} judges the client's egress, too", policy.place, policy.id)
    yield Related(f"{first.row.settings} names {first.row.host}", first.row.place)

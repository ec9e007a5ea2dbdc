"""Clients that must resolve host names: whether they ask the cluster's DNS, and their egress lets them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from msgspec.structs import replace

from mblint.cluster.objects import Workload, names_once
from mblint.cluster.policies.objects import NetworkPolicy
from mblint.facts.callers.dependencies import Found, find
from mblint.facts.callers.rows import DnsNeed
from mblint.facts.rows import Related
from mblint.facts.way.dns import dns_policies, may_ask_dns, unseen_label
from mblint.facts.way.for_pods import asks_cluster_dns, meant_service
from mblint.facts.way.host_names import address_of
from mblint.facts.world import World
from mblint.remedies.rendered import put

_AT_FAULT = ("egress-denied", "unseen-label")
_SEVERAL = 3  # clients that are all cut off: more likely the policies for DNS are elsewhere than forgotten each time


def dns_needs(world: World) -> tuple[DnsNeed, ...]:
    """One row for each lasting workload, Job or Pod that calls at least one host by name."""
    by_client = groupby(find(world), key=lambda found: found.destination.setting.workload.id)
    rows = tuple(row for _, found in by_client if (row := _need(world, tuple(found))) is not None)
    if len(rows) < _SEVERAL or any(row.verdict != "egress-denied" for row in rows):
        return rows
    return tuple(replace(row, scope="the view", of_all=len(rows)) for row in rows)


def _need(world: World, found: Sequence[Found]) -> DnsNeed | None:
    named = [each for each in found if _asks(each)]
    if not named:
        return None
    client = named[0].destination.setting.workload
    if not asks_cluster_dns(client) and (row := _asked_on_node(world, client, named)) is not None:
        return row
    policies = dns_policies(world, client)
    verdict = may_ask_dns(world, client)
    return DnsNeed(
        object=client.id,
        place=policies[0].place if verdict in _AT_FAULT else named[0].row.place,
        related=tuple(_related(policies, named[0])) if verdict in _AT_FAULT else (),
        linted=client.linted,
        client=str(client.id),
        hosts=tuple(dict.fromkeys(each.row.host for each in named)),
        ports=world.config.cluster.dns_ports,
        verdict=verdict,
        reason="other policies than NetworkPolicies say whether it may ask DNS" if verdict == "unknown" else None,
        scope=str(client.id),
        label=unseen_label(world, client) if verdict == "unseen-label" else None,
        policies=names_once(policies),
    )


def _asked_on_node(world: World, client: Workload, named: Sequence[Found]) -> DnsNeed | None:
    """The node's resolver knows no Service, unless the names are written down for it outside the view."""
    meant = [
        (each, service)
        for each in named
        if (service := meant_service(each.destination.host, client, world.cluster, world.config.cluster)) is not None
    ]
    if not meant or client.pod.dns_policy == "None":  # its own servers may well know them
        return None
    policy, field = client.pod.dns_policy, client.pod.place.at("dnsPolicy")
    said = f"its dnsPolicy is {policy}" if policy == "Default" else "it is on the network of the node (hostNetwork)"
    right = "ClusterFirstWithHostNet" if client.pod.host_network else "ClusterFirst"
    return DnsNeed(
        object=client.id,
        place=field if policy is not None else client.pod.place.at("hostNetwork"),
        related=tuple(Related(f"{each.row.settings} names {each.row.host}", each.row.place) for each, _ in meant[:3]),
        linted=client.linted,
        client=str(client.id),
        hosts=tuple(dict.fromkeys(each.row.host for each, _ in meant)),
        ports=(),
        verdict="node-resolver",
        scope=str(client.id),
        asks_node=said,
        right_policy=right,
        edits=(put(client, client.pod.place, "dnsPolicy", right),),
    )


def _asks(found: Found) -> bool:
    """A host that is no address, and that /etc/hosts does not answer."""
    if found.resolution.resolves == "self" or found.destination.hidden:
        return False
    if address_of(found.destination.host.strip("[]")) is not None and found.resolution.address is not None:
        return "." in found.destination.host and not found.destination.host[-1].isdigit()
    return found.resolution.address is None


def _related(policies: Sequence[NetworkPolicy], first: Found) -> Iterator[Related]:
    for policy in policies[1:]:
        yield Related(f"NetworkPolicy {policy.id.name} judges the client's egress, too", policy.place, policy.id)
    yield Related(f"{first.row.settings} names {first.row.host}", first.row.place)

"""The rules of policies that may cover a port, worked out once for all packets that arrive at it under these policies.

In a large namespace every pod is under the same hundred policies, and most of their rules are about other ports.
"""

from __future__ import annotations

from mblint.cluster.cluster import Cluster
from mblint.cluster.engine.packet import Packet
from mblint.cluster.engine.rule_ports import covers, covers_by_number, has_named_ports
from mblint.cluster.policies.objects import Direction, NetworkPolicy, PolicyRule
from mblint.cluster.remembered import remembered_each

Policies = tuple[NetworkPolicy, ...]
RuleOf = tuple[NetworkPolicy, PolicyRule]


def covering(cluster: Cluster, policies: Policies, packet: Packet, port: int) -> list[RuleOf]:
    """The rules that cover a port of the packet's server, in the order written."""
    possible = _may_cover(cluster, (policies, packet.direction, port, packet.protocol))
    return [(policy, rule) for policy, rule in possible if covers(rule, packet.server, port, packet.protocol)]


@remembered_each
def _may_cover(cluster: Cluster, asked: tuple[Policies, Direction, int, str]) -> list[RuleOf]:
    """Those that do by number, and those with names of ports, which mean what the server calls so."""
    policies, direction, port, protocol = asked
    return [
        (policy, rule)
        for policy in policies
        for rule in policy.rules(direction) or ()
        if covers_by_number(rule, port, protocol) or has_named_ports(rule)
    ]


@remembered_each
def with_peers(cluster: Cluster, asked: tuple[Policies, Direction]) -> list[RuleOf]:
    """The rules that are not for everybody."""
    policies, direction = asked
    return [(policy, rule) for policy in policies for rule in policy.rules(direction) or () if rule.peers is not None]

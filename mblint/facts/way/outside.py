"""What a client's egress policies let it reach that is not in the view: addresses, to the letter, and unseen pods."""

from __future__ import annotations

from ipaddress import IPv4Address, summarize_address_range

from mblint.cluster.engine.addresses import Addresses
from mblint.cluster.engine.decision import RuleRef
from mblint.cluster.engine.rule_ports import covers_by_number, has_named_ports
from mblint.cluster.objects import Workload
from mblint.cluster.policies.objects import Action, Direction
from mblint.facts.way.host_names import Address
from mblint.facts.world import World


def lets_out_to(world: World, client: Workload, port: int, protocol: str, address: Address) -> bool:
    """Whether that one address is among them."""
    return any(allowed and _holds(cell, address) for cell, allowed in _cells(world, client, port, protocol))


def rule_out_to(world: World, client: Workload, port: int, protocol: str, address: Address) -> RuleRef | None:
    """The first rule of the client's NetworkPolicies that names that address. None: none does, or an admin rule."""
    universe = world.engine.universe
    for policy in world.engine.policies_of(client, Direction.EGRESS):
        for rule in policy.egress or ():
            if universe.rule_peers(policy, rule) & _bit(world, address) and covers_by_number(rule, port, protocol):
                return RuleRef(policy, rule, Direction.EGRESS)
    return None


def _bit(world: World, address: Address) -> int:
    cells, first = world.engine.universe.cells, len(world.engine.universe.workloads)
    return next(1 << number for number, cell in enumerate(cells, start=first) if _holds(cell, address))


def _holds(cell: Addresses, address: Address) -> bool:
    return cell.version == address.version and cell.first <= int(address) <= cell.last


def lets_out_everywhere(world: World, client: Workload, port: int, protocol: str) -> bool:
    """Whether every public IPv4 address is among them: then it does not matter which one a host name has."""
    return all(allowed or not _has_public(cell) for cell, allowed in _cells(world, client, port, protocol))


def _cells(world: World, client: Workload, port: int, protocol: str) -> list[tuple[Addresses, bool]]:
    universe = world.engine.universe
    allowed = 0
    for mask, ports in world.engine.reachable(client, Direction.EGRESS):
        if ports.has(port, protocol):
            allowed |= mask
    first = len(universe.workloads)
    return [(cell, bool(allowed >> number & 1)) for number, cell in enumerate(universe.cells, start=first)]


def _has_public(cell: Addresses) -> bool:
    if cell.version != 4:
        return False
    blocks = summarize_address_range(IPv4Address(cell.first), IPv4Address(cell.last))
    return any(block.is_global and not block.is_multicast for block in blocks)


def may_reach_unseen_pods(world: World, client: Workload, port: int, protocol: str) -> bool:
    """True where a rule allows the port to namespaces that may hold pods of which the render knows nothing."""
    for policy in world.engine.policies_of(client, Direction.EGRESS):
        for rule in policy.egress or ():
            covers = rule.ports is None or any(
                entry.protocol == protocol
                and (not isinstance(entry.port, int) or entry.port <= port <= (entry.end_port or entry.port))
                for entry in rule.ports
            )
            if covers and (rule.peers is None or any(peer.namespaces is not None for peer in rule.peers)):
                return True
    return any(
        rule.action is Action.ALLOW
        and (rule.peers is None or any(peer.pods is not None for peer in rule.peers))
        and (covers_by_number(rule, port, protocol) or has_named_ports(rule))
        for plugin_policy in world.engine.plugin_policies_of(client, Direction.EGRESS)
        for rule in plugin_policy.egress
    )

"""Which addresses outside the cluster a client's egress policies let it reach on one port, to the letter."""

from __future__ import annotations

from ipaddress import IPv4Address, summarize_address_range

from mblint.cluster.engine.addresses import Addresses
from mblint.cluster.engine.decision import RuleRef
from mblint.cluster.engine.rule_ports import numbered_ports
from mblint.cluster.objects import Workload
from mblint.cluster.policies.objects import Direction
from mblint.facts.calls.host_names import Address
from mblint.facts.world import World


def lets_out_to(world: World, client: Workload, port: int, protocol: str, address: Address) -> bool:
    """Whether that one address is among them."""
    return any(allowed and _holds(cell, address) for cell, allowed in _cells(world, client, port, protocol))


def rule_out_to(world: World, client: Workload, port: int, protocol: str, address: Address) -> RuleRef | None:
    """The first rule of the client's NetworkPolicies that names that address. None: none does, or an admin rule."""
    universe = world.engine.universe
    for policy in world.engine.policies_of(client, Direction.EGRESS):
        for rule in policy.egress or ():
            if universe.rule_peers(policy, rule) & _bit(world, address) and numbered_ports(rule).has(port, protocol):
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

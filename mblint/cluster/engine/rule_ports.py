"""The ports of a rule. Names resolve in the pods of the destination, by name and protocol."""

from __future__ import annotations

from mblint.cluster.objects import Workload
from mblint.cluster.policies.objects import AdminPort, AdminRule, PolicyRule, PortRule
from mblint.cluster.policies.ports import ALL, EMPTY, FIRST_PORT, LAST_PORT, PROTOCOLS, PortSet, ports, union
from mblint.cluster.services import named_ports


def numbered_ports(rule: PolicyRule | AdminRule) -> PortSet:
    """What it covers whatever the destination is: ports by number, whole protocols, or everything."""
    return ALL if rule.ports is None else union(map(_numbered, rule.ports))


def has_named_ports(rule: PolicyRule | AdminRule) -> bool:
    """True where it covers more for destinations that have a port of some name."""
    return any(_name(port) is not None for port in rule.ports or ())


def named_ports_at(rule: PolicyRule | AdminRule, destination: Workload) -> PortSet:
    """What its named ports are in the destination's pods; nothing for a name that these do not have."""
    return union(
        ports(entry.protocol, entry.number, entry.number)
        for port in rule.ports or ()
        for entry in named_ports(destination, _name(port))
        if port.protocol in (None, entry.protocol)
    )


def rule_ports(rule: PolicyRule | AdminRule, destination: Workload) -> PortSet:
    """Everything that it covers at that destination."""
    return numbered_ports(rule) | named_ports_at(rule, destination)


def covers(rule: PolicyRule | AdminRule, destination: Workload, port: int, protocol: str) -> bool:
    """Whether one port is among these. Asked of each rule for each packet, so that no set is made."""
    if covers_by_number(rule, port, protocol):
        return True
    for entry in rule.ports or ():
        if (name := _name(entry)) is not None and entry.protocol in (None, protocol):
            found = named_ports(destination, name)
            if any(one.number == port and one.protocol == protocol for one in found):
                return True
    return False


def covers_by_number(rule: PolicyRule | AdminRule, port: int, protocol: str) -> bool:
    """Whether one port is among those that it covers whatever the destination is."""
    if rule.ports is None:
        return FIRST_PORT <= port <= LAST_PORT and protocol in PROTOCOLS
    for entry in rule.ports:
        if entry.protocol not in (None, protocol):
            continue
        if isinstance(entry, AdminPort):
            found = entry.name is None and entry.first <= port <= entry.last
        elif entry.port is None:
            found = FIRST_PORT <= port <= LAST_PORT
        else:
            found = isinstance(entry.port, int) and entry.port <= port <= (entry.end_port or entry.port)
        if found:
            return True
    return False


def _name(port: PortRule | AdminPort) -> str | None:
    name = port.name if isinstance(port, AdminPort) else port.port
    return name if isinstance(name, str) else None


def _numbered(port: PortRule | AdminPort) -> PortSet:
    match port:
        case AdminPort(name=None, protocol=str(protocol)):
            return ports(protocol, port.first, port.last)
        case PortRule(port=None):
            return ports(port.protocol)
        case PortRule(port=int(number)):
            return ports(port.protocol, number, port.end_port or number)
    return EMPTY

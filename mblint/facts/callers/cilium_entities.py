"""Whether egress rules of Cilium may let pods out to API servers, which are no pods: `toEntities: [kube-apiserver]`.

Rules for endpoints mean pods, and rules for names of hosts the addresses that DNS gave for them; any other peer may
cover an API server.
Source: https://docs.cilium.io/en/stable/security/policy/language/
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mblint.cluster.kinds import group_of
from mblint.cluster.objects import Object
from mblint.manifests.documents import Value

_OF_PODS_AND_NAMES = frozenset(("toEndpoints", "toFQDNs"))
_BESIDE = frozenset(("toPorts", "toRequires", "icmps", "authentication"))


def is_of_cilium(policy: Object) -> bool:
    """Whether it is a policy of Cilium's own kinds."""
    return group_of(policy.api_version) == "cilium.io"


def may_reach_api_server(policy: Object, ports: Sequence[int]) -> bool:
    """Whether one of its egress rules may cover API servers that listen on one of these ports."""
    return any(_may_cover(rule, ports) for rule in _rules(policy))


def _rules(policy: Object) -> Iterator[Value]:
    whole = policy.node.value
    specs: list[Value] = []
    if isinstance(whole, dict):
        several = whole.get("specs")
        specs = [whole.get("spec"), *(several if isinstance(several, list) else ())]
    for spec in specs:
        rules = spec.get("egress") if isinstance(spec, dict) else None
        yield from rules if isinstance(rules, list) else ()


def _may_cover(rule: Value, ports: Sequence[int]) -> bool:
    if not isinstance(rule, dict):
        return True
    peers = {key for key, value in rule.items() if key.startswith("to") and value} - _BESIDE
    if peers and peers <= _OF_PODS_AND_NAMES:
        return False
    written = rule.get("toPorts")
    named = [_ports_of(each) for each in written] if isinstance(written, list) and written else [None]
    return any(each is None or any(port in each for port in ports) for each in named)


def _ports_of(rule: Value) -> set[int] | None:
    """The numbers that an entry of `toPorts` names; None where it may cover others."""
    written = rule.get("ports") if isinstance(rule, dict) else None
    if not isinstance(written, list) or not written:
        return None
    found = set()
    for each in written:
        port = str(each.get("port")) if isinstance(each, dict) and "endPort" not in each else ""
        if not port.isdecimal() or port == "0":
            return None
        found.add(int(port))
    return found

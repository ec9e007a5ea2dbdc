"""Rules for names (`toFQDNs`) in many namespaces, and nowhere one that sends DNS through Cilium's proxy.

None of them would ever let anything out, so that a policy that is not in the view sends the pods' DNS there, for the
whole cluster as a rule. What else it lets out, nobody knows.
Source: https://docs.cilium.io/en/stable/security/dns/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mblint.cluster.objects import Object
from mblint.cluster.policies.objects import Direction, UnmodelledPolicy
from mblint.cluster.policies.unmodelled import all_pods
from mblint.manifests.documents import Value

_KINDS = ("CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy")
_MANY = 3  # namespaces: fewer may have been forgotten
_SAYS = "no rule of the view sends DNS through Cilium's proxy, so that one that it lacks does, and may let out more"


def dns_elsewhere(objects: Sequence[Object]) -> Iterator[UnmodelledPolicy]:
    """What stands for the policy that the view lacks; nothing where its own policies may do without."""
    by_names: dict[str, Object] = {}
    for held in objects:
        if held.id.kind not in _KINDS:
            continue
        for rule in _egress(held.place.value):
            ports = _listed(rule.get("toPorts"))
            if any(_asks_proxy(entry) or _opens_dns(entry) for entry in ports):
                return
            if rule.get("toFQDNs"):
                by_names.setdefault(held.id.namespace, held)
    if len(by_names) >= _MANY:
        first = next(iter(by_names.values()))
        yield UnmodelledPolicy(
            *first.header, subjects=(all_pods(None),), directions=frozenset((Direction.EGRESS,)), says=_SAYS
        )


def _egress(value: Value) -> Iterator[Mapping[str, Value]]:
    whole = value if isinstance(value, dict) else {}
    for spec in (whole.get("spec"), *_listed(whole.get("specs"))):
        if isinstance(spec, dict):
            yield from _listed(spec.get("egress"))


def _listed(value: Value) -> list[Mapping[str, Value]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _asks_proxy(entry: Mapping[str, Value]) -> bool:
    rules = entry.get("rules")
    return isinstance(rules, dict) and bool(rules.get("dns"))


def _opens_dns(entry: Mapping[str, Value]) -> bool:
    return any(str(port.get("port")) == "53" for port in _listed(entry.get("ports")))

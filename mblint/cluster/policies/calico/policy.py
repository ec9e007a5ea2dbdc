"""Reads Calico's NetworkPolicy, GlobalNetworkPolicy and Tier into rules that the engine knows.

Source: docs.tigera.io/calico/latest/reference/resources: networkpolicy, globalnetworkpolicy, tier. Tiers are asked by
their order, in a tier the policies that select a pod by theirs, and the first rule that matches decides; what none
matches is denied, or left to the next tier. NetworkPolicies stand at the order 1000 of the tier "default".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from mblint.cluster.objects import Object
from mblint.cluster.policies.calico.endpoints import endpoints, in_namespaces, of_both, pods_of, with_accounts
from mblint.cluster.policies.calico.peers import local_side, peers
from mblint.cluster.policies.calico.ports import ports
from mblint.cluster.policies.calico.selectors import EVERYTHING, Alternatives
from mblint.cluster.policies.objects import (
    DEFAULT_TIER,
    NETWORK_POLICIES,
    Action,
    Direction,
    PluginPolicy,
    PluginRule,
    PluginTier,
    PodsOf,
    UnmodelledPolicy,
)
from mblint.cluster.policies.references import CalicoTier, References
from mblint.cluster.policies.unmodelled import (
    NotModelled,
    all_pods,
    known_fields,
    own_namespace,
    refused,
    unmodelled,
)
from mblint.manifests.nodes import Node, WrongType

_LAST = float("inf")  # without an order a tier or a policy is asked after all others
_SPEC = {"selector", "namespaceSelector", "serviceAccountSelector", "types", "order", "ingress", "egress", "tier"}
_ABOUT = {"performanceHints", "applyOnForward", "doNotTrack", "preDNAT"}
_RULE = {
    "action",
    "metadata",
    "protocol",
    "notProtocol",
    "icmp",
    "notICMP",
    "ipVersion",
    "source",
    "destination",
    "http",
}
_ACTIONS = {"Allow": Action.ALLOW, "Deny": Action.DENY, "Pass": Action.PASS}
_SIDES = {Direction.EGRESS: ("destination", "source"), Direction.INGRESS: ("source", "destination")}


def read_tier(base: Object, node: Node) -> CalicoTier:
    """A Tier."""
    spec = node.get("spec")
    order = _order(spec.get("order"))
    return CalicoTier(*base.header, PluginTier(order, base.id.name), spec.get("defaultAction").text() == "Pass")


def read_calico_policies(base: Object, node: Node, references: References) -> Iterator[PluginPolicy | UnmodelledPolicy]:
    """What a policy says: nothing where it is about the hosts' own traffic.

    Rules that hold for some of its pods only are a policy of their own here, about these.
    """
    spec = node.get("spec")
    if spec.get("doNotTrack").value is True or spec.get("preDNAT").value is True:
        return
    own = own_namespace(base)
    subjects: tuple[PodsOf, ...] = (all_pods(own),)
    directions = frozenset(Direction)
    try:
        directions = _types(spec)
        selected = _subjects(spec, own, references)
        subjects = pods_of(_selector(spec), selected, references)
        known_fields(spec, _SPEC | _ABOUT)
        tier, passes = _tier(spec, references)
        order = _order(spec.get("order"))
    except NotModelled as error:
        yield unmodelled(base, subjects, directions, error)
        return
    rules: dict[Direction, tuple[PluginRule, ...]] = {}
    found: list[PluginPolicy | UnmodelledPolicy] = []
    for direction in sorted(directions, key=lambda one: one.value):
        try:
            written = list(_rules(spec.get(direction.value), direction, own, order, references))
            _check_order(spec.get("order"), tier, written, references)
            some = [
                (pods_of(_selector(spec), of_both(_selector(spec), selected, condition), references), rule)
                for condition, rule in written
                if condition != EVERYTHING
            ]
        except NotModelled as error:
            found.append(unmodelled(base, subjects, (direction,), error))
            continue
        except WrongType as wrong:
            yield refused(base, subjects, wrong)
            return
        rules[direction] = tuple(rule for condition, rule in written if condition == EVERYTHING)
        found += (_policy(base, pods, {direction: (rule,)}, tier, isolates=()) for pods, rule in some)
    yield from found
    yield _policy(base, subjects, rules, tier, isolates=() if passes else rules)


_Conditional = tuple[Alternatives, PluginRule]  # a rule, and for which of the policy's pods it holds


def _policy(
    base: Object,
    subjects: tuple[PodsOf, ...],
    rules: Mapping[Direction, tuple[PluginRule, ...]],
    tier: PluginTier,
    isolates: Iterable[Direction],
) -> PluginPolicy:
    egress, ingress = (rules.get(direction, ()) for direction in (Direction.EGRESS, Direction.INGRESS))
    return PluginPolicy(*base.header, subjects, frozenset(isolates), egress, ingress, tier)


def _types(spec: Node) -> frozenset[Direction]:
    """Without `types`: egress where there are egress rules; ingress too, unless there are egress rules alone."""
    types = spec.get("types").texts()
    if types:
        return frozenset(direction for direction in Direction if direction.name.capitalize() in types)
    if spec.get("egress").absent:
        return frozenset({Direction.INGRESS})
    return frozenset({Direction.EGRESS} if spec.get("ingress").absent else Direction)


def _subjects(spec: Node, own: str | None, references: References) -> Alternatives:
    found = in_namespaces(spec.get("namespaceSelector"), own, references)
    found = of_both(spec.get("selector"), found, endpoints(spec.get("selector"), references))
    accounts = spec.get("serviceAccountSelector")
    return of_both(accounts, found, with_accounts(accounts, references))


def _selector(spec: Node) -> Node:
    """The selector to name where service accounts cannot be found: the one of accounts, if there is one."""
    accounts = spec.get("serviceAccountSelector")
    return spec.get("selector") if accounts.absent else accounts


def _tier(spec: Node, references: References) -> tuple[PluginTier, bool]:
    """The tier, and whether it passes on what its policies do not decide. "default" is always there."""
    name = spec.get("tier").text() or DEFAULT_TIER.name
    if name == DEFAULT_TIER.name:
        return DEFAULT_TIER, False
    found = references.tiers.get(name)
    if found is None:
        raise NotModelled(spec.get("tier"), f"{name}, which is not in the render,")
    return found.tier, found.passes


def _order(node: Node) -> float:
    if node.absent:
        return _LAST
    if isinstance(node.value, bool) or not isinstance(node.value, int | float):
        raise node.wrong("a number")
    return float(node.value)


def _check_order(node: Node, tier: PluginTier, rules: list[_Conditional], references: References) -> None:
    """Of a policy and a NetworkPolicy of one order it depends on Calico's version which is asked first."""
    beside = tier == DEFAULT_TIER and node.value == NETWORK_POLICIES and references.has_network_policies
    if beside and any(rule.action is not Action.ALLOW for _, rule in rules):
        raise NotModelled(node, "that NetworkPolicies have too")


# ---------------------------------------------------------------- rules


def _rules(
    node: Node, direction: Direction, own: str | None, order: float, references: References
) -> Iterator[_Conditional]:
    """Those that decide: Log does not."""
    for number, rule in enumerate(node.items(), start=1):
        known_fields(rule, _RULE)
        action = rule.get("action").required_text()
        if action == "Log":
            continue
        if action not in _ACTIONS:
            raise NotModelled(rule.get("action"), action)
        if not rule.get("http").absent and (action != "Allow" or direction is Direction.EGRESS):
            raise NotModelled(rule.get("http"), "beside what Calico takes it for")
        side, local = (rule.get(key) for key in _SIDES[direction])
        whom = peers(rule, side, own, references)
        yield (
            local_side(local, references),
            PluginRule(
                number=number,
                name=None,
                action=_ACTIONS[action],
                peers=whom.peers,
                ports=ports(rule) if whom.ports is None else whom.ports,
                place=rule.place,
                order=order,
                restricted=None if rule.get("http").absent else "http",
                blocks_cover_pods=whom.blocks_cover_pods,
            ),
        )

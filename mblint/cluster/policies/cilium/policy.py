"""Reads CiliumNetworkPolicy and CiliumClusterwideNetworkPolicy into rules that the engine knows.

Source: docs.cilium.io/en/stable/security/policy (rule basics, layers 3, 4 and 7, deny policies) and the types of
cilium/cilium, pkg/policy/api. Rules that allow add up with NetworkPolicies; rules that deny come before all of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.objects import Object
from mblint.cluster.policies.cilium.endpoints import subject
from mblint.cluster.policies.cilium.peers import Peers, peers, peers_fields
from mblint.cluster.policies.cilium.ports import ports
from mblint.cluster.policies.cilium.refusals import check
from mblint.cluster.policies.objects import (
    NETWORK_POLICIES,
    Action,
    Direction,
    PluginPolicy,
    PluginRule,
    PodsOf,
    UnmodelledPolicy,
)
from mblint.cluster.policies.references import References
from mblint.cluster.policies.unmodelled import (
    NotModelled,
    all_pods,
    known_fields,
    own_namespace,
    refused,
    unmodelled,
)
from mblint.manifests.nodes import Node, WrongType

_SECTIONS = {direction: (f"{direction.value}Deny", direction.value) for direction in Direction}
_ABOUT = {"endpointSelector", "enableDefaultDeny", "labels", "description", "log"}
# Denials come first, and rules that let through only some come last: what another rule allows they do not restrict.
_DENIES, _ALLOWS, _RESTRICTS = float("-inf"), NETWORK_POLICIES, NETWORK_POLICIES + 1


def read_cilium_policies(base: Object, node: Node, references: References) -> Iterator[PluginPolicy | UnmodelledPolicy]:
    """What each of its rules says: `spec` is one of them, `specs` a list. Those about nodes are left out.

    Cilium takes the whole policy or nothing of it.
    """
    own = own_namespace(base)
    specs = [spec for spec in (node.get("spec"), *node.get("specs").items()) if not spec.absent]
    try:
        for spec in specs:
            check(spec, own)
        about_pods = (spec for spec in specs if spec.get("nodeSelector").absent)
        yield from tuple(one for spec in about_pods for one in _rule_of(base, spec, references))
    except WrongType as wrong:
        yield refused(base, tuple(_subject_if_readable(spec, own, references) for spec in specs), wrong)


def _subject_if_readable(spec: Node, own: str | None, references: References) -> PodsOf:
    try:
        return subject(spec.get("endpointSelector"), own, references)
    except (NotModelled, WrongType):
        return all_pods(own)


def _rule_of(base: Object, spec: Node, references: References) -> Iterator[PluginPolicy | UnmodelledPolicy]:
    own = own_namespace(base)
    subjects: tuple[PodsOf, ...] = (all_pods(own),)
    directions = [direction for direction in Direction if _judges(spec, direction)]
    try:
        subjects = (subject(spec.get("endpointSelector"), own, references),)
        known_fields(spec, _ABOUT.union(*_SECTIONS.values()))
        known_fields(spec.get("enableDefaultDeny"), {one.value for one in Direction})
    except NotModelled as error:
        yield unmodelled(base, subjects, directions, error)
        return
    rules: dict[Direction, tuple[PluginRule, ...]] = {}
    isolates: set[Direction] = set()
    for direction in directions:
        try:
            rules[direction] = tuple(_rules(spec, direction, own, references))
        except NotModelled as error:
            yield unmodelled(base, subjects, (direction,), error)
            continue
        isolates |= {direction} if _isolates(spec, direction) else set()
        if _closes_without_rules(spec, direction):
            yield unmodelled(base, subjects, (direction,), NotModelled(_default_deny(spec, direction), "without rules"))
    yield PluginPolicy(
        *base.header,
        subjects=subjects,
        isolates=frozenset(isolates),
        egress=rules.get(Direction.EGRESS, ()),
        ingress=rules.get(Direction.INGRESS, ()),
    )


def _judges(spec: Node, direction: Direction) -> bool:
    """True where it says anything of a direction."""
    return _default_deny(spec, direction).boolean() is True or _has_rules(spec, direction)


def _has_rules(spec: Node, direction: Direction) -> bool:
    return any(True for section in _SECTIONS[direction] for _ in spec.get(section).items())


def _default_deny(spec: Node, direction: Direction) -> Node:
    return spec.get("enableDefaultDeny").get(direction.value)


def _isolates(spec: Node, direction: Direction) -> bool:
    """Each direction that has rules is closed for what none allows, unless it says that it is not."""
    told = _default_deny(spec, direction).boolean()
    return told if told is not None else _has_rules(spec, direction)


def _closes_without_rules(spec: Node, direction: Direction) -> bool:
    """The documentation can be read as closing it; the agent leaves a direction open in which nothing is said."""
    return _isolates(spec, direction) and not _has_rules(spec, direction)


def _rules(spec: Node, direction: Direction, own: str | None, references: References) -> Iterator[PluginRule]:
    for section, action in zip(_SECTIONS[direction], (Action.DENY, Action.ALLOW), strict=True):
        for number, rule in enumerate(spec.get(section).items(), start=1):
            yield from _rule(rule, number, action, peers(rule, direction, action, own, references), direction)


def _rule(node: Node, number: int, action: Action, whom: Peers, direction: Direction) -> Iterator[PluginRule]:
    """One rule of the policy is several here, where only some of its ports are restricted further."""
    known_fields(node, peers_fields(direction, action) | _beside(action))
    for allowed, by_content in ports(node, action):
        restricted = whom.restricted or by_content or _mutual(node)
        yield PluginRule(
            number=number,
            name=None,
            action=action,
            peers=whom.peers,
            ports=allowed,
            place=node.place,
            order=_DENIES if action is Action.DENY else _RESTRICTS if restricted else _ALLOWS,
            restricted=restricted,
            blocks_cover_pods=False,
        )


def _beside(action: Action) -> set[str]:
    return {"toPorts", "icmps"} | ({"authentication"} if action is Action.ALLOW else set())


def _mutual(node: Node) -> str | None:
    """Mutual authentication lets through only pods that prove who they are."""
    mode = node.get("authentication").get("mode")
    if mode.text() not in (None, "", "disabled", "required"):
        raise NotModelled(mode, mode.text() or "")
    return "authentication" if mode.text() == "required" else None

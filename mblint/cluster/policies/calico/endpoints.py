"""Whom Calico's selectors mean: pods by their own labels and by those of their namespaces and service accounts.

Calico gives all of these to an endpoint under names of their own, and so are they written here until pods are looked
for: `pcns.` stands before the labels of namespaces, `pcsa.` before those of service accounts. Source:
docs.tigera.io/calico/latest/reference/resources/networkpolicy, and the rules' conversion in projectcalico/calico,
libcalico-go/lib/backend/syncersv1/updateprocessors/rules.go.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from mblint.cluster.objects import NAMESPACE_NAME
from mblint.cluster.policies.calico.selectors import (
    EVERYTHING,
    Alternatives,
    NoSelector,
    TooMuch,
    Words,
    both,
    opposite,
    parse,
)
from mblint.cluster.policies.objects import AddressBlock, PodsOf, Requirement, Selector
from mblint.cluster.policies.references import AddressGroup, References
from mblint.cluster.policies.run_time_labels import set_at_run_time
from mblint.cluster.policies.selectors import holds, selects
from mblint.cluster.policies.unmodelled import NotModelled, field_name
from mblint.manifests.nodes import Node, WrongType

_NAMESPACE, _ACCOUNT = "projectcalico.org/namespace", "projectcalico.org/serviceaccount"
_OF_NAMESPACE, _OF_ACCOUNT = "pcns.", "pcsa."
_NAME = "projectcalico.org/name"  # of a namespace or of a service account, among their labels
_ORCHESTRATOR = "projectcalico.org/orchestrator"
_IN_A_NAMESPACE: Alternatives = ((Requirement(_NAMESPACE, "Exists", ()),),)
_IN_NONE: Alternatives = ((Requirement(_NAMESPACE, "DoesNotExist", ()),),)


# ---------------------------------------------------------------- selectors


def endpoints(node: Node, references: References) -> Alternatives:
    """What a selector of endpoints says."""
    return _parsed(node, _words(references))


def in_namespaces(node: Node, own: str | None, references: References) -> Alternatives:
    """What a selector of namespaces says of endpoints. Without one it means the policy's own, if it is in one."""
    if node.text():
        return _parsed(node, replace(_words(references, _OF_NAMESPACE), all_of=_IN_A_NAMESPACE, none_of=_IN_NONE))
    return EVERYTHING if own is None else ((Requirement(_NAMESPACE, "In", (own,)),),)


def with_accounts(node: Node, references: References) -> Alternatives:
    """What a selector of service accounts says of endpoints."""
    return _parsed(node, _words(references, _OF_ACCOUNT))


def with_accounts_named(names: tuple[str, ...]) -> Alternatives:
    """The endpoints that run under a service account of one of these names."""
    return ((Requirement(_ACCOUNT, "In", names),),) if names else EVERYTHING


def _words(references: References, prefix: str = "") -> Words:
    def values(key: str) -> Iterable[str]:
        if not prefix and set_at_run_time(key, None):
            raise TooMuch(f"part of the label {key}, which pods get when they run,")
        return references.label_values(key)

    return Words(prefix, values=values)


def _parsed(node: Node, words: Words) -> Alternatives:
    try:
        return parse(node.text() or "", words)
    except NoSelector as wrong:
        raise WrongType(node.place, f"{field_name(node.path)} is no selector of Calico's: {wrong}") from None
    except TooMuch as wrong:
        raise NotModelled(node, str(wrong)) from None


def all_but(node: Node, unwanted: Alternatives) -> Alternatives:
    """Where what is not wanted does not hold."""
    try:
        return opposite(unwanted)
    except TooMuch as wrong:
        raise NotModelled(node, str(wrong)) from None


def of_both(node: Node, one: Alternatives, other: Alternatives) -> Alternatives:
    """Where both hold; `node` is named where that is too much to work out."""
    try:
        return both(one, other)
    except TooMuch as wrong:
        raise NotModelled(node, str(wrong)) from None


# ---------------------------------------------------------------- pods, sets of networks


def pods_of(node: Node, alternatives: Alternatives, references: References) -> tuple[PodsOf, ...]:
    """The pods among the endpoints."""
    found = (_pods(node, requirements, references) for requirements in alternatives)
    return tuple(pods for pods in found if pods is not None)


def networks_of(alternatives: Alternatives, references: References) -> tuple[AddressBlock, ...]:
    """The networks of the sets that the selectors mean beside pods."""
    return tuple(
        block
        for group in references.groups
        if group.id.kind in ("NetworkSet", "GlobalNetworkSet")
        if any(all(holds(one, _labels(group, references)) for one in each) for each in alternatives)
        for block in group.blocks
    )


def _labels(group: AddressGroup, references: References) -> Mapping[str, str]:
    if not group.id.namespace:
        return group.labels
    of_namespace = references.namespaces[group.id.namespace].items()
    inherited = {f"{_OF_NAMESPACE}{key}": value for key, value in of_namespace}
    name = group.id.namespace
    return {**inherited, **group.labels, _NAMESPACE: name, f"{_OF_NAMESPACE}{_NAME}": name}


def _pods(node: Node, requirements: Iterable[Requirement], references: References) -> PodsOf | None:
    """None: no pod."""
    of_pod: list[Requirement] = []
    of_namespace: list[Requirement] = []
    of_account: list[Requirement] = []
    for one in requirements:
        if one.key == _ORCHESTRATOR:
            if not holds(one, {_ORCHESTRATOR: "k8s"}):
                return None
        elif one.key == _NAMESPACE or one.key.startswith(_OF_NAMESPACE):
            of_namespace.append(_renamed(one, _NAMESPACE, _OF_NAMESPACE, NAMESPACE_NAME))
        elif one.key == _ACCOUNT or one.key.startswith(_OF_ACCOUNT):
            of_account.append(_renamed(one, _ACCOUNT, _OF_ACCOUNT, _NAME))
        else:
            of_pod.append(one)
    inside = Selector({}, tuple(of_namespace))
    accounts = frozenset(_accounts(node, inside, of_account, references)) if of_account else None
    return PodsOf(inside, Selector({}, tuple(of_pod)), accounts=accounts)


def _renamed(one: Requirement, whole: str, prefix: str, name: str) -> Requirement:
    """A label of an endpoint as the label that it comes from. Names are labels of their own there."""
    key = one.key.removeprefix(prefix)
    return Requirement(name if key in (whole, _NAME) else key, one.operator, one.values)


def _accounts(
    node: Node, inside: Selector, wanted: Sequence[Requirement], references: References
) -> Iterator[tuple[str, str]]:
    """The service accounts that fit, of those that pods of these namespaces run under."""
    for (namespace, name), labels in references.accounts.items():
        if not selects(inside, references.namespaces[namespace]):
            continue
        known = [one for one in wanted if labels is not None or one.key == _NAME]
        if not all(holds(one, {**(labels or {}), _NAME: name}) for one in known):
            continue
        if len(known) < len(wanted):
            raise NotModelled(node, f"by labels of the ServiceAccount {name}, which is not in the render,")
        yield namespace, name

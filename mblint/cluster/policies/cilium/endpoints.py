"""Cilium's endpoint selectors: label selectors over the labels of pods, of their namespaces and of who they run as.

Source: docs.cilium.io/en/stable/security/policy/kubernetes, and getEndpointSelector of
pkg/k8s/apis/cilium.io/utils in cilium/cilium.
"""

from __future__ import annotations

from functools import cache

from msgspec import Struct, convert

from mblint.cluster.objects import NAMESPACE_NAME
from mblint.cluster.policies.labels import read_selector
from mblint.cluster.policies.network_policy import EVERYTHING
from mblint.cluster.policies.objects import PodsOf, Requirement, Selector
from mblint.cluster.policies.references import References
from mblint.cluster.policies.selectors import selects
from mblint.cluster.policies.unmodelled import NotModelled
from mblint.globs import matches
from mblint.manifests.nodes import Node
from mblint.shipped import read_table

_POD_NAMESPACE = "io.kubernetes.pod.namespace"
_NAMESPACE_LABELS = "io.cilium.k8s.namespace.labels."
_SERVICE_ACCOUNT = "io.cilium.k8s.policy.serviceaccount"
_WHOSE = ("pod", "namespace", "account")


def subject(node: Node, own: str | None, references: References) -> PodsOf:
    """The pods that a rule is about: always those of the policy's own namespace, if it is in one."""
    pods = endpoints(node, None, references)
    if own is None:
        return pods
    inside = Selector({**pods.namespaces.labels, NAMESPACE_NAME: own}, pods.namespaces.expressions)
    return PodsOf(inside, pods.pods, accounts=pods.accounts)


def endpoints(node: Node, own: str | None, references: References) -> PodsOf:
    """The pods of one selector. Without a word on namespaces it means those of `own`, if the policy is in one."""
    selector = read_selector(node) or EVERYTHING
    labels: dict[str, dict[str, str]] = {whose: {} for whose in _WHOSE}
    expressions: dict[str, list[Requirement]] = {whose: [] for whose in _WHOSE}
    for key, value in selector.labels.items():
        whose, name = _key(node, key)
        labels[whose][name] = value
    for one in selector.expressions:
        whose, name = _key(node, one.key)
        expressions[whose].append(Requirement(name, one.operator, one.values))
    if own is not None and not labels["namespace"] and not expressions["namespace"]:
        labels["namespace"][NAMESPACE_NAME] = own
    pods, namespaces, accounts = (Selector(labels[whose], tuple(expressions[whose])) for whose in _WHOSE)
    return PodsOf(namespaces, pods, accounts=_accounts(accounts, references))


def _accounts(selector: Selector, references: References) -> frozenset[tuple[str, str]] | None:
    if selector == EVERYTHING:
        return None
    return frozenset(account for account in references.accounts if selects(selector, {_SERVICE_ACCOUNT: account[1]}))


def _key(node: Node, key: str) -> tuple[str, str]:
    """Whose label it is, and its name. Keys may say where a label comes from ("k8s:app")."""
    plain = key.removeprefix("k8s:").removeprefix("any:")
    if plain == _POD_NAMESPACE:
        return "namespace", NAMESPACE_NAME
    if plain.startswith(_NAMESPACE_LABELS):
        return "namespace", plain.removeprefix(_NAMESPACE_LABELS)
    if plain == _SERVICE_ACCOUNT:
        return "account", plain
    if ":" in plain or plain.startswith(("io.cilium.", "io.kubernetes.")):
        raise NotModelled(node, f"label {key}")
    if any(matches(plain, glob) for glob in _left_out()):
        raise NotModelled(node, f"label {key}, by which Cilium does not know pods unless it is told to,")
    return "pod", plain


class _IdentityLabels(Struct, frozen=True, rename="kebab"):
    left_out: tuple[str, ...]
    source: str


@cache
def _left_out() -> tuple[str, ...]:
    return convert(read_table("tables/cilium-identity-labels.yaml"), _IdentityLabels).left_out

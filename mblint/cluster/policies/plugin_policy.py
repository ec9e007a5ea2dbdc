"""Recognises the objects of network plugins and meshes that policies consist of, and reads them when all are known.

Few renders hold any of a plugin's: its readers are imported where one does. Source for Istio, of which only whom its
policies concern is read: istio.io/latest/docs/reference/config/security.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mblint.cluster.objects import NAMESPACE_NAME, Object, PluginObject
from mblint.cluster.policies.labels import read_selector
from mblint.cluster.policies.networks import read_cidr_group, read_network_set
from mblint.cluster.policies.objects import Direction, PluginPolicy, PodsOf, Selector, UnmodelledPolicy
from mblint.cluster.policies.references import AddressGroup, CalicoTier, References
from mblint.cluster.policies.unmodelled import all_pods, own_namespace, unmodelled
from mblint.cluster.scopes import group_of
from mblint.manifests.nodes import Node, WrongType

_MESH_ROOT = "istio-system"  # policies of this namespace hold for the whole mesh
_CALICO = ("projectcalico.org", "crd.projectcalico.org")
_POLICIES = {
    "cilium.io": ("CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy"),
    "security.istio.io": ("AuthorizationPolicy", "PeerAuthentication"),
    **dict.fromkeys(_CALICO, ("NetworkPolicy", "GlobalNetworkPolicy")),
}


def read_plugin_object(base: Object, node: Node) -> PluginObject | AddressGroup | CalicoTier | None:
    """A policy, unread, or what policies refer to. None: another kind."""
    group, kind = group_of(base.api_version), base.id.kind
    if kind in _POLICIES.get(group, ()):
        return PluginObject(*base.header)
    if group in _CALICO and kind in ("NetworkSet", "GlobalNetworkSet"):
        return read_network_set(base, node)
    if group in _CALICO and kind == "Tier":
        from mblint.cluster.policies.calico.policy import read_tier  # noqa: PLC0415

        return read_tier(base, node)
    if group == "cilium.io" and kind == "CiliumCIDRGroup":
        return read_cidr_group(base, node)
    return None


def read_plugin_policies(
    kept: Iterable[PluginObject], references: References
) -> Iterator[PluginPolicy | UnmodelledPolicy]:
    """What the policies of a view say; each may be several, or none where it concerns no pod."""
    for one in kept:
        try:
            yield from _policies(one, references)
        except WrongType as wrong:
            yield unmodelled(one, (all_pods(own_namespace(one)),), Direction, wrong)


def _policies(one: PluginObject, references: References) -> Iterator[PluginPolicy | UnmodelledPolicy]:
    group = group_of(one.api_version)
    if group == "cilium.io":
        from mblint.cluster.policies.cilium.policy import read_cilium_policies  # noqa: PLC0415

        yield from read_cilium_policies(one, one.node, references)
    elif group in _CALICO:
        from mblint.cluster.policies.calico.policy import read_calico_policies  # noqa: PLC0415

        yield from read_calico_policies(one, one.node, references)
    else:
        yield from _istio_policy(one)


def _istio_policy(one: PluginObject) -> Iterator[UnmodelledPolicy]:
    """Both kinds judge what comes in. PeerAuthentication matters only where it refuses plain text."""
    spec = one.node.get("spec")
    if one.id.kind == "PeerAuthentication" and spec.get("mtls").get("mode").text() != "STRICT":
        return
    namespaces = {} if one.id.namespace == _MESH_ROOT else {NAMESPACE_NAME: one.id.namespace}
    pods = PodsOf(Selector(namespaces, ()), _readable_selector(spec.get("selector")))
    yield UnmodelledPolicy(*one.header, subjects=(pods,), directions=frozenset({Direction.INGRESS}))


def _readable_selector(node: Node) -> Selector | None:
    try:
        return read_selector(node)
    except WrongType:
        return None

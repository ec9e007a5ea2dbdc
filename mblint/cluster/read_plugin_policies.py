"""Recognises policies of network plugins, and of meshes, whose language is not modelled: whom they may concern.

Source for Istio: istio.io/latest/docs/reference/config/security.
"""

from __future__ import annotations

from mblint.cluster.objects import Object
from mblint.cluster.policies import Direction, NetworkSet, PluginPolicy, Selector, UnmodelledPolicy
from mblint.cluster.read_calico_policies import read_calico_policy, read_network_set
from mblint.cluster.read_cilium_policies import read_cilium_policy
from mblint.cluster.read_labels import read_selector
from mblint.cluster.scopes import group_of
from mblint.manifests.nodes import Node, WrongType

_MESH_ROOT = "istio-system"  # policies of this namespace hold for the whole mesh
_CALICO = ("projectcalico.org", "crd.projectcalico.org")


def read_plugin_policy(base: Object, node: Node) -> PluginPolicy | UnmodelledPolicy | NetworkSet | None:
    """The policy, or a set of addresses that policies select. None: another kind, or it concerns no pod."""
    group, kind = group_of(base.api_version), base.id.kind
    if group == "cilium.io" and kind in ("CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy"):
        return read_cilium_policy(base, node)
    if group in _CALICO and kind in ("NetworkPolicy", "GlobalNetworkPolicy"):
        return read_calico_policy(base, node)
    if group in _CALICO and kind in ("NetworkSet", "GlobalNetworkSet"):
        return read_network_set(base, node)
    if group == "security.istio.io" and kind in ("AuthorizationPolicy", "PeerAuthentication"):
        return _istio_policy(base, node)
    return None


def _istio_policy(base: Object, node: Node) -> UnmodelledPolicy | None:
    """Both kinds judge what comes in. PeerAuthentication matters only where it refuses plain text."""
    spec = node.get("spec")
    if base.id.kind == "PeerAuthentication" and spec.get("mtls").get("mode").text() != "STRICT":
        return None
    return UnmodelledPolicy(
        *base.header,
        namespace=None if base.id.namespace == _MESH_ROOT else base.id.namespace,
        selector=_readable_selector(spec.get("selector")),
        directions=frozenset({Direction.INGRESS}),
    )


def _readable_selector(node: Node) -> Selector | None:
    try:
        return read_selector(node)
    except WrongType:
        return None

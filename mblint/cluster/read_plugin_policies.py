"""Recognises policies of network plugins and meshes, whose languages are not modelled: whom they may concern.

Their selectors are read where they are label selectors; anything else counts as "may select every pod".
"""

from __future__ import annotations

from dataclasses import dataclass

from mblint.cluster.objects import Object
from mblint.cluster.policies import Direction, PluginPolicy, Selector
from mblint.cluster.read_labels import read_selector
from mblint.cluster.scopes import group_of, is_cluster_scoped
from mblint.manifests.nodes import Node, WrongType

_BOTH = frozenset(Direction)


@dataclass(frozen=True, slots=True)
class _Kind:
    """Where a kind keeps its selector of pods (None: in a language of its own), and what it judges."""

    selector: tuple[str, ...] | None
    directions: frozenset[Direction]


_INGRESS = frozenset({Direction.INGRESS})
_KINDS = {
    ("cilium.io", "CiliumNetworkPolicy"): _Kind(("endpointSelector",), _BOTH),
    ("cilium.io", "CiliumClusterwideNetworkPolicy"): _Kind(("endpointSelector",), _BOTH),
    ("projectcalico.org", "NetworkPolicy"): _Kind(None, _BOTH),
    ("projectcalico.org", "GlobalNetworkPolicy"): _Kind(None, _BOTH),
    ("crd.projectcalico.org", "NetworkPolicy"): _Kind(None, _BOTH),
    ("crd.projectcalico.org", "GlobalNetworkPolicy"): _Kind(None, _BOTH),
    ("security.istio.io", "AuthorizationPolicy"): _Kind(("selector",), _INGRESS),
    ("security.istio.io", "PeerAuthentication"): _Kind(("selector",), _INGRESS),
}


def read_plugin_policy(base: Object, node: Node) -> PluginPolicy | None:
    """The policy; None for an object of any other kind."""
    kind = _KINDS.get((group_of(base.api_version), base.id.kind))
    if kind is None or not _judges(base, node):
        return None
    return PluginPolicy(
        *base.header,
        namespace=None if is_cluster_scoped(base.api_version, base.id.kind) else base.id.namespace,
        selector=_selector(node, kind),
        directions=kind.directions,
        field="spec",
    )


def _judges(base: Object, node: Node) -> bool:
    """PeerAuthentication matters only where it refuses plain text."""
    return base.id.kind != "PeerAuthentication" or node.get("spec").get("mtls").get("mode").value == "STRICT"


def _selector(node: Node, kind: _Kind) -> Selector | None:
    if kind.selector is None:
        return None
    try:
        selector = node.get("spec")
        for key in kind.selector:
            selector = selector.get(key)
        return read_selector(selector)
    except WrongType:
        return None

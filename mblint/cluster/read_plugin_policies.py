"""Recognises policies of network plugins and meshes, whose languages are not modelled: whom they may concern.

Selectors are read where they are label selectors, and directions where sections tell them; anything else counts as
"may select every pod". Sources: docs.cilium.io/en/stable/network/kubernetes/policy,
docs.tigera.io/calico/latest/reference/resources, istio.io/latest/docs/reference/config/security.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mblint.cluster.objects import Object
from mblint.cluster.policies import Direction, PluginPolicy, Selector, UnmodelledPolicy
from mblint.cluster.read_cilium_policies import read_cilium_policy
from mblint.cluster.read_labels import read_selector
from mblint.cluster.scopes import group_of, is_cluster_scoped
from mblint.manifests.nodes import Node, WrongType

_MESH_ROOT = "istio-system"  # policies of this namespace hold for the whole mesh
_CALICO = ("projectcalico.org", "crd.projectcalico.org")


def read_plugin_policy(base: Object, node: Node) -> PluginPolicy | UnmodelledPolicy | None:
    """The policy; None for an object of any other kind, and for policies that concern no pod's connections."""
    group, kind = group_of(base.api_version), base.id.kind
    if group == "cilium.io" and kind in ("CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy"):
        return read_cilium_policy(base, node)
    if group in _CALICO and kind in ("NetworkPolicy", "GlobalNetworkPolicy"):
        return _policy(base, None, _calico_directions(node.get("spec")))
    if group == "security.istio.io" and kind in ("AuthorizationPolicy", "PeerAuthentication"):
        return _istio_policy(base, node)
    return None


def _policy(base: Object, selector: Selector | None, directions: Iterable[Direction]) -> UnmodelledPolicy | None:
    judged = frozenset(directions)
    everywhere = is_cluster_scoped(base.api_version, base.id.kind)
    namespace = None if everywhere else base.id.namespace
    return UnmodelledPolicy(*base.header, namespace=namespace, selector=selector, directions=judged) if judged else None


# ---------------------------------------------------------------- Calico, Istio


def _calico_directions(spec: Node) -> Iterator[Direction]:
    """`types`; without it, ingress unless there are egress rules alone, and egress where there are egress rules."""
    types = spec.get("types").texts()
    egress = "Egress" in types if types else not spec.get("egress").absent
    if egress:
        yield Direction.EGRESS
    if "Ingress" in types if types else not (egress and spec.get("ingress").absent):
        yield Direction.INGRESS


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

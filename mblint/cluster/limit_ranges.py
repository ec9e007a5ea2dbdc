"""LimitRanges: what they let one container, pod or claim of their namespace have, and what they fill in.

A maximum alone is a default limit, and a limit is a request where there is none. Sources: Kubernetes, "Limit Ranges";
the order and the defaults: plugin/pkg/admission/limitranger/admission.go and SetDefaults_LimitRangeItem of
k8s.io/kubernetes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Container, Object, TextAt
from mblint.cluster.quantities import quantity
from mblint.cluster.remembered import remembered
from mblint.manifests.nodes import Node
from mblint.manifests.partial import read_parts


class LimitRange(Struct, frozen=True):
    """What a LimitRange says of each object of a type: Container, Pod, PersistentVolumeClaim."""

    held: Object
    type: str
    maximum: Mapping[str, str]
    minimum: Mapping[str, str]
    limits: Mapping[str, str]  # defaults
    requests: Mapping[str, str]  # defaults
    ratios: Mapping[str, str]  # how many times its request a limit may be


def ranges_of(cluster: Cluster, namespace: str, kind: str = "Container") -> tuple[LimitRange, ...]:
    """Those of a namespace about a type."""
    return tuple(one for one in _ranges(cluster).get(namespace, ()) if one.type == kind)


def limit_of(cluster: Cluster, namespace: str, container: Container, name: str) -> str | None:
    """The limit that a container has in the end: its own, else what is filled in."""
    return asked(container, "limits", name, ranges_of(cluster, namespace))


def limit_at(cluster: Cluster, namespace: str, container: Container, name: str) -> TextAt | None:
    """The same with its place: where it stands, or the container's, where the namespace fills it in."""
    filled = None if name in container.limits else limit_of(cluster, namespace, container, name)
    return container.limits.get(name) if filled is None else TextAt(filled, container.place)


def asked(container: Container, part: str, name: str, ranges: tuple[LimitRange, ...]) -> str | None:
    """What it has in the end: its own, else what is filled in; a limit of its own is a request, too."""
    own = container.limits.get(name) if part == "limits" else container.requests.get(name) or container.limits.get(name)
    if own is not None:
        return own.text
    filled = (one.limits if part == "limits" else one.requests for one in ranges)
    return next((each[name] for each in filled if name in each), None)


@remembered
def _ranges(cluster: Cluster) -> Mapping[str, tuple[LimitRange, ...]]:
    found: defaultdict[str, list[LimitRange]] = defaultdict(list)
    for held in cluster.of_kind("LimitRange", ""):
        for item in held.node.get("spec").get("limits").items() if _is_list(held) else ():
            parts, partial = read_parts(item, _read)
            kind = item.get("type").value
            if parts is not None and not partial.flaws and isinstance(kind, str):
                found[held.id.namespace].append(LimitRange(held, kind, *parts))
    return {namespace: tuple(rows) for namespace, rows in found.items()}


def _is_list(held: Object) -> bool:
    return isinstance(held.place.at("spec", "limits").value, list)


def _read(node: Node) -> tuple[Mapping[str, str], ...]:
    maximum, minimum = quantities(node.get("max")), quantities(node.get("min"))
    limits = {**maximum, **quantities(node.get("default"))}
    requests = {**minimum, **limits, **quantities(node.get("defaultRequest"))}
    return maximum, minimum, limits, requests, quantities(node.get("maxLimitRequestRatio"))


def quantities(node: Node) -> Mapping[str, str]:
    """A mapping of names to amounts."""
    return {key: str(entry.value) for key, entry in node.entries() if quantity(entry.value) is not None}

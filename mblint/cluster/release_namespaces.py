"""The namespace of objects that name none: that of their Helm release, where its other objects agree on one.

`helm template` leaves `metadata.namespace` out where the chart does; `helm install -n` then decides. Objects of the
same release that do name their namespace tell which one that is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from mblint.cluster.headers import Header
from mblint.cluster.objects import Object

RELEASE_ANNOTATION = "meta.helm.sh/release-name"
RELEASE_NAMESPACE_ANNOTATION = "meta.helm.sh/release-namespace"

# Kinds that a chart puts beside its own pods. Others (Roles, ServiceMonitors, …) often go to namespaces of others.
_TELLING = frozenset(
    {
        *("ConfigMap", "CronJob", "DaemonSet", "Deployment", "Ingress", "Job", "NetworkPolicy"),
        *("PersistentVolumeClaim", "Pod", "Secret", "Service", "ServiceAccount", "StatefulSet"),
    }
)


class ReleaseNamespaces:
    """What the objects that name their namespace say of those that do not."""

    def __init__(self, headers: Iterable[Header]) -> None:
        self._named: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for header in headers:
            namespace = _told_by(header)
            for mates in (_release(header), _chart(header)):
                if namespace is not None and mates is not None:
                    self._named[mates].add(namespace)

    def of(self, header: Header) -> str | None:
        """The one namespace that the object's release names; for objects without a release label, its chart."""
        mates = _release(header) or _chart(header)
        named = self._named.get(mates, ()) if mates is not None else ()
        return next(iter(named)) if len(named) == 1 else None


def names_namespace(of: Object) -> bool:
    """Whether the manifest of an object says its namespace itself."""
    return isinstance(of.place.at("metadata", "namespace").value, str)


def _told_by(header: Header) -> str | None:
    if header.cluster_scoped:
        return None
    if header.namespace and header.kind in _TELLING and not header.namespace.startswith("kube-"):
        return header.namespace
    return header.annotations.get(RELEASE_NAMESPACE_ANNOTATION) or None


def _release(header: Header) -> tuple[str, str] | None:
    name = (
        header.annotations.get(RELEASE_ANNOTATION)
        or header.labels.get("app.kubernetes.io/instance")
        or header.labels.get("release")
    )
    return ("release", name) if name else None


def _chart(header: Header) -> tuple[str, str] | None:
    """The chart of Helm's `# Source:` comment; subcharts belong to the outermost one."""
    source = header.node.document.source
    return ("chart", source.split("/")[0]) if source else None

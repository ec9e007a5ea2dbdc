"""The namespace of objects that name none: that of their Helm release, where its other objects agree on one.

`helm template` leaves `metadata.namespace` out where the chart does; `helm install -n` then decides. Objects of the
same release that do name their namespace tell which one that is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from mblint.cluster.headers import RELEASE_ANNOTATION, RELEASE_NAMESPACE_ANNOTATION, Header

# Kinds that a chart puts beside its own pods. Others (Roles, ServiceMonitors, …) often go to namespaces of others.
_TELLING = frozenset(
    {
        *("ConfigMap", "CronJob", "DaemonSet", "Deployment", "Ingress", "Job", "NetworkPolicy"),
        *("PersistentVolumeClaim", "Pod", "Secret", "Service", "ServiceAccount", "StatefulSet"),
    }
)


def release_namespaces(headers: Iterable[Header]) -> Mapping[str, str]:
    """Release name → namespace, for releases whose objects name exactly one."""
    named: defaultdict[str, set[str]] = defaultdict(set)
    for header in headers:
        release = release_of(header)
        if release is None or header.cluster_scoped:
            continue
        installed = header.annotations.get(RELEASE_NAMESPACE_ANNOTATION)
        if installed:
            named[release].add(installed)
        elif header.namespace and header.kind in _TELLING and not header.namespace.startswith("kube-"):
            named[release].add(header.namespace)
    return {release: next(iter(namespaces)) for release, namespaces in named.items() if len(namespaces) == 1}


def release_of(header: Header) -> str | None:
    """The Helm release of an object, where its metadata say so."""
    return (
        header.annotations.get(RELEASE_ANNOTATION)
        or header.labels.get("app.kubernetes.io/instance")
        or header.labels.get("release")
    )

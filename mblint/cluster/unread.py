"""What stands in the view for an object of which something cannot be read.

Some kinds are kept with what could be read: who needs the rest asks `Cluster.is_unread`. Of a policy nobody knows what
is in force in its place; others would say something else than they mean without a part of theirs, and only are there.
"""

from __future__ import annotations

from mblint.cluster.cluster import Cluster
from mblint.cluster.kinds import row_of
from mblint.cluster.objects import (
    ConfigMap,
    Object,
    ObjectId,
    Other,
    PluginObject,
    Route,
    Secret,
    Service,
    Unread,
    Workload,
)
from mblint.cluster.policies.objects import AdminPolicy, NetworkPolicy, PodsOf
from mblint.cluster.policies.unmodelled import all_pods, own_namespace, refused
from mblint.manifests.documents import KeyPath
from mblint.manifests.nodes import WrongType

_KEPT = (Workload, Service, ConfigMap, Secret, Route, Other, PluginObject)
_POLICIES = ("network-policy", "admin-policy")
_LABELS = {"Pod": ("metadata", "labels"), "CronJob": ("spec", "jobTemplate", "spec", "template", "metadata", "labels")}
_LABELS_OF_TEMPLATES = ("spec", "template", "metadata", "labels")


def without_unread(base: Object, typed: Object | None, hidden: tuple[KeyPath, ...], flaw: WrongType) -> Object:
    """What is kept of an object whose `hidden` parts cannot be read, the first because of `flaw`."""
    if row_of(base.api_version, base.id.kind).reader in _POLICIES:
        return _policy(base, typed, hidden, flaw)
    return typed if isinstance(typed, _KEPT) else Unread(*base.header)


def _policy(base: Object, typed: Object | None, hidden: tuple[KeyPath, ...], flaw: WrongType) -> Object:
    """A policy that the API server refuses: of the pods that it selects, as far as it says, all is unknown."""
    subject = all_pods(own_namespace(base))
    if isinstance(typed, NetworkPolicy) and not _touches(hidden, ("spec", "podSelector")):
        subject = PodsOf(subject.namespaces, typed.selector)
    elif isinstance(typed, AdminPolicy) and not _touches(hidden, ("spec", "subject")):
        subject = typed.subject
    return refused(base, (subject,), flaw)


def _touches(hidden: tuple[KeyPath, ...], path: KeyPath) -> bool:
    return any(all(one == other for one, other in zip(path, each, strict=False)) for each in hidden)


def pods_of_unknown_labels(cluster: Cluster, namespace: str) -> ObjectId | None:
    """An object of the namespace whose pods may carry any labels, since these cannot be read."""
    for identity in cluster.unread:
        labels = _LABELS.get(identity.kind, _LABELS_OF_TEMPLATES)
        if identity.namespace == namespace and cluster.is_unread(identity, *labels) and _has_pods(cluster, identity):
            return identity
    return None


def _has_pods(cluster: Cluster, identity: ObjectId) -> bool:
    held = cluster.objects.get(identity)
    return held is not None and row_of(held.api_version, identity.kind).reader == "workload"

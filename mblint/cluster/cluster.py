"""One view of everything that was read: the linted render and its context."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from mblint.cluster.objects import (
    ConfigMap,
    InvalidObject,
    Namespace,
    Object,
    ObjectId,
    Other,
    Route,
    Secret,
    Service,
    Workload,
)
from mblint.cluster.policies.objects import AdminPolicy, NetworkPolicy, PluginPolicy, UnmodelledPolicy


class Cluster(Struct, frozen=True, eq=False):
    """Objects by kind, in the order read. Of two objects with one id the last wins, as with `kubectl apply`."""

    workloads: tuple[Workload, ...]
    services: Mapping[tuple[str, str], Service]  # by (namespace, name)
    config_maps: Mapping[tuple[str, str], ConfigMap]
    secrets: Mapping[tuple[str, str], Secret]
    routes: tuple[Route, ...]
    namespaces: Mapping[str, Namespace]  # every namespace that any object is in
    policies: tuple[NetworkPolicy, ...]
    others: tuple[Other, ...]
    invalid: tuple[InvalidObject, ...]
    objects: Mapping[ObjectId, Object]
    skipped: int  # documents that are no Kubernetes object
    domain: str  # the cluster domain, "cluster.local"
    admin_policies: tuple[AdminPolicy, ...] = ()  # in the order read
    plugin_policies: tuple[PluginPolicy, ...] = ()
    unmodelled_policies: tuple[UnmodelledPolicy, ...] = ()

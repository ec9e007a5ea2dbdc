"""One view of everything that was read: the linted render and its context.

Kinds that most questions are about have types and fields of their own. All others are asked for by `of_kind`; who asks
reads their fields from `Object.node` into a type of its own, by `mblint.manifests.partial.read_parts`. Fields of pods
that few ask for are in `pod_fields`.

An object with flaws is here with what could be read of it. What stands in its unread parts (`is_unread`) is not absent:
whatever depends on it is unknown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from msgspec import Struct, field

from mblint.cluster.fields import UnknownField
from mblint.cluster.kinds import group_of
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
from mblint.cluster.remembered import Memory, remembered
from mblint.manifests.documents import KeyPath, Place


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
    everything: tuple[Object, ...]  # also where kinds of several groups share a name, in the order read
    no_objects: tuple[Place, ...]  # documents that are no Kubernetes object, an encrypted one, or a part of one
    domain: str  # the cluster domain, "cluster.local"
    admin_policies: tuple[AdminPolicy, ...] = ()  # in the order read
    plugin_policies: tuple[PluginPolicy, ...] = ()
    unmodelled_policies: tuple[UnmodelledPolicy, ...] = ()
    unread: Mapping[ObjectId, tuple[KeyPath, ...]] = {}  # of known objects, the paths of what cannot be read
    replaced: tuple[tuple[Place, Place], ...] = ()  # objects given twice: the first place, and that which counts
    unknown_fields: tuple[tuple[ObjectId, UnknownField], ...] = ()  # keys that the kinds of linted objects do not have
    memory: Memory = field(default_factory=dict)  # what was worked out about it: see `remembered`

    @property
    def skipped(self) -> int:
        """How many documents are no Kubernetes object, nobody knows which one, or only a part of one."""
        return len(self.no_objects)

    def of_kind(self, kind: str, *groups: str) -> tuple[Object, ...]:
        """The objects of a kind in these API groups ("" is the core group), in the order read."""
        found = _by_kind(self)
        return tuple(obj for group in groups for obj in found.get((group, kind), ()))

    def is_unread(self, identity: ObjectId, *path: str | int) -> bool:
        """Whether something at a path of an object, in it or around it, is there and cannot be read."""
        hidden = self.unread.get(identity, ())
        return any(all(one == other for one, other in zip(path, each, strict=False)) for each in hidden)

    def has_any(self, kinds: Collection[str]) -> bool:
        """Whether the view has an object of one of these kinds; of no kind in particular: always."""
        return not kinds or not kinds_of(self).isdisjoint(kinds)


@remembered
def _by_kind(cluster: Cluster) -> Mapping[tuple[str, str], tuple[Object, ...]]:
    """Every object by the group and kind that it was written with."""
    found: defaultdict[tuple[str, str], list[Object]] = defaultdict(list)
    for obj in cluster.everything:
        found[group_of(obj.api_version), obj.id.kind].append(obj)
    return {key: tuple(objects) for key, objects in found.items()}


@remembered
def kinds_of(cluster: Cluster) -> frozenset[str]:
    """The kinds of the objects of a view."""
    return frozenset(identity.kind for identity in cluster.objects)

"""Which object of a render is which object of what is running.

By identity; then, for what charts name anew with every render (a Job by the time, a ConfigMap or Secret by the checksum
of its content), by the name without that. An object that names no namespace is also that of its only namesake.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.kinds import group_of
from mblint.cluster.objects import Object
from mblint.cluster.release_namespaces import names_namespace
from mblint.cluster.remembered import remembered
from mblint.cluster.stable_names import without_changing_end, without_checksum
from mblint.facts.world import Step

_ENDS: dict[str, Callable[[str], str]] = {
    "Job": without_changing_end,
    "CronJob": without_changing_end,
    "ConfigMap": without_checksum,
    "Secret": without_checksum,
}
_RESOURCE_POLICY = "helm.sh/resource-policy"
_MOVED = "extensions"  # the group that workloads, Ingresses and policies were in at first


def is_kept(obj: Object) -> bool:
    """Whether Helm leaves an object where it is that its release has no more (helm.sh/resource-policy)."""
    return obj.annotations.get(_RESOURCE_POLICY) == "keep"


class Pair(Struct, frozen=True, eq=False):
    """An object before and after."""

    old: Object
    new: Object

    @property
    def renamed(self) -> bool:
        """True where the cluster gets a new object, and the old one is removed."""
        return self.old.id.name != self.new.id.name


class Pairs(Struct, frozen=True, eq=False):
    """All linted objects of both sides, each once, in the order of what was read."""

    kept: tuple[Pair, ...]
    added: tuple[Object, ...]
    removed: tuple[Object, ...]


@remembered
def pairs_of(step: Step) -> Pairs:
    """The objects of a step."""
    return pair_up(step.old.cluster, step.new.cluster)


def pair_up(old: Cluster, new: Cluster) -> Pairs:
    """What is on both sides, and what on one. Objects of the context, and those without a name, are left out."""
    before = {obj.id: obj for obj in old.objects.values() if _has_a_name(obj)}
    after = {obj.id: obj for obj in new.objects.values() if _has_a_name(obj)}
    found: dict[Object, Object] = {}  # new → old
    for obj in after.values():
        same = before.get(obj.id)
        if same is not None and _same_group(same, obj):
            found[obj] = same
    for key in (_namesake, _stable):
        found.update(_matched(_left(before.values(), found.values()), _left(after.values(), found), key))
    taken = set(found.values())
    return Pairs(
        kept=tuple(Pair(found[obj], obj) for obj in after.values() if obj in found),
        added=tuple(obj for obj in after.values() if obj not in found),
        removed=tuple(obj for obj in before.values() if obj not in taken),
    )


def _has_a_name(obj: Object) -> bool:
    """False also for what the API server names (`generateName`)."""
    return obj.linted and obj.place.at("metadata", "name").value is not None


def _same_group(old: Object, new: Object) -> bool:
    groups = {group_of(old.api_version), group_of(new.api_version)}
    return len(groups) == 1 or _MOVED in groups


def _left(objects: Iterable[Object], taken: Iterable[Object]) -> list[Object]:
    gone = set(taken)
    return [obj for obj in objects if obj not in gone]


def _matched(
    old: Iterable[Object], new: Iterable[Object], key: Callable[[Object, bool], Hashable | None]
) -> Iterator[tuple[Object, Object]]:
    """New and old objects that alone on their side have the same key."""
    before, after = _unique(old, lambda obj: key(obj, False)), _unique(new, lambda obj: key(obj, True))
    return ((after[name], before[name]) for name in after if name in before and _same_group(before[name], after[name]))


def _unique(objects: Iterable[Object], key: Callable[[Object], Hashable | None]) -> dict[Hashable, Object]:
    groups: defaultdict[Hashable, list[Object]] = defaultdict(list)
    for obj in objects:
        name = key(obj)
        if name is not None:
            groups[name].append(obj)
    return {name: group[0] for name, group in groups.items() if len(group) == 1}


def _namesake(obj: Object, is_new: bool) -> Hashable | None:
    """Kind and name; of new objects only those that leave their namespace to whoever applies them."""
    return None if is_new and names_namespace(obj) else (obj.id.kind, obj.id.name)


def _stable(obj: Object, _: bool) -> Hashable | None:
    end = _ENDS.get(obj.id.kind)
    return None if end is None else (obj.id.namespace, obj.id.kind, end(obj.id.name))

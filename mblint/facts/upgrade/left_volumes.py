"""Volumes with data that an upgrade leaves behind: a folder that lay on one claim, and lies on another, or on none.

Followed are the mount paths of each container, of workloads that another one comes in the place of. Caches may be lost.
Whoever mounts both claims, or makes the new one from the old, brings the data over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Container, Mount, Object, ObjectId, Workload
from mblint.cluster.pod_fields import claim_of
from mblint.facts.rows import Related
from mblint.facts.upgrade.data_places import (
    LASTING_CLAIMS,
    MAY_BE_LOST,
    Store,
    data_places,
    is_within,
    mount_over,
    store_of,
    stores_of,
)
from mblint.facts.upgrade.data_rows import LeftVolume
from mblint.facts.upgrade.hook_claims import recreated_claims
from mblint.facts.upgrade.left_claims import deleted_claims
from mblint.facts.upgrade.moved_folders import moved_folders
from mblint.facts.upgrade.pairs import is_kept
from mblint.facts.upgrade.successors import containers_of, successors
from mblint.facts.world import Step, World


def left_volumes(step: Step) -> Iterator[LeftVolume]:
    """A row for each folder that an upgrade takes off its claim, and for each claim that it makes anew."""
    servers = _servers(step.old)
    for old, new in successors(step):
        bridged = _bridges(step, old, new)
        for container, after in containers_of(old, new):
            for mount in container.mounts:
                store = store_of(old, mount.volume)
                if store is not None and store.kind in LASTING_CLAIMS and not MAY_BE_LOST.search(mount.mount_path):
                    now = _now(new, after, mount)
                    if now != store and store not in set(stores_of(new)) and now not in bridged:
                        yield _row(step, (old, new, after), mount, (store, now), servers)
    yield from moved_folders(step)
    yield from deleted_claims(step)
    yield from recreated_claims(step)


def _now(new: Workload, container: Container, mount: Mount) -> Store | None:
    """The lasting volume on which the folder lies now."""
    found = mount_over(container, mount.mount_path)
    return None if found is None else store_of(new, found.volume)


def _servers(world: World) -> Mapping[tuple[ObjectId, str], list[tuple[str, str]]]:
    """The data folders of known programs, by workload and container, with the program's name."""
    found: dict[tuple[ObjectId, str], list[tuple[str, str]]] = {}
    for place in data_places(world):
        key = place.program.workload.id, place.program.container.name
        found.setdefault(key, []).append((place.path, place.program.running.program.name))
    return found


def _bridges(step: Step, old: Workload, new: Workload) -> set[Store]:
    """Claims of NEW that are filled from those of OLD: by a Job that mounts both, or as their copy."""
    before, after = set(stores_of(old)), set(stores_of(new))
    found: set[Store] = set()
    for job in step.new.cluster.workloads:
        if not job.lasting:
            mounted = set(stores_of(job))
            if mounted & before and mounted & after:
                found |= mounted & after
    return found | {store for store in after if _is_a_copy(step.new.cluster, store, new)}


def _is_a_copy(cluster: Cluster, store: Store, workload: Workload) -> bool:
    claim = _claim(cluster, store)
    held = claim or next((one for one in workload.claims if store.name == f"{one.name}-{workload.id.name}"), None)
    if held is None:
        return False
    spec = claim_of(held).node
    return any(not spec.get(key).absent for key in ("dataSource", "dataSourceRef", "volumeName"))


def _claim(cluster: Cluster, store: Store) -> Object | None:
    return cluster.objects.get(ObjectId(store.namespace, "PersistentVolumeClaim", store.name))


def _row(
    step: Step,
    sides: tuple[Workload, Workload, Container],
    mount: Mount,
    stores: tuple[Store, Store | None],
    servers: Mapping[tuple[ObjectId, str], list[tuple[str, str]]],
) -> LeftVolume:
    (old, new, container), (store, now) = sides, stores
    held, claim = _claim(step.old.cluster, store), None if now is None else _claim(step.new.cluster, now)
    is_new = now is None or now.kind == "template" or (claim is not None and _claim(step.old.cluster, now) is None)
    leaves = held is not None and held.linted and _claim(step.new.cluster, store) is None
    known = servers.get((old.id, container.name), [])
    found = mount_over(container, mount.mount_path)
    volume = None if found is None else new.pod.volumes.get(found.volume)
    return LeftVolume(
        object=new.id,
        container=container.name,
        place=container.place if found is None else found.place,
        related=(Related(f"the folder lay on the {store.words} here", mount.place, old.id),),
        verdict="left" if is_new else "elsewhere",
        path=mount.mount_path,
        claim=store.words,
        what=f"{old.id.kind} {old.id.name} had {mount.mount_path} on the {store.words}, and {_after(old, new)} on "
        f"{_words(now, None if volume is None else volume.kind)}, which is empty or holds other data",
        now=_words(now, None if volume is None else volume.kind),
        program=next((name for path, name in known if is_within(path, mount.mount_path)), None),
        deleted=leaves and held is not None and not is_kept(held),
        remedy=f"Mount the {store.words} at {mount.mount_path} again; or copy its data over before, and keep the old "
        "claim until that is done (helm.sh/resource-policy: keep on it, before this upgrade).",
    )


def _after(old: Workload, new: Workload) -> str:
    if (old.id.kind, old.id.name) == (new.id.kind, new.id.name):
        return "after the upgrade"
    return f"{new.id.kind} {new.id.name}, which comes in its place, has it"


def _words(now: Store | None, kind: str | None) -> str:
    if now is not None:
        return f"the {now.words}"
    return f"an {kind}" if kind == "emptyDir" else f"a {kind} volume" if kind else "no volume"

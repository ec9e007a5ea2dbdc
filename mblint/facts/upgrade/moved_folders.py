"""Data that stay on their volume, in a folder where the new pods do not look: the claim is the same, the place is not.

Another subPath shows another folder of the volume; a setting such as PGDATA, an image of another maker or a mount at
another path leads the program to another one. Nobody moves files: the new folder is empty, and a database makes itself
anew in it. Who has a Job or an init container that moves them is left alone.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

from mblint.cluster.objects import Container, ContainerRole, Mount, ObjectId, Workload
from mblint.facts.rows import Related
from mblint.facts.upgrade.data_places import (
    MAY_BE_LOST,
    DataPlace,
    Store,
    data_places,
    has_a_job,
    is_within,
    mount_over,
    store_of,
)
from mblint.facts.upgrade.data_rows import LeftVolume
from mblint.facts.upgrade.successors import containers_of, kept_claims, successors
from mblint.facts.world import Step, World

_MOVES = ("mv ", "cp ", "rsync", "rename", "ln -s", "tar ")
_Places = Mapping[tuple[ObjectId, str], DataPlace]


def moved_folders(step: Step) -> Iterator[LeftVolume]:
    """A row for each folder with data that the new container sees elsewhere on the same volume, or no more."""
    before, after = _places(step.old), _places(step.new)
    for old, new in successors(step):
        kept = {store for store in kept_claims(old, new) if not _may_be_moved(step, new, store)}
        for one, other in containers_of(old, new) if kept else ():
            was, now = before.get((old.id, one.name)), after.get((new.id, other.name))
            if was is not None and now is not None and was.program.running.program is now.program.running.program:
                if was.store in kept and (was.store, was.inside) != (now.store, now.inside) and not _image_moved(now):
                    yield _of_program(was, now)
            else:
                yield from _of_mounts((old, new), (one, other), kept)


def _places(world: World) -> _Places:
    """The first folder with data of each container's program."""
    return {(place.program.workload.id, place.program.container.name): place for place in reversed(data_places(world))}


def _image_moved(now: DataPlace) -> bool:
    """Whether the image itself keeps its data elsewhere in this version: that is said with the version."""
    return now.data.volume_moved is not None


def _may_be_moved(step: Step, new: Workload, store: Store) -> bool:
    inits = (one for one in new.pod.containers if one.role is ContainerRole.INIT)
    if any(_moves(one) and any(store_of(new, mount.volume) == store for mount in one.mounts) for one in inits):
        return True
    return has_a_job(step.new.cluster, store)


def _moves(container: Container) -> bool:
    return any(word in f"{each.text} " for each in container.words for word in _MOVES)


def _of_program(was: DataPlace, now: DataPlace) -> LeftVolume:
    assert was.store is not None
    name = was.program.running.program.name
    where = (
        f"looks for them in {_folder(now.inside)} of it"
        if now.store == was.store
        else f"looks for them in {now.path}, which lies on {_words(now)}"
    )
    return _row(
        (was.program.workload, now.program.workload, now.program.container),
        (was.mount, now.mount),
        (was.path, was.store),
        f"{name} had its data in {_folder(was.inside)} of the {was.store.words}, and after the upgrade {where}",
        name,
    )


def _of_mounts(
    workloads: tuple[Workload, Workload], containers: tuple[Container, Container], kept: set[Store]
) -> Iterator[LeftVolume]:
    (old, new), (one, other) = workloads, containers
    for mount in one.mounts:
        store, found = store_of(old, mount.volume), mount_over(other, mount.mount_path)
        if store not in kept or found is None or store_of(new, found.volume) != store:
            continue
        was, now = _inside(mount, mount.mount_path), _inside(found, mount.mount_path)
        if was != now and not is_within(was, now) and not MAY_BE_LOST.search(mount.mount_path):
            what = (
                f"{old.id.kind} {old.id.name} had {mount.mount_path} in {_folder(was)} of the {store.words}, and after "
                f"the upgrade in {_folder(now)} of it, which is empty or holds other data"
            )
            yield _row((old, new, other), (mount, found), (mount.mount_path, store), what, None)


def _inside(mount: Mount, path: str) -> str:
    return posixpath.normpath(posixpath.join(mount.sub_path or "", posixpath.relpath(path, mount.mount_path)))


def _folder(inside: str) -> str:
    return "the top folder" if inside == "." else f"the folder {inside}"


def _words(now: DataPlace) -> str:
    return "no volume that outlives the pod" if now.store is None else f"the {now.store.words}"


def _row(
    sides: tuple[Workload, Workload, Container],
    mounts: tuple[Mount | None, Mount | None],
    kept: tuple[str, Store],
    what: str,
    program: str | None,
) -> LeftVolume:
    (old, new, container), (path, store) = sides, kept
    was, now = mounts
    return LeftVolume(
        object=new.id,
        container=container.name,
        place=container.place if now is None else now.place,
        related=() if was is None else (Related("it was mounted like this", was.place, old.id),),
        verdict="moved",
        path=path,
        claim=store.words,
        what=what,
        now=f"the {store.words}",
        program=program,
        remedy="Keep the folder as it was; or move the files before the new pod starts, with an init container or a "
        "Job that has the volume.",
    )

"""Data of the user that a container ran as, under the one that it runs as after an upgrade.

Files on a claim keep their owner. A process of another user may read them at best, unless the kubelet gives the volume
to a group (fsGroup), or something that is root gives them to the new user first.
Source: https://kubernetes.io/docs/tasks/configure-pod-container/security-context/#set-the-security-context-for-a-pod
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.objects import Container, ContainerRole, Mount, Workload
from mblint.cluster.pod_fields import pod_fields, user_of
from mblint.facts.programs.image_user import image_user
from mblint.facts.programs.rows import ChangedUser
from mblint.facts.rows import Related
from mblint.facts.software import program_of
from mblint.facts.upgrade.data_places import MAY_BE_LOST, Store, has_a_job, store_of
from mblint.facts.upgrade.successors import containers_of, kept_claims, successors
from mblint.facts.world import Step, World

_GIVES = ("chown", "chmod")


def changed_users(step: Step) -> Iterator[ChangedUser]:
    """A row for each container that has a claim of before, and runs as another user now."""
    for old, new in successors(step):
        kept = {store for store in kept_claims(old, new) if not _is_given(step.new, new, store)}
        if not kept or pod_fields(new).security.fs_group is not None:
            continue
        for one, other in containers_of(old, new):
            was, now = _user(step.old, old, one), _user(step.new, new, other)
            mount = next((mount for mount in other.mounts if _writes(new, mount, kept)), None)
            if mount is not None and was is not None and now not in (None, 0, was):
                yield _row((old, new), (one, other), (was, now), mount)


def _user(world: World, workload: Workload, container: Container) -> int | None:
    """As whom it runs; None where it is not known, and where the image makes its folders its own."""
    said = user_of(workload, container)
    if said is not None:
        return said
    program = program_of(world, workload, container)
    entry = None if program is None else image_user(program)
    return None if entry is None or entry.chowns else entry.becomes or entry.uid


def _writes(workload: Workload, mount: Mount, kept: set[Store]) -> bool:
    return (
        mount.place.at("readOnly").value is not True
        and not MAY_BE_LOST.search(mount.mount_path)
        and store_of(workload, mount.volume) in kept
    )


def _is_given(world: World, workload: Workload, store: Store) -> bool:
    """Whether an init container, or a Job that has the volume, may give its files to the new user."""
    for init in workload.pod.containers:
        has = any(store_of(workload, mount.volume) == store for mount in init.mounts)
        root = user_of(workload, init) in (None, 0)
        if init.role is ContainerRole.INIT and has and (root or any(word.text in _GIVES for word in init.words)):
            return True
    return has_a_job(world.cluster, store)


def _row(
    workloads: tuple[Workload, Workload],
    containers: tuple[Container, Container],
    users: tuple[int, int | None],
    mount: Mount,
) -> ChangedUser:
    (old, new), (one, other) = workloads, containers
    store = store_of(new, mount.volume)
    assert store is not None
    return ChangedUser(
        object=new.id,
        container=other.name,
        place=other.place,
        related=(Related(f"it ran as user {users[0]} here", one.place, old.id),),
        verdict="changed",
        path=mount.mount_path,
        claim=store.words,
        before=users[0],
        after=users[1] or 0,
    )

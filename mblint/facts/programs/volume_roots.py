"""Folders of data that are the root of a new volume, of programs that take nothing there but their own files.

A new file system of the kind ext4 is not empty: it has the folder lost+found. Most disks of clouds come with one.
Sources: https://github.com/docker-library/docs/blob/master/postgres/README.md (PGDATA);
https://github.com/strimzi/strimzi-kafka-operator/issues/1307
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from mblint.cluster.objects import Workload
from mblint.cluster.pod_fields import Claim
from mblint.facts.programs.access import new_claims
from mblint.facts.programs.rows import VolumeRoot
from mblint.facts.programs.started import other_start
from mblint.facts.rollouts.claim_classes import chooses_volume
from mblint.facts.rollouts.provisioners import Storage, is_a_folder, storage_of
from mblint.facts.upgrade.data_places import LASTING_CLAIMS, DataPlace, data_places
from mblint.facts.world import World
from mblint.software.setting_names import texts

_MADE_BY_ITSELF = "lost+found"
_WITH_IT = ("ext2", "ext3", "ext4")


def volume_roots(world: World) -> Iterator[VolumeRoot]:
    """A row for each folder that a claim's volume is mounted at, whole."""
    for place in data_places(world):
        if place.data.refuses_others and _is_root(place) and other_start(place.program) is None:
            asked = (
                None
                if place.mount is None
                else new_claims(world.cluster, place.program.workload).get(place.mount.volume)
            )
            if asked is None or not chooses_volume(asked):
                yield _row(world, place, asked)


def _is_root(place: DataPlace) -> bool:
    mount, store = place.mount, place.store
    if mount is None or store is None or store.kind not in LASTING_CLAIMS:
        return False
    return mount.is_whole and posixpath.normpath(mount.mount_path) == place.path


def _row(world: World, place: DataPlace, asked: Claim | None) -> VolumeRoot:
    one, mount = place.program, place.mount
    storage = None if asked is None else storage_of(world.cluster, asked)
    return VolumeRoot(
        object=one.workload.id,
        container=one.container.name,
        place=one.container.place if mount is None else mount.place.at("mountPath"),
        linted=one.workload.linted,
        software=one.running.program.name,
        path=place.path,
        volume="volume" if place.store is None else place.store.words,
        storage_class=None if storage is None else storage.class_name,
        storage="most disks of clouds" if storage is None else storage.made_by.name,
        otherwise=place.data.refuses_others,
        remedy=_remedy(place),
        known=storage is not None and storage.is_seen,
        verdict=_verdict(one.workload, asked, storage),
    )


def _remedy(place: DataPlace) -> str:
    """A setting that moves the folder, by its first name that stands in the environment; else a subPath."""
    name = next((name for name in texts(place.data.setting) if ":" not in name), None)
    with_path = "give the mount a subPath, such as data"
    return (
        f"Set {name} to a folder inside, such as {place.path}/data, or {with_path}" if name else with_path.capitalize()
    )


def _verdict(workload: Workload, asked: Claim | None, storage: Storage | None) -> str:
    if any(_MADE_BY_ITSELF in word.text for container in workload.pod.containers for word in container.words):
        return "cleared"
    if storage is not None and storage.file_system:
        return "refused" if storage.file_system in _WITH_IT else "empty"
    return "empty" if asked is not None and is_a_folder(asked) else "perhaps"

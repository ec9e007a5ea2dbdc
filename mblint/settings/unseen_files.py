"""Whether a container may find a file that no manifest shows, or one that mblint does not read key by key."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Container, Mount, Volume, Workload
from mblint.cluster.secrets import reveal
from mblint.globs import matches
from mblint.settings.mounted_files import mounted_files
from mblint.software.setting_names import Texts, texts

_FILLED_AT_RUN_TIME = ("emptyDir", "csi", "hostPath")
_CONFIGURATION = (".yaml", ".yml", ".json", ".toml", ".ini", ".conf", ".cfg", ".properties", ".xml", ".env")


def may_find(cluster: Cluster, workload: Workload, container: Container, paths: Texts) -> bool:
    """True where one of the files (globs) is mounted, or a volume above it may hold it.

    A claim is left aside: what is in it was once written by the program itself, from what it was told then.
    """
    wanted = texts(paths)
    if any(matches(each.path, path) for path in wanted for each in mounted_files(cluster, workload, container)):
        return True
    return may_be_unseen(cluster, workload, container, paths)


def may_say(cluster: Cluster, workload: Workload, container: Container, paths: Texts, words: Iterable[str]) -> bool:
    """The same of files that may say one of the words: one that is in the view, and has none of them, does not."""
    wanted, spoken = texts(paths), (*words, "import *", "include")
    for file in mounted_files(cluster, workload, container):
        if any(matches(file.path, path) for path in wanted):
            text = None if file.entry.text is None else reveal(file.entry.text)
            if text is None or any(word in text for word in spoken):
                return True
    return may_be_unseen(cluster, workload, container, paths)


def may_be_unseen(cluster: Cluster, workload: Workload, container: Container, paths: Texts) -> bool:
    """True where a volume above one of the files (globs) is filled by something that no manifest shows."""
    wanted = texts(paths)
    return any(
        _is_above(mount, path)
        and _is_unseen(cluster, workload, workload.pod.volumes.get(mount.volume))
        and not _starts_empty(workload, container, mount)
        for path in wanted
        for mount in container.mounts
    )


def may_hold_any(cluster: Cluster, workload: Workload, container: Container, paths: Texts) -> bool:
    """The same of globs without a folder (`*.sh`): each volume of files that is not in the view may hold one."""
    if may_be_unseen(cluster, workload, container, paths):
        return True
    volumes = [workload.pod.volumes.get(mount.volume) for mount in container.mounts]
    return any(path.startswith("*") for path in texts(paths)) and any(
        volume is not None and bool(volume.files) and _is_unseen(cluster, workload, volume) for volume in volumes
    )


def made_files(cluster: Cluster, workload: Workload, container: Container, told: Iterable[str]) -> Iterator[str]:
    """The configuration files that a container has as a mount of their own, or is told to read (`told`: its words and
    values), and that something makes at run time: an init container, a driver, the node.
    """
    paths = [path for text in told if (path := _path_in(text)) is not None]
    for mount in container.mounts:
        if _starts_empty(workload, container, mount):
            continue
        if not _is_unseen(cluster, workload, workload.pod.volumes.get(mount.volume)):
            continue
        where = posixpath.normpath(mount.mount_path)
        if mount.sub_path is not None and where.endswith(_CONFIGURATION):
            yield where
        yield from (path for path in paths if path.startswith(where.rstrip("/") + "/"))


def _path_in(text: str) -> str | None:
    """The path of a configuration file that a word says: `/conf/app.yaml`, `--config=/conf/app.yaml`."""
    path = text.rpartition("=")[2].strip()
    return posixpath.normpath(path) if path.startswith("/") and path.endswith(_CONFIGURATION) else None


def _starts_empty(workload: Workload, container: Container, mount: Mount) -> bool:
    """Whether a volume has nothing that the image's own program does not write: an emptyDir of this container alone."""
    volume = workload.pod.volumes.get(mount.volume)
    others = (each for each in workload.pod.containers if each is not container)
    is_shared = any(one.volume == mount.volume for each in others for one in each.mounts)
    return volume is not None and volume.kind == "emptyDir" and not container.command and not is_shared


def _is_above(mount: Mount, path: str) -> bool:
    where = posixpath.normpath(mount.mount_path)
    return path.startswith(where.rstrip("/") + "/") or matches(where, path)


def _is_unseen(cluster: Cluster, workload: Workload, volume: Volume | None) -> bool:
    """True where what is in a volume is made at run time, or stands in an object that was not read."""
    if volume is None or volume.kind in _FILLED_AT_RUN_TIME:
        return volume is not None
    namespace = workload.id.namespace
    return any(
        (namespace, source.name) not in (cluster.secrets if source.kind == "Secret" else cluster.config_maps)
        for source in volume.files
    )

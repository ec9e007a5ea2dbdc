"""Where on which volume a program keeps its data: what must be the same before and after for data to be taken over.

A claim is known by its name, a StatefulSet's by the set and its template. The folder is the program's own, or where a
setting moved it; a path that a setting takes from elsewhere is not known.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Container, ContainerRole, Mount, Volume, Workload
from mblint.cluster.pod_fields import volume_source
from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import reveal
from mblint.facts.software import RunningProgram, running_programs
from mblint.facts.world import World
from mblint.regex import regex
from mblint.settings.names import Origin
from mblint.software.storage import Data

_QUOTED = regex(r"""(["'])/.*\1""")
LASTING_CLAIMS = ("claim", "template")  # kinds of stores that are a claim's
MAY_BE_LOST = regex(r"(^|[/_.-])(te?mp|caches?|logs?|run|lost\+found)($|[/_.-])")
_NETWORK_VOLUMES = ("nfs", "cephfs", "iscsi", "azureFile", "csi")


class Store(Struct, frozen=True):
    """A volume that outlives its pod: `kind` (claim, template, hostPath, …) and its name within the namespace.

    `words`: what a sentence calls it, after "the": "claim docs", "claim template data of StatefulSet docs".
    """

    namespace: str
    kind: str
    name: str
    words: str


class DataPlace(Struct, frozen=True, eq=False):
    """A folder with data of a program. `inside`: the folder on the volume. `store` None: nothing that lasts."""

    program: RunningProgram
    data: Data
    path: str
    mount: Mount | None
    store: Store | None
    inside: str


@remembered
def data_places(world: World) -> tuple[DataPlace, ...]:
    """Every folder with data of a known program, in the order of the workloads."""
    return tuple(
        place
        for one in running_programs(world)
        if one.container.role is not ContainerRole.INIT and one.workload.lasting and one.workload.linted
        for data in one.running.entries(Data)
        if data.kind == "data" and one.told.applies(data) is True
        if (place := _place(one, data)) is not None
    )


def _place(one: RunningProgram, data: Data) -> DataPlace | None:
    path = _path(one, data)
    if path is None:
        return None
    mount = mount_over(one.container, path)
    if mount is not None and _is_hidden(one.workload, mount, path, data):
        mount = None
    # The image's old folder is where its volume still is, if nobody has moved it.
    if mount is None and data.volume_moved:
        mount = mount_over(one.container, data.volume_moved)
        path = data.volume_moved if mount is not None else path
    store = None if mount is None else store_of(one.workload, mount.volume)
    inside = "" if mount is None else posixpath.join(mount.sub_path or "", posixpath.relpath(path, mount.mount_path))
    return DataPlace(one, data, path, mount, store, posixpath.normpath(inside))


def _is_hidden(workload: Workload, mount: Mount, path: str, data: Data) -> bool:
    """Whether the image's own volume lies over a lasting one: what is written to the folder is in the former."""
    folder = posixpath.normpath(data.path)
    above = is_within(path, folder) and not is_within(posixpath.normpath(mount.mount_path), folder)
    return data.image_volume and above and store_of(workload, mount.volume) is not None


def _path(one: RunningProgram, data: Data) -> str | None:
    """The folder; None where a setting names it that cannot be read."""
    setting = one.told.first(data.setting) if data.setting else None
    if setting is None:
        return posixpath.normpath(data.path)
    value = None if setting.value is None else reveal(setting.value)
    if setting.origin is Origin.ARGUMENT and value is not None and _QUOTED.fullmatch(value):
        return value  # no shell takes these quotes away: it is a folder of that name where the program starts
    return posixpath.normpath(value) if value and value.startswith("/") and "$" not in value else None


def same_data(place: DataPlace) -> tuple[object, ...]:
    """What is equal of two places where a program has the same data before and after."""
    return place.program.running.program.id, place.store, place.inside


def mount_over(container: Container, path: str) -> Mount | None:
    """The mount that a path lies on: the deepest above it. /var/run is a link to /run (FHS 3.0, 3.15)."""
    path = _behind_the_link(path)
    above = [mount for mount in container.mounts if is_within(path, _behind_the_link(mount.mount_path))]
    return max(above, key=lambda mount: len(posixpath.normpath(mount.mount_path)), default=None)


def _behind_the_link(path: str) -> str:
    return path.removeprefix("/var") if path.startswith("/var/run/") or path == "/var/run" else path


def is_within(path: str, folder: str) -> bool:
    """Whether a path is a folder, or inside of it."""
    folder = posixpath.normpath(folder)
    return folder in ("/", path) or path.startswith(f"{folder}/")


def store_of(workload: Workload, volume_name: str) -> Store | None:
    """The lasting volume of that name in a workload; None where it ends with the pod, or holds an object's keys."""
    namespace, volume = workload.id.namespace, workload.pod.volumes.get(volume_name)
    for template in workload.claims:
        if template.name == volume_name:
            name = f"{volume_name}-{workload.id.name}"
            return Store(namespace, "template", name, f"claim {name}-0")
    return None if volume is None else _store(namespace, volume)


def _store(namespace: str, volume: Volume) -> Store | None:
    if volume.claim:
        return Store(namespace, "claim", volume.claim, f"claim {volume.claim}")
    host_path = volume_source(volume).host_path
    if host_path:
        return Store("", "hostPath", posixpath.normpath(host_path), f"folder {host_path} of the node")
    if volume.kind in _NETWORK_VOLUMES:
        return Store(namespace, volume.kind, volume.name, f"{volume.kind} volume {volume.name}")
    return None


def has_a_job(cluster: Cluster, store: Store) -> bool:
    """Whether a Job has the volume: it may move its files, or give them to somebody."""
    return any(store in set(stores_of(job)) for job in cluster.workloads if not job.lasting)


def stores_of(workload: Workload) -> Iterator[Store]:
    """The lasting volumes that a workload's pods have."""
    for name in (*workload.pod.volumes, *(template.name for template in workload.claims)):
        store = store_of(workload, name)
        if store is not None:
            yield store

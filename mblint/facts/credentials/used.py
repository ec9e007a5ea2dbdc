"""The ConfigMaps and Secrets that pods refer to: in variables, envFrom, volumes, projections and mounts of one file."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from mblint.cluster.objects import Container, Mount, ObjectFiles, Workload
from mblint.manifests.documents import Place

ObjectKey = tuple[str, str, str]  # kind, namespace, name


class Used(Struct, frozen=True, eq=False):
    """One reference. `key` None: all keys. `setting`: the variable, or the volume."""

    workload: Workload
    container: Container | None
    kind: str
    name: str
    key: str | None
    setting: str
    optional: bool
    place: Place

    @property
    def object_key(self) -> ObjectKey:
        """The object that it refers to."""
        return self.kind, self.workload.id.namespace, self.name


def used_by(workload: Workload) -> Iterator[Used]:
    """The references of a workload: its containers', then its volumes'."""
    for container in workload.pod.containers:
        for source in container.env_from:
            yield Used(workload, container, source.kind, source.name, None, "envFrom", source.optional, source.place)
        for variable in container.env:
            if (ref := variable.key_ref) is not None:
                yield Used(workload, container, ref.kind, ref.name, ref.key, variable.name, ref.optional, ref.place)
    for volume in workload.pod.volumes.values():
        for files in volume.files:
            yield from _of_volume(workload, f"volume {volume.name}", files)
    for container in workload.pod.containers:
        for mount in container.mounts:
            yield from _of_sub_path(workload, container, mount)


def _of_volume(workload: Workload, setting: str, files: ObjectFiles) -> Iterator[Used]:
    if files.items is None:
        yield Used(workload, None, files.kind, files.name, None, setting, files.optional, files.place)
        return
    for item in files.items:
        yield Used(workload, None, files.kind, files.name, item.key, setting, files.optional, item.place)


def _of_sub_path(workload: Workload, container: Container, mount: Mount) -> Iterator[Used]:
    """A mount of one file of a volume that shows all keys of one object: where it has no such key, the kubelet mounts
    an empty folder in its place."""
    volume = workload.pod.volumes.get(mount.volume)
    if mount.sub_path is None or volume is None or len(volume.files) != 1 or volume.kind not in ("configMap", "secret"):
        return
    (files,) = volume.files
    key = mount.sub_path.strip("/")
    if files.items is None and key and key not in (".", "..") and "/" not in key:
        setting = f"subPath of mount {mount.mount_path}"
        yield Used(workload, container, files.kind, files.name, key, setting, files.optional, mount.place)

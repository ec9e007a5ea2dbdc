"""Mounts by subPath of a file that the volume's `items` give another path.

With items a volume shows their paths and nothing else; a subPath that is none of them is an empty folder in the place
of the file. Source: https://kubernetes.io/docs/concepts/storage/volumes/#configmap
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from msgspec.structs import replace

from mblint.cluster.flaws.forms import ENCRYPTED
from mblint.cluster.objects import Container, Workload
from mblint.facts.references.named_files import NamedFile, below_mount
from mblint.facts.references.rows import MountedPath


def renamed_items(workload: Workload, container: Container) -> Iterator[MountedPath]:
    """A row for each mount of a ConfigMap or a Secret by a subPath that is no item's path, but its key."""
    for mount in container.mounts:
        volume = workload.pod.volumes.get(mount.volume)
        if volume is None or mount.sub_path is None or volume.kind not in ("configMap", "secret"):
            continue
        wanted = posixpath.normpath(mount.sub_path)
        items = [item for source in volume.files for item in source.items or ()]
        paths = [posixpath.normpath(item.path) for item in items]
        if any(path.startswith(ENCRYPTED) for path in paths):
            continue  # the one that decrypts the object knows them
        if not paths or wanted == "." or any(f"{path}/".startswith(f"{wanted}/") for path in paths):
            continue
        source = f"{volume.files[0].kind} {volume.files[0].name}"
        given = next((path for item, path in zip(items, paths, strict=True) if item.key == wanted), None)
        named = NamedFile(mount.mount_path, f"subPath {mount.sub_path}", mount.place.at("subPath"), needed=True)
        what = "show no such path" if given is None else f"show the key {wanted} as {given}"
        yield replace(
            below_mount(workload, container, named, mount, "missing"),
            sources=(source,),
            files=tuple(sorted(paths)),
            problem=f"is an empty folder: the items of volume {volume.name} {what}",
            remedy=f"Write the path of an item into subPath: {given or ' or '.join(sorted(paths)[:3])}",
            asked="mounts",
        )

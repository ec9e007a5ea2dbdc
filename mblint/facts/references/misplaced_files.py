"""Files that a container is told to read where it mounts nothing, while a file of that name is mounted elsewhere.

Below no mount a container sees what its image has. Certificates, keys and passwords are in no image: whoever names one
there means the Secret or ConfigMap that the pod has for it, under another path, or that no container mounts. Only what
nothing else asks for can be meant: a mount whose path stands in no setting, command or file of the container.
Source: https://kubernetes.io/docs/concepts/storage/volumes/#how-volumes-work
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Container, Mount, ObjectFiles, Volume, Workload
from mblint.cluster.promised import promised
from mblint.cluster.secrets import reveal
from mblint.facts.credentials.references import held_by
from mblint.facts.references.named_files import NamedFile
from mblint.facts.references.rows import MountedPath
from mblint.facts.rows import Related
from mblint.facts.world import World
from mblint.manifests.documents import Value
from mblint.regex import regex
from mblint.settings.mounted_files import path_in

_SHOWN = ("configMap", "secret", "projected")
_BY_THE_KUBELET = ("/var/run/secrets/kubernetes.io/", "/run/secrets/kubernetes.io/")
_OF_AN_AUTHORITY = regex(
    r"(?i)(?:^|[^a-z])(?:ca|cacert|root|rootcert|authorit\w+)(?:[^a-z]|$)|cafile|ca_?certs?|ssl_cert_file"
)
_AUTHORITIES = ("ca.crt", "ca.pem", "root.crt", "ca-bundle.crt", "ca-cert.pem")
_OF_IMAGES = ("/etc/ssl/", "/etc/pki/", "/usr/", "/var/run/secrets/")
_LARGEST = 262_144  # characters of one text


class _Meant(Struct, frozen=True):
    """Where a file of that name is. `path` None: its volume is mounted by no container of the pod."""

    path: str | None
    mount: Mount | None
    volume: Volume
    source: ObjectFiles


def misplaced_files(world: World, workload: Workload, container: Container, named: NamedFile) -> Iterator[MountedPath]:
    """A file below no mount, where the pod has one of that name for another path, or for none."""
    if any(posixpath.normpath(mount.mount_path) == named.path for mount in container.mounts):
        return
    found = _misplaced(world.cluster, workload, container, named)
    if found is None:
        return
    source = f"{found.source.kind} {found.source.name}"
    wanted = posixpath.dirname(named.path)
    if found.path is None:
        problem = f"is below none of its mounts: volume {found.volume.name} would show that of {source}"
        problem += ", and no container mounts it"
        remedy = f"Mount volume {found.volume.name} at {wanted}"
    else:
        problem = f"is below none of its mounts: that of {source} is at {found.path}, where nothing looks for it"
        remedy = f"Mount volume {found.volume.name} at {wanted}, or let {named.who} say {found.path}"
    place = found.volume.place if found.mount is None else found.mount.place
    yield MountedPath(
        object=workload.id,
        container=container.name,
        place=named.place,
        related=(Related("this shows a file of that name", place, workload.id),),
        linted=workload.linted,
        path=named.path,
        settings=named.who,
        mount="" if found.mount is None else found.mount.mount_path,
        needed=False,
        verdict="elsewhere",
        sources=(source,),
        problem=problem,
        remedy=remedy,
        nearest=found.path,
    )


def _misplaced(cluster: Cluster, workload: Workload, container: Container, named: NamedFile) -> _Meant | None:
    """The only file that must be meant by a path below no mount."""
    name = posixpath.basename(named.path)
    if named.path.startswith(_BY_THE_KUBELET) or not (named.needed or "." in name):
        return None
    found = [*_mounted(cluster, workload, container, name), *_unmounted(cluster, workload, name)]
    if not found and _OF_AN_AUTHORITY.search(f"{named.who} {name}") and not named.path.startswith(_OF_IMAGES):
        others = (each for key in _AUTHORITIES for each in _mounted(cluster, workload, container, key))
        found = [each for each in others if not _is_asked_of(cluster, workload, container, each)]
    if len(found) != 1:
        return None
    (one,) = found
    if one.path is not None and one.path.endswith(named.path):  # below a home of its own: CONFIG_HOME is put before it
        return None
    folder = None if one.mount is None else one.mount.mount_path.rstrip("/")
    return None if folder is not None and _is_asked_for(cluster, workload, container, folder) else one


def _is_asked_of(cluster: Cluster, workload: Workload, container: Container, meant: _Meant) -> bool:
    return meant.mount is None or _is_asked_for(cluster, workload, container, meant.mount.mount_path.rstrip("/"))


def _mounted(cluster: Cluster, workload: Workload, container: Container, name: str) -> Iterator[_Meant]:
    for mount in container.mounts:
        volume = workload.pod.volumes.get(mount.volume)
        for source in volume.files if volume is not None and volume.kind in _SHOWN else ():
            for inside in _files(cluster, workload, source):
                path = path_in(mount, posixpath.normpath(inside))
                if volume is not None and path is not None and posixpath.basename(path) == name:
                    yield _Meant(path, mount, volume, source)


def _unmounted(cluster: Cluster, workload: Workload, name: str) -> Iterator[_Meant]:
    mounted = {mount.volume for container in workload.pod.containers for mount in container.mounts}
    for volume in workload.pod.volumes.values():
        if volume.name in mounted or volume.kind not in _SHOWN:
            continue
        for source in volume.files:
            if any(posixpath.basename(inside) == name for inside in _files(cluster, workload, source)):
                yield _Meant(None, None, volume, source)


def _files(cluster: Cluster, workload: Workload, source: ObjectFiles) -> Sequence[str]:
    """The files that an object makes in a volume, as far as the view says."""
    if source.items is not None:
        return tuple(item.path for item in source.items)
    key = (source.kind, workload.id.namespace, source.name)
    held = held_by(cluster, key)
    if held is not None:
        return tuple(held.entries)
    maker = promised(cluster).get(key)
    return () if maker is None else maker.keys or ()


# ---------------------------------------------------------------- what else may read the mount


def _is_asked_for(cluster: Cluster, workload: Workload, container: Container, folder: str) -> bool:
    """Whether the path of a mount stands in anything that the container is told."""
    if not folder:
        return True
    named = re.compile(re.escape(folder) + r"(?![\w.-])")
    return any(len(text) > _LARGEST or named.search(text) for text in _told(cluster, workload, container))


def _told(cluster: Cluster, workload: Workload, container: Container) -> Iterator[str]:
    written = container.place.value
    for key, value in written.items() if isinstance(written, dict) else ():
        if key != "volumeMounts":
            yield from _texts(value)
    volumes = (workload.pod.volumes.get(mount.volume) for mount in container.mounts)
    objects = {(source.kind, source.name) for volume in volumes if volume is not None for source in volume.files}
    objects |= {(variable.key_ref.kind, variable.key_ref.name) for variable in container.env if variable.key_ref}
    objects |= {(source.kind, source.name) for source in container.env_from}
    for kind, name in sorted(objects):
        held = held_by(cluster, (kind, workload.id.namespace, name))
        for entry in held.entries.values() if held is not None else ():
            if entry.text is not None:
                yield reveal(entry.text)


def _texts(value: Value) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(each)

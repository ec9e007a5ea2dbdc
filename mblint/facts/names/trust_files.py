"""The authorities that a client's container is told of, by the files that it mounts.

They count where all of them are known: none by a volume that a container fills, by a Secret that is not in the view, or
by a Bundle of trust-manager that also takes what is not. Who is told of no file below a mount may look at another one.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Container, Mount, ObjectFiles, Workload
from mblint.cluster.promised import promised
from mblint.cluster.secrets import reveal
from mblint.facts.credentials.references import held_by
from mblint.facts.names.authorities import Signers, trusted
from mblint.facts.told import settings_of
from mblint.facts.world import World
from mblint.regex import regex
from mblint.settings.mounted_files import path_in

_SHOWN = ("configMap", "secret", "projected")
_PATH = regex(r"/[\w.@+/-]+")
_MAY_BE = regex(r"(?i)(?:^|[^a-z])(?:ca|cert\w*|trust\w*|bundle|root\w*)(?:[^a-z]|$)|\.(?:crt|pem|cer|jks|p12|der)$")
_BUILT_IN = ("/etc/ssl/certs/", "/etc/pki/", "/usr/share/ca-certificates/", "/usr/local/share/ca-certificates/")


def told_authorities(world: World, client: Workload, container: Container) -> tuple[Signers, ...] | None:
    """All that are mounted in a container which is told of one; None where not all are known, or it is told of none."""
    texts = [reveal(each.value) for each in settings_of(world, client, container) if each.value is not None]
    texts += [reveal(word.text) for word in container.words]
    paths = {path for text in texts for path in _PATH.findall(text)}
    found: list[Signers] = []
    told = False
    for mount in container.mounts:
        volume = client.pod.volumes.get(mount.volume)
        if volume is None or volume.kind not in _SHOWN:
            if any(_is_within(path, mount.mount_path) and _MAY_BE.search(path) for path in paths):
                return None
            if mount.mount_path.startswith(tuple(each.rstrip("/") for each in _BUILT_IN)):
                return None
            continue
        for source in volume.files:
            known = list(_of_source(world.cluster, client, mount, source))
            for path, authorities in known:
                if authorities is None:
                    if _MAY_BE.search(path):
                        return None
                elif authorities.keys or authorities.texts:
                    found.append(authorities)
                    told = told or _is_told(path, mount, paths)
    return tuple(found) if told and found else None


def _is_told(path: str, mount: Mount, paths: set[str]) -> bool:
    return path in paths or mount.mount_path.rstrip("/") in paths or path.startswith(_BUILT_IN)


def _is_within(path: str, folder: str) -> bool:
    return f"{path}/".startswith(folder.rstrip("/") + "/")


def _of_source(
    cluster: Cluster, client: Workload, mount: Mount, source: ObjectFiles
) -> Iterator[tuple[str, Signers | None]]:
    """The files of one object below a mount, each with the authorities in it; with None where these are not known."""
    key = (source.kind, client.id.namespace, source.name)
    if source.items is not None:
        names = [(item.key, item.path) for item in source.items]
    else:
        held, made = held_by(cluster, key), promised(cluster).get(key)
        keys = tuple(held.entries) if held is not None else made.keys if made is not None else None
        if keys is None:
            yield posixpath.join(mount.mount_path, f"certificates-of-{source.name}"), None
            return
        names = [(each, each) for each in keys]
    for each, name in names:
        path = path_in(mount, posixpath.normpath(name))
        if path is not None:
            yield path, trusted(cluster, *key, each)

"""Who reads a key of a Secret: by a variable, or by a variable that names the file that the key is mounted as."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from mblint.cluster.objects import Container, KeyRef, Workload
from mblint.cluster.secrets import reveal
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.settings.mounted_files import mounted_files
from mblint.settings.rows import Setting


def readers(world: World, namespace: str, ref: KeyRef) -> Iterator[tuple[Workload, Place]]:
    """The workloads with the place where each refers to the key, in the order of their settings."""
    paths: dict[int, frozenset[str]] = {}
    for setting in world.settings:
        if setting.workload.id.namespace != namespace or setting.file is not None:
            continue  # that a key is mounted does not say that it is read
        if same_key(setting.key_ref, ref):
            yield setting.workload, setting.reference or setting.place
            continue
        if id(setting.container) not in paths:
            paths[id(setting.container)] = _files(world, setting.workload, setting.container, ref)
        if _names(setting, paths[id(setting.container)]):
            yield setting.workload, setting.place


def _files(world: World, workload: Workload, container: Container, ref: KeyRef) -> frozenset[str]:
    """The paths in a container that the key is mounted as."""
    found = mounted_files(world.cluster, workload, container)
    return frozenset(posixpath.normpath(file.path) for file in found if same_key(file.key_ref, ref))


def _names(setting: Setting, paths: frozenset[str]) -> bool:
    return bool(paths) and setting.value is not None and posixpath.normpath(reveal(setting.value)) in paths


def same_key(one: KeyRef | None, other: KeyRef | None) -> bool:
    """Whether two references lead to the same key, in one namespace."""
    return (
        one is not None and other is not None and (one.kind, one.name, one.key) == (other.kind, other.name, other.key)
    )

"""ConfigMaps and Secrets that a program reads through the Kubernetes API: settings that no mount shows."""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import ConfigMap, Container, KeyRef, Secret, Workload
from mblint.settings.mounted_files import MountedFile
from mblint.settings.tables import Row, as_text, as_texts, load_table

_COMPONENT = "app.kubernetes.io/component"


def files_read_through_the_api(cluster: Cluster, workload: Workload, container: Container) -> Iterator[MountedFile]:
    """The keys of such objects as files named `OBJECT/KEY`."""
    component = workload.pod.labels.get(_COMPONENT)
    for row in load_table("api-config-maps", "config-maps") if component is not None else ():
        if as_text(row, "component") == component and _is_image(row, container):
            for config_map in cluster.config_maps.values():
                if _is_read(config_map, workload) and config_map.id.name.endswith(as_text(row, "config-map") or ""):
                    yield from _files(row, config_map)
    for row in load_table("api-config-maps", "secrets"):
        if _is_image(row, container):
            secret = cluster.secrets.get((workload.id.namespace, _named(row, container)))
            if secret is not None:
                yield from _files(row, secret)


def _is_image(row: Row, container: Container) -> bool:
    return any(part in (container.image or "") for part in as_texts(row, "image"))


def _is_read(held: ConfigMap, workload: Workload) -> bool:
    return held.id.namespace == workload.id.namespace


def _named(row: Row, container: Container) -> str:
    """The Secret's name: what an option of the program says, else the one that it takes by itself."""
    option = as_text(row, "option") or ""
    words = [word.text for word in container.words]
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word == option or word.startswith(f"{option}="):
            return following if word == option else word.partition("=")[2]
    return as_text(row, "secret") or ""


def _files(row: Row, held: ConfigMap | Secret) -> Iterator[MountedFile]:
    name = held.id.name
    for key in as_texts(row, "keys"):
        if (entry := held.entries.get(key)) is not None:
            ref = KeyRef(held.id.kind, name, key, True, held.place)
            yield MountedFile(f"{name}/{key}", entry, ref, held.place)

"""ConfigMaps that a program reads through the Kubernetes API: settings of its container that no mount shows."""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import ConfigMap, Container, KeyRef, Workload
from mblint.settings.mounted_files import MountedFile
from mblint.settings.tables import Row, as_text, as_texts, load_table

_COMPONENT = "app.kubernetes.io/component"


def files_read_through_the_api(cluster: Cluster, workload: Workload, container: Container) -> Iterator[MountedFile]:
    """The keys of such ConfigMaps as files named `CONFIGMAP/KEY`."""
    component = workload.pod.labels.get(_COMPONENT)
    if component is None:
        return
    for row in load_table("api-config-maps", "config-maps"):
        if as_text(row, "component") == component and _is_image(row, container):
            for config_map in cluster.config_maps.values():
                if _is_read(row, config_map, workload):
                    yield from _files(row, config_map)


def _is_image(row: Row, container: Container) -> bool:
    return any(part in (container.image or "") for part in as_texts(row, "image"))


def _is_read(row: Row, config_map: ConfigMap, workload: Workload) -> bool:
    same_namespace = config_map.id.namespace == workload.id.namespace
    return same_namespace and config_map.id.name.endswith(as_text(row, "config-map") or "")


def _files(row: Row, config_map: ConfigMap) -> Iterator[MountedFile]:
    name = config_map.id.name
    for key in as_texts(row, "keys"):
        if (entry := config_map.entries.get(key)) is not None:
            ref = KeyRef("ConfigMap", name, key, True, config_map.place)
            yield MountedFile(f"{name}/{key}", entry, ref, config_map.place)

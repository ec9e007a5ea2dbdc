"""Modes of mounted files that are written in decimal and meant in octal: `defaultMode: 400` is 0620.

YAML reads 0400 as octal and JSON has no octal at all, so that 256 and 0400 are the same and 400 is another mode. Of
three digits below 8, those from 512 on the API server refuses (`invalid-object`); those that are left are none that
anybody means as they come out.
Source: https://kubernetes.io/docs/concepts/storage/volumes/#projected, and the field defaultMode of
https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/volume/
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.objects import Volume, Workload
from mblint.cluster.pod_fields import volume_source
from mblint.facts.world import World
from mblint.facts.written.rows import DecimalMode
from mblint.manifests.documents import Place
from mblint.remedies.rendered import owner, put

_SOURCES = ("configMap", "secret", "projected", "downwardAPI")
_MEANT = {400: 0o400, 440: 0o440, 444: 0o444, 500: 0o500}  # as they are written, and what they are meant as


def decimal_modes(world: World) -> Iterator[DecimalMode]:
    """A row for each such mode of a volume, or of a file in it."""
    for workload in world.cluster.workloads:
        for volume in workload.pod.volumes.values():
            if volume.kind in _SOURCES:
                yield from _of_volume(world, workload, volume)


def _of_volume(world: World, workload: Workload, volume: Volume) -> Iterator[DecimalMode]:
    default = volume_source(volume).default_mode
    if default is not None and default in _MEANT:
        place = volume.place.at(volume.kind)
        yield _row(world, workload, place, "defaultMode", f"defaultMode of volume {volume.name}")
    for source in volume.files:
        for item in source.items or ():
            if item.mode in _MEANT:
                yield _row(world, workload, item.place, "mode", f"mode of {item.path} in volume {volume.name}")


def _row(world: World, workload: Workload, place: Place, key: str, field: str) -> DecimalMode:
    at = place.at(key)
    written = at.value if isinstance(at.value, int) else 0
    meant = _MEANT[written]
    return DecimalMode(
        object=workload.id,
        place=at,
        linted=workload.linted,
        field=field,
        written=written,
        comes_out=f"0{written:03o}",
        meant=f"0{meant:03o}",
        decimal=meant,
        verdict="closed" if written == 400 else "odd",
        edits=(put(workload, place, key, meant),) if owner(world.cluster, place) is workload else (),
    )

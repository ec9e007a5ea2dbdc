"""Images that their makers took away (`rules/tables/gone-images.yaml`): no node can pull them any more."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from msgspec import Struct, convert

from mblint.cluster.objects import Container, Workload
from mblint.facts.words.rows import GoneImage
from mblint.facts.world import World
from mblint.shipped import read_table
from mblint.software.images import Reference, reference

_DOCKER_HUB = "docker.io"


class _Row(Struct, frozen=True, rename="kebab"):
    registry: str
    folder: str
    since: str
    instead: str
    because: str
    source: str
    excepted: tuple[str, ...] = ()


class _Table(Struct, frozen=True):
    gone: tuple[_Row, ...]


@cache
def _rows() -> tuple[_Row, ...]:
    return convert(read_table("tables/gone-images.yaml"), _Table).gone


def gone_images(world: World) -> Iterator[GoneImage]:
    """A row for each container with such an image."""
    for workload in world.cluster.workloads:
        for container in workload.pod.containers:
            image = reference(container.image or "")
            row = next((row for row in _rows() if _is_of(row, image)), None)
            if row is not None:
                yield _found(workload, container, row)


def _is_of(row: _Row, image: Reference) -> bool:
    if (image.registry or _DOCKER_HUB) != row.registry:
        return False
    if image.path != row.folder and image.path.rpartition("/")[0] != row.folder:
        return False
    return image.name not in row.excepted and (image.tag or "latest") not in row.excepted


def _found(workload: Workload, container: Container, row: _Row) -> GoneImage:
    return GoneImage(
        object=workload.id,
        container=container.name,
        place=container.place.at("image"),
        linted=workload.linted,
        image=container.image or "",
        because=row.because,
        since=row.since,
        instead=row.instead,
    )

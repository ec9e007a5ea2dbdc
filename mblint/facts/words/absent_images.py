"""Images without a folder that Docker Hub does not have (`rules/tables/absent-images.yaml`).

An image named by one word is one of Docker's official images, and most programs have theirs in a folder of their own.
A tag that is no version may be one that somebody loaded into the nodes: silent, as where nothing is ever pulled.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from msgspec import Struct, convert

from mblint.cluster.objects import Container, Workload
from mblint.cluster.pod_fields import container_fields
from mblint.facts.words.rows import AbsentImage
from mblint.facts.world import World
from mblint.regex import regex
from mblint.shipped import read_table
from mblint.software.images import Reference, reference

_VERSION = regex(r"v?(\d+(?:\.\d+)*)(?:[.+_-].*)?")
_FOLDER = "library/"


class _Row(Struct, frozen=True, rename={"since": "from"}):
    name: str
    instead: str
    source: str
    since: str | None = None
    latest: bool = True


class _Table(Struct, frozen=True):
    absent: tuple[_Row, ...]


@cache
def _rows() -> dict[str, _Row]:
    return {row.name: row for row in convert(read_table("tables/absent-images.yaml"), _Table).absent}


def absent_images(world: World) -> Iterator[AbsentImage]:
    """A row for each container with such an image."""
    for workload in world.cluster.workloads:
        for container in workload.pod.containers:
            image = reference(container.image or "")
            row = _rows().get(image.path.removeprefix(_FOLDER)) if image.registry is None else None
            if row is not None and container_fields(container).image_pull_policy != "Never":
                problem = _problem(row, image)
                if problem is not None:
                    yield _found(workload, container, row, problem)


def _problem(row: _Row, image: Reference) -> str | None:
    """What is not there, as a clause; None where it is, or where the image may be somebody's own."""
    whole = row.since is None and row.latest
    version = _VERSION.fullmatch(image.tag or "")
    if (image.tag or "latest") == "latest" and image.digest is None:
        return f"no image {row.name}" if whole else f"no tag latest of {row.name}"
    if version is None or image.digest is not None:
        return None
    if row.since is not None and _numbers(version[1]) >= _numbers(row.since):
        return f"no {row.name} from {row.since} on"
    return f"no image {row.name}" if whole else None


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _found(workload: Workload, container: Container, row: _Row, problem: str) -> AbsentImage:
    return AbsentImage(
        object=workload.id,
        container=container.name,
        place=container.place.at("image"),
        linted=workload.linted,
        image=container.image or "",
        problem=problem,
        instead=row.instead,
    )

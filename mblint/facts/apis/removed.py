"""Objects in versions of APIs that Kubernetes has removed (`rules/tables/removed-apis.yaml`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import cast

from msgspec import Struct, convert

from mblint.facts.apis.rows import RemovedApi
from mblint.facts.world import World
from mblint.remedies.rendered import put
from mblint.shipped import read_table


class _Row(Struct, frozen=True):
    """What is removed. The table's head explains the fields."""

    api: str
    kinds: tuple[str, ...]
    removed: str
    source: str
    instead: str | None = None
    same: bool = False


def removed_apis(world: World) -> Iterator[RemovedApi]:
    """A row for each object that is written in a removed version."""
    said = world.config.cluster.version
    for held in world.cluster.everything:
        row = _rows().get((held.api_version, held.id.kind))
        if row is not None:
            yield RemovedApi(
                object=held.id,
                place=held.place.at("apiVersion"),
                linted=held.linted,
                edits=(put(held, held.place, "apiVersion", row.instead),) if row.same and row.instead else (),
                api_version=row.api,
                removed=row.removed,
                instead=row.instead,
                same=row.same,
                cluster=said,
                verdict=_verdict(row.removed, said),
            )


def _verdict(removed: str, cluster: str | None) -> str:
    if cluster is None:
        return "unsupported" if _numbers(removed) <= _numbers(_oldest()) else "served"
    return "removed" if _numbers(removed) <= _numbers(cluster) else "served"


def _numbers(version: str) -> tuple[int, ...]:
    """`1.33` as numbers that compare."""
    return tuple(int(part) for part in version.split("."))


@cache
def _table() -> Mapping[str, object]:
    return cast("Mapping[str, object]", read_table("tables/removed-apis.yaml"))


@cache
def _rows() -> Mapping[tuple[str, str], _Row]:
    rows = convert(_table()["removed"], tuple[_Row, ...])
    return {(row.api, kind): row for row in rows for kind in row.kinds}


@cache
def _oldest() -> str:
    return str(cast("Mapping[str, object]", _table()["oldest"])["version"])

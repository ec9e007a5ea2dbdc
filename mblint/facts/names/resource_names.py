"""The names in custom resources, by the paths of the table of servers: `[*]` goes through a list, or the values of a
mapping, `{}` stands for its keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Object
from mblint.facts.credentials.told import known
from mblint.facts.names.shape import Name
from mblint.facts.stand_ins import text_at
from mblint.manifests.documents import Place
from mblint.regex import regex
from mblint.settings.tables import Row, as_text, as_texts

_STEP = regex(r"[^.]+?(?=\[\*\]|\{\}|\.|$)|\[\*\]|\{\}")


def names_at(start: Place, path: str) -> Iterator[Name]:
    """The names at a path that begins at a place."""
    for place in places_at(start, path):
        keys = place.value if isinstance(place.value, dict) and path.endswith("{}") else None
        if keys is not None:
            for key in keys:
                yield Name(str(key), place.at(str(key)), path.removesuffix("{}"))
        elif isinstance(place.value, str) and place.value:
            yield Name(place.value, place, path.replace("[*]", ""))


def places_at(start: Place, path: str) -> Iterator[Place]:
    """The places that a path leads to."""
    return _places(start, tuple(_STEP.findall(path)))


def _places(place: Place, steps: tuple[str, ...]) -> Iterator[Place]:
    if not steps or steps == ("{}",):
        yield place
    elif steps[0] == "[*]":
        inside = (
            place.value
            if isinstance(place.value, dict)
            else range(len(place.value) if isinstance(place.value, list) else 0)
        )
        for key in inside:
            yield from _places(place.at(key), steps[1:])
    else:
        yield from _places(place.at(steps[0]), steps[1:])


def of_secret(cluster: Cluster, row: Row, resource: Object) -> Iterator[Name]:
    """The names in the keys (`key`) of the Secret that a resource names at `secret`; none of one that is elsewhere."""
    secret = _secret_of(row, resource)
    held = cluster.secrets.get((resource.id.namespace, secret)) if secret is not None else None
    for key in as_texts(row, "key"):
        entry = held.entries.get(key) if held is not None else None
        text = known(entry.text) if entry is not None else None
        if entry is not None and text is not None:
            yield Name(text, entry.place, f"{resource.id.kind} {resource.id.name}")


def is_elsewhere(cluster: Cluster, row: Row, resource: Object) -> bool:
    """Whether the Secret that has names is not in the view, or something fills it later."""
    secret = _secret_of(row, resource)
    if secret is None:
        return False
    held = cluster.secrets.get((resource.id.namespace, secret))
    entries = [held.entries.get(key) for key in as_texts(row, "key")] if held is not None else []
    return held is None or any(entry is not None and known(entry.text) is None for entry in entries)


def _secret_of(row: Row, resource: Object) -> str | None:
    path = as_text(row, "secret")
    return text_at(resource.place.at(*path.split("."))) if path is not None else None


def made_by(row: Row) -> Iterator[Row]:
    """The rows of the resources of other kinds that make names; without a group they are of the row's own."""
    for each in rows_of(row, "made-by"):
        yield {"group": row["group"], **each}


def rows_of(row: Row, field: str) -> tuple[Row, ...]:
    """A field that is a list of rows; empty where it is absent."""
    return tuple(cast("list[Row]", row.get(field) or ()))

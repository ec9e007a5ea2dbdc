"""Edits of what was read: from the place of a value to operations on the object that it stands in."""

from __future__ import annotations

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Object, Secret
from mblint.cluster.remembered import remembered
from mblint.cluster.templated import is_secret_text
from mblint.manifests.documents import Document, KeyPath, Place, Value
from mblint.remedies.edits import END, Change, Operation


def owner(cluster: Cluster, place: Place) -> Object | None:
    """The linted object that a place is in; None for one of the context, for what was left out, and for the texts of a
    Secret that an operator makes, which no remedy may show."""
    for candidate in _owners(cluster).get(place.document, ()):
        root = candidate.place.path
        if place.path[: len(root)] == root:
            return candidate if candidate.linted and not is_secret_text(candidate, place) else None
    return None


@remembered
def _owners(cluster: Cluster) -> dict[Document, list[Object]]:
    """The objects of each document: one, or the items of a List."""
    found: dict[Document, list[Object]] = {}
    for held in cluster.objects.values():
        found.setdefault(held.place.document, []).append(held)
    return found


def put(held: Object, place: Place, key: str, value: Value) -> Change:
    """Sets a key of the mapping at a place, which may have it already."""
    keys = place.path[len(held.place.path) :]
    mapping = place.value
    present = isinstance(mapping, dict) and key in mapping
    old = mapping[key] if isinstance(mapping, dict) and present else None
    if present and not isinstance(old, dict | list):
        return Change(held.id, held.place, (*names(held, keys), Operation("replace", (*keys, key), value, old)))
    return Change(held.id, held.place, (*names(held, keys), Operation("add", (*keys, key), value)))


def instead(held: Object, place: Place, value: Value) -> Change:
    """Another value in place of the scalar at a place."""
    keys = place.path[len(held.place.path) :]
    return Change(held.id, held.place, (*names(held, keys), Operation("replace", keys, value, place.value)))


def append(held: Object, place: Place, value: Value) -> Change:
    """One more element for the list at a place."""
    keys = place.path[len(held.place.path) :]
    return Change(held.id, held.place, (*names(held, keys), Operation("add", (*keys, END), value)))


def names(held: Object, keys: KeyPath) -> tuple[Operation, ...]:
    """Tests that the list elements on the way are those that are meant, by their names, where they have one."""
    tests: list[Operation] = []
    for depth, key in enumerate(keys, 1):
        element = held.place.at(*keys[:depth]).value
        if isinstance(key, int) and isinstance(element, dict) and isinstance(element.get("name"), str):
            tests.append(Operation("test", (*keys[:depth], "name"), element["name"]))
    return tuple(tests)


def corrected_text(cluster: Cluster, place: Place, old: str, new: str) -> Change | None:
    """The whole string at a place with every `old` in it replaced; None for Secrets and where it is not plain text."""
    held = owner(cluster, place)
    text = place.value
    if held is None or isinstance(held, Secret) or not isinstance(text, str):
        return None
    written = _replaced(text, old, new)
    return None if written == text else instead(held, Place(place.document, place.path), written)


def _replaced(text: str, old: str, new: str) -> str:
    """Replaces a word that stands alone: with neither letters, digits, dots nor dashes around it."""
    import re  # noqa: PLC0415  only where something is to be corrected

    return re.sub(rf"(?<![\w.-]){re.escape(old)}(?![\w-]|\.\w)", lambda _: new, text)

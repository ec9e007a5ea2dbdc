"""Typed reading of a document's values: the wrong type is an error with a place, null means absent.

Null is absent everywhere, as it is for Go's decoder, which Kubernetes reads manifests with.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from mblint.manifests.documents import Document, KeyPath, Place, Value


class WrongType(Exception):
    """A value is not of the type that its reader needs. Carries the place and a sentence for the user.

    `refused` False: the API server takes it all the same, with a warning.
    """

    def __init__(self, place: Place, message: str, *, refused: bool = True) -> None:
        super().__init__(message)
        self.place = place
        self.message = message
        self.refused = refused


_NAMES = {str: "a string", int: "an integer", bool: "a boolean", float: "a number", list: "a list", dict: "a mapping"}


class Node(Struct, frozen=True):
    """A value of a document together with the keys that lead to it. `value` is None where nothing is."""

    document: Document
    path: KeyPath
    value: Value

    @property
    def place(self) -> Place:
        """Where this value stands."""
        return Place(self.document, self.path)

    @property
    def absent(self) -> bool:
        """True where the key is missing or its value is null."""
        return self.value is None

    @property
    def unread(self) -> bool:
        """True where this, or something in it, is there and cannot be read: see `mblint.manifests.partial`."""
        return False

    def wrong(self, expected: str) -> WrongType:
        """The error that says what this value should have been."""
        found = _NAMES.get(type(self.value), "nothing")
        return WrongType(self.place, f"{dotted(self.path)} must be {expected}, not {found}")

    def missing(self) -> WrongType:
        """The error that says that this value must be there."""
        return WrongType(self.place, f"{dotted(self.path)} is required")

    def get(self, key: str) -> Node:
        """The value under `key`; an absent node where this is absent or has no such key."""
        value = self.value
        if type(value) is dict:
            return Node(self.document, (*self.path, key), value.get(key))
        if value is not None:
            raise self.wrong("a mapping")
        return Node(self.document, (*self.path, key), None)

    def items(self) -> Iterator[Node]:
        """The elements of a list; none where it is absent."""
        if self.value is None:
            return
        if not isinstance(self.value, list):
            raise self.wrong("a list")
        for index, element in enumerate(self.value):
            yield Node(self.document, (*self.path, index), element)

    def entries(self) -> Iterator[tuple[str, Node]]:
        """The entries of a mapping; none where it is absent."""
        if self.value is None:
            return
        if not isinstance(self.value, dict):
            raise self.wrong("a mapping")
        for key, element in self.value.items():
            yield key, Node(self.document, (*self.path, key), element)

    def text(self) -> str | None:
        """A string, or None where it is absent. Numbers and booleans are no strings, as for the API server."""
        if self.value is None or isinstance(self.value, str):
            return self.value
        raise self.wrong("a string")

    def required_text(self) -> str:
        """A string that must be there and not be empty."""
        text = self.text()
        if not text:
            raise self.missing()
        return text

    def integer(self) -> int | None:
        """An integer, or None where it is absent. A float without a fraction is one, as in Go's JSON."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float | None):
            raise self.wrong("an integer")
        if isinstance(self.value, float) and not self.value.is_integer():
            raise WrongType(self.place, f"{dotted(self.path)} must be an integer, not a number with a fraction")
        return None if self.value is None else int(self.value)

    def boolean(self) -> bool | None:
        """A boolean, or None where it is absent."""
        if self.value is None or isinstance(self.value, bool):
            return self.value
        raise self.wrong("a boolean")

    def integer_or_text(self) -> int | str | None:
        """Kubernetes' IntOrString: a port by number or by name."""
        if isinstance(self.value, bool | list | dict):
            raise self.wrong("an integer or a string")
        return self.text() if isinstance(self.value, str) else self.integer()

    def text_map(self) -> dict[str, str]:
        """A mapping of strings to strings (labels, selectors). A null value is the empty string, as in Go."""
        value = self.value
        if (
            type(self) is Node and type(value) is dict and all(type(text) is str for text in value.values())
        ):  # nearly always
            return dict(value)  # type: ignore[arg-type]
        return {key: element.text() or "" for key, element in self.entries()}

    def texts(self) -> tuple[str, ...]:
        """A list of strings; empty where it is absent. A null element is the empty string, as in Go."""
        return tuple(element.text() or "" for element in self.items())


def node_at(place: Place) -> Node:
    """The value at a place, to read on from there."""
    return Node(place.document, place.path, place.value)


def dotted(path: KeyPath) -> str:
    """A path as messages say it: `spec.ports[0].name`."""
    return "".join(_step(key) for key in path).lstrip(".") or "the document"


def _step(key: str | int) -> str:
    if isinstance(key, int):
        return f"[{key}]"
    return f".{key}" if key.replace("-", "").replace("_", "").isalnum() else f'["{key}"]'

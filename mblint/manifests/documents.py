"""What has been read: documents, and places inside them.

A place costs a tuple. It becomes a line and a column only for what is reported (see `locate`).
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct, field

from mblint.manifests.positions import Positions

Scalar = str | int | float | bool | None
Value = Scalar | list["Value"] | dict[str, "Value"]
KeyPath = tuple[str | int, ...]


class Document(Struct, frozen=True, eq=False):
    """One YAML or JSON document of an input. Two documents are the same only if they are the same object."""

    file: str  # as the user named it; "-" for standard input
    text: str  # this document alone, from its "---" line (if it has one)
    first_line: int  # the line of `file`, counted from 1, at which `text` begins
    value: Value  # as kubectl reads it; mapping keys are strings
    source: str | None  # Helm's "# Source:" comment, without the prefix
    linted: bool  # False: read through --context; it exists, and is not judged
    positions: Positions = field(default_factory=Positions)  # one for all documents of an input

    @property
    def name(self) -> str:
        """What a sentence calls it: "Deployment web"."""
        value = self.value if isinstance(self.value, dict) else {}
        metadata = value.get("metadata")
        kind = str(value.get("kind"))
        return f"{kind} {metadata.get('name')}" if isinstance(metadata, dict) else kind


def texts_in(value: Value) -> Iterator[str]:
    """Every text in a value, however deep; no keys."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from texts_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts_in(each)


class Place(Struct, frozen=True):
    """Where a value stands: a document, the keys that lead to it, and, inside an embedded file, a character offset."""

    document: Document
    path: KeyPath = ()
    offset: int | None = None  # into the scalar's decoded text; None: the value itself

    def at(self, *keys: str | int) -> Place:
        """The place of a value further in."""
        return Place(self.document, self.path + keys)

    @property
    def value(self) -> Value:
        """What stands here; None where nothing does."""
        value = self.document.value
        for key in self.path:
            if type(value) is dict:
                value = value.get(str(key))
            elif type(value) is list and isinstance(key, int) and key < len(value):
                value = value[key]
            else:
                return None
        return value

    def inside(self, offset: int) -> Place:
        """The place of a character inside this scalar's text."""
        return Place(self.document, self.path, offset)


class Location(Struct, frozen=True):
    """A place as people and SARIF count it: lines and columns from 1, the end column exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    source: str | None


class Skipped(Struct, frozen=True):
    """Something in the input that was not looked at, and why. `other`: the place that was looked at instead."""

    file: str
    line: int | None  # None: the file or folder as a whole
    reason: str
    other: tuple[str, int | None] | None = None
    count: int | None = None  # of files, where one entry stands for several


class InputError(Struct, frozen=True):
    """Input that cannot be trusted: an unreadable file, a broken document, a truncated stream. Means exit code 3."""

    file: str
    line: int | None  # None: the file as a whole
    column: int | None
    message: str

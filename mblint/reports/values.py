"""What the JSON formats share: locations, objects and findings as plain values, and their serialisation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from json import dumps

from msgspec import json

from mblint.cluster.objects import ObjectId
from mblint.manifests.documents import InputError, Location
from mblint.reports.printable import printable_json

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]


def serialised(value: Json) -> str:
    """JSON text, indented, ending in a line break, the same for the same value."""
    try:
        text = json.format(json.encode(value), indent=2).decode()
    except UnicodeEncodeError:  # half a character, which only escapes can show
        text = dumps(value, ensure_ascii=False, indent=2)
    return printable_json(text) + "\n"


def compact(value: Json) -> str:
    """The same in one line, without the break."""
    return printable_json(dumps(value, ensure_ascii=False, separators=(",", ":")))


def location_value(location: Location) -> dict[str, Json]:
    """A location of the JSON report."""
    return {
        "file": location.file,
        "line": location.line,
        "column": location.column,
        "source": location.source,
    }


def object_value(object_id: ObjectId, container: str | None = None) -> dict[str, Json]:
    """An object of the JSON report."""
    return {
        "kind": object_id.kind,
        "namespace": object_id.namespace,
        "name": object_id.name,
        "container": container,
    }


def error_value(error: InputError) -> dict[str, Json]:
    """An input error of the JSON report."""
    location: dict[str, Json] = {"file": error.file, "line": error.line, "column": error.column, "source": None}
    return {"location": location, "message": error.message}

"""An object beside the fields that its kind has: values of another type, and keys that no field has.

Of Kubernetes' own kinds alone, by the table of their fields (rules/tables/fields.yaml). The API server refuses a value
of another type, and drops keys that it does not know, with a warning, unless its client asks it to refuse them. Source:
https://kubernetes.io/docs/reference/using-api/api-concepts/#validation-for-unrecognized-or-duplicate-fields
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from msgspec import Struct, convert

from mblint.cluster.flaws.forms import FILLED_LATER
from mblint.cluster.objects import Object
from mblint.cluster.quantities import quantity
from mblint.manifests.documents import KeyPath, Place, Value
from mblint.manifests.nodes import Node, WrongType, dotted
from mblint.shipped import read_table

# Texts that something replaces before the API server sees them: envsubst, Flux's postBuild, SOPS, a person.
_FILLED_LATER = (*FILLED_LATER, "<", "ENC[")
_QUANTITY = "a quantity, such as 500m, 1Gi or 0.5"
_SCALARS = frozenset(("string", "integer", "boolean", "number", "quantity", "int-or-string", "any"))


class UnknownField(Struct, frozen=True):
    """A key that stands where its kind has no such field. `types`: of what holds it, from the object inwards."""

    place: Place  # of its value
    types: tuple[str, ...]

    @property
    def key(self) -> str:
        """The key itself."""
        return str(self.place.path[-1])


class FieldTypes(Struct, frozen=True):
    """The table: `kinds` by apiVersion/kind, `types` by name; a type is written as the table's head explains."""

    kinds: Mapping[str, str]
    types: Mapping[str, Mapping[str, str]]
    version: str
    source: str


class Beside(Struct, frozen=True):
    """What an object has that is not as the table says."""

    wrong: tuple[WrongType, ...] = ()
    unknown: tuple[UnknownField, ...] = ()


_NOTHING = Beside()


@cache
def field_types() -> FieldTypes:
    """The table of fields."""
    return convert(read_table("tables/fields.yaml"), FieldTypes)


def beside_table(obj: Object) -> Beside:
    """What of an object is not as its kind's fields are; nothing of kinds that the table does not have."""
    root = field_types().kinds.get(f"{obj.api_version}/{obj.id.kind}")
    value = obj.place.value
    if root is None or not isinstance(value, dict):
        return _NOTHING
    walk = _Walk(obj.place)
    walk.struct(value, root)
    return Beside(tuple(walk.wrong), tuple(walk.unknown)) if walk.wrong or walk.unknown else _NOTHING


class _Walk:
    """The state of comparing one object: the path to where the walk is, and the types of what holds it."""

    __slots__ = ("_path", "_place", "_table", "_types", "unknown", "wrong")

    def __init__(self, place: Place) -> None:
        self._place = place
        self._table = field_types().types
        self._path: list[str | int] = []
        self._types: list[str] = []
        self.wrong: list[WrongType] = []
        self.unknown: list[UnknownField] = []

    def struct(self, value: Mapping[str, Value], name: str) -> None:
        """A mapping whose keys are fields. Null is absent."""
        fields, path = self._table[name], self._path
        self._types.append(name)
        for key, child in value.items():
            if child is None:
                continue
            written = fields.get(key)
            if written == "string" and type(child) is str:
                continue
            path.append(key)
            if written is None:
                self.unknown.append(UnknownField(self._place.at(*path), tuple(self._types)))
            else:
                self._value(child, written)
            path.pop()
        self._types.pop()

    def _value(self, value: Value, written: str) -> None:
        if written[0] == "[":
            self._list(value, written[1:-1])
        elif written[0] == "{":
            self._map(value, written[1:-1])
        elif written in _SCALARS:
            self._scalar(value, written)
        elif isinstance(value, dict):
            self.struct(value, written)
        else:
            self._refuse(value, "a mapping")

    def _list(self, value: Value, written: str) -> None:
        if not isinstance(value, list):
            self._refuse(value, "a list")
            return
        for index, element in enumerate(value):
            if element is not None:
                self._path.append(index)
                self._value(element, written)
                self._path.pop()

    def _map(self, value: Value, written: str) -> None:
        if not isinstance(value, dict):
            self._refuse(value, "a mapping")
            return
        for key, element in value.items():
            if element is not None and not (written == "string" and type(element) is str):
                self._path.append(key)
                self._value(element, written)
                self._path.pop()

    def _scalar(self, value: Value, written: str) -> None:
        match written:
            case "string" if not isinstance(value, str):
                self._refuse(value, "a string")
            case "boolean" if not isinstance(value, bool):
                self._refuse(value, "a boolean")
            case "integer" if not _is_whole(value):
                self._refuse(value, "an integer")
            case "number" if isinstance(value, bool) or not isinstance(value, int | float):
                self._refuse(value, "a number")
            case "int-or-string" if not isinstance(value, str) and not _is_whole(value):
                self._refuse(value, "an integer or a string")
            case "quantity" if quantity(value) is None:
                self._refuse(value, _QUANTITY)

    def _refuse(self, value: Value, expected: str) -> None:
        if isinstance(value, str) and any(mark in value for mark in _FILLED_LATER):
            return
        path: KeyPath = (*self._place.path, *self._path)
        node = Node(self._place.document, path, value)
        if expected == _QUANTITY and isinstance(value, str):
            self.wrong.append(WrongType(node.place, f"{dotted(path)} is {value!r}, and must be {expected}"))
        else:
            self.wrong.append(node.wrong(expected))


def _is_whole(value: Value) -> bool:
    """An integer, as Go's JSON has it: a float without a fraction is one."""
    return type(value) is int or (isinstance(value, float) and value.is_integer())

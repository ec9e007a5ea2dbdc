"""Breaks manifests as templates and people do: keys lost, doubled, of another type, in the wrong place."""

from __future__ import annotations

from copy import deepcopy

from hypothesis import strategies as st

Value = object
Place = tuple[dict[object, Value] | list[Value], object]  # what holds a value, and its key there

ODD: tuple[Value, ...] = (
    *(None, True, 0, -1, 1.5, 10**30, "", "x", "0", "true", "::error::x", "\x1b[31m", "a\nb", "\u202e", "$(A)$(A)"),
    *(
        [],
        {},
        [None],
        {"": None},
        [[]],
        {"a": {"b": []}},
        ["", 0, {}],
        "é" * 300,
        "http://",
        "x:y:z",
        "{{ .Values.x }}",
    ),
)


@st.composite
def broken(draw: st.DrawFn, objects: list[Value]) -> list[Value]:
    """These objects after a few faults. Secrets are only lost or doubled whole, so that these stay secret."""
    found = deepcopy(objects)
    for _ in range(draw(st.integers(1, 6))):
        _FAULTS[draw(st.sampled_from(sorted(_FAULTS)))](draw, found)
    return found


def _places(objects: list[Value]) -> list[Place]:
    """Every value inside an object that is no Secret."""
    found: list[Place] = []
    waiting = [one for one in objects if not (isinstance(one, dict) and one.get("kind") == "Secret")]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            found += ((value, key) for key in value)
            waiting += value.values()
        elif isinstance(value, list):
            found += ((value, index) for index in range(len(value)))
            waiting += value
    return found


def _chosen(draw: st.DrawFn, objects: list[Value]) -> Place | None:
    places = _places(objects)
    return places[draw(st.integers(0, len(places) - 1))] if places else None


def _delete(draw: st.DrawFn, objects: list[Value]) -> None:
    if (place := _chosen(draw, objects)) is not None:
        del place[0][place[1]]  # type: ignore[arg-type]


def _retype(draw: st.DrawFn, objects: list[Value]) -> None:
    if (place := _chosen(draw, objects)) is not None:
        place[0][place[1]] = deepcopy(draw(st.sampled_from(ODD)))  # type: ignore[index,call-overload]


def _duplicate(draw: st.DrawFn, objects: list[Value]) -> None:
    place = _chosen(draw, objects)
    if place is not None and isinstance(place[0], list):
        place[0].append(deepcopy(place[0][place[1]]))  # type: ignore[call-overload]
    elif objects:
        objects.append(deepcopy(draw(st.sampled_from(objects))))


def _rename(draw: st.DrawFn, objects: list[Value]) -> None:
    place = _chosen(draw, objects)
    if place is not None and isinstance(place[0], dict):
        place[0][f"{place[1]}s"] = place[0].pop(place[1])


def _swap(draw: st.DrawFn, objects: list[Value]) -> None:
    """Two values change places; within one object or between two."""
    one, other = _chosen(draw, objects), _chosen(draw, objects)
    if one is not None and other is not None:
        first, second = deepcopy(one[0][one[1]]), deepcopy(other[0][other[1]])  # type: ignore[index,call-overload]
        one[0][one[1]] = second  # type: ignore[index,call-overload]
        if _still_there(other):
            other[0][other[1]] = first  # type: ignore[index,call-overload]


def _splice(draw: st.DrawFn, objects: list[Value]) -> None:
    """A value is put where another one is."""
    one, other = _chosen(draw, objects), _chosen(draw, objects)
    if one is not None and other is not None:
        one[0][one[1]] = deepcopy(other[0][other[1]])  # type: ignore[index,call-overload]


def _lose(draw: st.DrawFn, objects: list[Value]) -> None:
    if objects:
        del objects[draw(st.integers(0, len(objects) - 1))]


def _still_there(place: Place) -> bool:
    holder, key = place
    return key in holder if isinstance(holder, dict) else isinstance(key, int) and key < len(holder)


_FAULTS = {
    "delete": _delete,
    "retype": _retype,
    "duplicate": _duplicate,
    "rename": _rename,
    "swap": _swap,
    "splice": _splice,
    "lose": _lose,
}

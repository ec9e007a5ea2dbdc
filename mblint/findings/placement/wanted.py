"""What to look for in the repository: by which name, or under which keys, a rendered value would be set there."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from mblint.manifests.documents import Place, Value
from mblint.regex import regex

_DATA = frozenset({"data", "stringData"})
_COMMAND = frozenset({"command", "args"})
_OPTION = regex(r"--?[A-Za-z][\w.-]*")
_KEY = regex(r"""["']?(?P<key>[A-Za-z_][\w.-]*)["']?\s*[:=](?!//)""")
_WORD = regex(r"[^\s\"'<>,;]+")
_POLICY_RULE = regex(r"^(?:egress|ingress)$")


class Wanted(Struct, frozen=True):
    """One rendered value.

    `setting`: the name that it goes by wherever it is set (an environment variable, a key of a mounted file, a flag);
    None where it has none of its own. `keys`: the keys that lead to it, from the document down.
    `value`: the value itself, where it is a text that may stand in a values file as it is.
    """

    setting: str | None
    keys: tuple[str, ...]
    value: str | None


def wanted_at(place: Place) -> Wanted:
    """What a place would be called in values and templates."""
    values = _values_along(place)
    last = values[-1]
    return Wanted(
        setting=_setting(place, values),
        keys=tuple(key for key in place.path if isinstance(key, str)),
        value=_text(last, place.offset),
    )


def rule_lines(place: Place) -> tuple[str, ...]:
    """What a policy's rule says in lines of its own: the labels of its peers, else its ports. For other places none."""
    if len(place.path) < 3 or not _POLICY_RULE.match(str(place.path[-2])):
        return ()
    rule = _values_along(place)[-1]
    if not isinstance(rule, dict):
        return ()
    labels = [line for side in ("to", "from") for line in _label_lines(rule.get(side))]
    return tuple(labels) or tuple(_port_lines(rule.get("ports")))


def _values_along(place: Place) -> list[Value]:
    """The document's value, and every value on the way to the place; None where it leads to nothing."""
    value = place.document.value
    along = [value]
    for key in place.path:
        if isinstance(value, dict) and isinstance(key, str):
            value = value.get(key)
        elif isinstance(value, list) and isinstance(key, int) and key < len(value):
            value = value[key]
        else:
            value = None
        along.append(value)
    return along


def _text(value: Value, offset: int | None) -> str | None:
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return None
    if offset is None:
        return str(value) or None
    word = _WORD.match(str(value), offset)
    return word[0] if word else None


def _setting(place: Place, values: Sequence[Value]) -> str | None:
    path = place.path
    for index, key in enumerate(path[:-1]):
        entry = values[index + 2]
        if key == "env" and isinstance(entry, dict) and isinstance(entry.get("name"), str):
            return str(entry["name"])
    text = values[-1]
    if len(path) == 2 and path[0] in _DATA:
        return _key_inside(text, place.offset) if place.offset is not None else str(path[1])
    if len(path) > 1 and path[-2] in _COMMAND and isinstance(text, str):
        return _option(text, place.offset or 0)
    return None


def _key_inside(text: Value, offset: int | None) -> str | None:
    """The last key before an offset in its line of an embedded file."""
    if not isinstance(text, str) or offset is None:
        return None
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    keys = [
        found["key"]
        for found in _KEY.finditer(text[start : end if end >= 0 else None])
        if start + found.start() <= offset
    ]
    return keys[-1] if keys else None


def _option(text: str, offset: int) -> str | None:
    start = text.rfind("\n", 0, offset) + 1
    options = [found for found in _OPTION.finditer(text, start) if found.start() <= offset]
    return options[-1][0] if options else None


def _label_lines(peers: Value) -> list[str]:
    found: list[str] = []
    for peer in peers if isinstance(peers, list) else []:
        selector = peer.get("podSelector") if isinstance(peer, dict) else None
        labels = selector.get("matchLabels") if isinstance(selector, dict) else None
        if isinstance(labels, dict):
            found.extend(f"{key}: {value}" for key, value in labels.items())
    return found


def _port_lines(ports: Value) -> list[str]:
    entries = ports if isinstance(ports, list) else []
    return [f"port: {entry['port']}" for entry in entries if isinstance(entry, dict) and entry.get("port") is not None]

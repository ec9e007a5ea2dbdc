"""Edits as mblint prints them in JSON, carried out on plain trees: a second reading of RFC 6902, as plain as can be."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Tree = dict[str, Any]
Edit = Mapping[str, Any]


class CannotApply(Exception):
    """An edit that does not fit what was rendered. `str()` says why."""


def applied(objects: Sequence[Tree], edits: Sequence[Edit]) -> tuple[list[Tree], Tree, list[str]]:
    """The objects after the edits, what is to be merged into the configuration, and the keys that were lost."""
    result = copy.deepcopy(list(objects))
    configuration: Tree = {}
    lost: list[str] = []
    for edit in edits:
        if "create" in edit:
            result.append(copy.deepcopy(edit["create"]))
        elif "config" in edit:
            _merge(configuration, edit["config"])
        else:
            held = _held(result, edit["object"])
            before = set(keys(held))
            for operation in edit["patch"]:
                _apply(held, operation)
            lost += sorted("/".join(path) for path in before - set(keys(held)))
    return result, configuration, lost


def keys(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every way into a tree."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in inner:
        yield (*path, str(key))
        yield from keys(child, (*path, str(key)))


def items(objects: Sequence[Tree]) -> Iterator[Tree]:
    """The objects; those of lists one by one."""
    for one in objects:
        if str(one.get("kind")).endswith("List") and isinstance(one.get("items"), list):
            yield from (item for item in one["items"] if isinstance(item, dict))
        else:
            yield one


def _held(objects: Sequence[Tree], identity: Mapping[str, str]) -> Tree:
    """The object of this identity, as it was applied last; one that names no namespace is in the identity's."""
    found = [
        one
        for one in items(objects)
        if one.get("kind") == identity["kind"] and (one.get("metadata") or {}).get("name") == identity["name"]
    ]
    here = [one for one in found if one["metadata"].get("namespace") == identity.get("namespace")]
    nowhere = [one for one in found if one["metadata"].get("namespace") is None]
    chosen = here or nowhere
    if not chosen:
        raise CannotApply(f"there is no {identity['kind']} {identity['name']}")
    return chosen[-1]


def _apply(tree: Any, operation: Mapping[str, Any]) -> None:
    *way, last = [part.replace("~1", "/").replace("~0", "~") for part in operation["path"].split("/")[1:]]
    inside = tree
    for step in way:
        inside = inside[int(step)] if isinstance(inside, list) else inside[step]
    value = copy.deepcopy(operation.get("value"))
    if isinstance(inside, list):
        _apply_to_list(inside, last, operation["op"], value)
        return
    if operation["op"] in ("test", "replace", "remove") and last not in inside:
        raise CannotApply(f"{operation['path']} is not there")
    if operation["op"] == "test":
        _test(inside[last], value, operation["path"])
    elif operation["op"] == "remove":
        del inside[last]
    else:
        inside[last] = value


def _apply_to_list(inside: list[Any], last: str, op: str, value: Any) -> None:
    index = len(inside) if last == "-" else int(last)
    if op == "add":
        inside.insert(index, value)
    elif op == "test":
        _test(inside[index], value, last)
    elif op == "remove":
        del inside[index]
    else:
        inside[index] = value


def _test(found: Any, value: Any, path: str) -> None:
    if found != value:
        raise CannotApply(f"{path} is not what the edit says that it is")


def _merge(into: Tree, other: Mapping[str, Any]) -> None:
    for key, value in other.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        elif isinstance(value, list) and isinstance(into.get(key), list):
            into[key] = [*into[key], *(one for one in value if one not in into[key])]
        else:
            into[key] = copy.deepcopy(value)

"""Valid objects of Kubernetes' kinds with one value changed: what tests and benchmarks/validation ask mblint about."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml
from msgspec import Struct

from mblint.cluster.build import build_cluster
from mblint.manifests.read import read_text

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "validation"
VALID = FIXTURES / "objects.yaml"
ABSENT = "(absent)"
VALUES: tuple[Any, ...] = (
    *(ABSENT, None, "", "Upper_Case", "x" * 64, "a/b", "-1"),
    *(-1, 0, 1, 70000, 1.5, True, [], {}, ["x"], {"x": "y"}),
)
Object = dict[str, Any]


class Changed(Struct, frozen=True):
    """`number`: of the valid object. `path`: what was changed; empty for the object as it is."""

    number: int
    path: tuple[str | int, ...]
    value: Any
    object: Object

    @property
    def said(self) -> str:
        """What was changed, for people."""
        return f"{self.object.get('kind')} {dotted(self.path)} = {json.dumps(self.value)}"


def valid_objects() -> list[Object]:
    """One of each kind, or more."""
    return list(yaml.safe_load_all(VALID.read_text("utf-8")))


def changed_objects(each: int = 1) -> Iterator[Changed]:
    """Each valid object as it is, then with each value in each place; of the changes every so many."""
    seen = 0
    for number, valid in enumerate(valid_objects()):
        yield Changed(number, (), None, valid)
        for path in _paths(valid, ()):
            if path[0] in ("apiVersion", "kind"):
                continue
            for value in VALUES:
                seen += 1
                if seen % each == 0:
                    yield Changed(number, path, value, _with(valid, path, value))


def flaws(value: Object) -> list[str]:
    """Why mblint calls an object invalid: what the API server refuses, that is."""
    return [item.message for item in build_cluster(read_text(json.dumps(value)).documents).invalid if item.refused]


def dotted(path: tuple[str | int, ...]) -> str:
    """A path without the numbers in it."""
    return ".".join(part for part in path if isinstance(part, str))


def _with(valid: Object, path: tuple[str | int, ...], value: Any) -> Object:
    new = copy.deepcopy(valid)
    holder: Any = new
    for part in path[:-1]:
        holder = holder[part]
    if value == ABSENT:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    return new


def _paths(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    entries: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, dict):
        entries = value.items()
    elif isinstance(value, list):
        entries = enumerate(value)
    for key, inner in entries:
        yield (*path, key)
        yield from _paths(inner, (*path, key))

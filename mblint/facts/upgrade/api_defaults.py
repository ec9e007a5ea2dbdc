"""What the API server fills in where a manifest says nothing: `rules/tables/api-defaults.yaml`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import product
from typing import cast

from msgspec import Struct, convert, field

from mblint.regex import regex
from mblint.settings.tables import load_table

_ALTERNATIVES = regex(r"\{([^}]*)\}")


class Default(Struct, frozen=True, forbid_unknown_fields=True):
    """A row of the table. `path`: keys joined by dots (`*`: every element, `{a,b}`: either), or a list of keys."""

    path: str | tuple[str, ...]
    value: object = None
    any: bool = False  # whatever stands there was not the manifest's choice


class Defaults(Struct):
    """What is filled in at a place, and further in by key; `*` stands for every element of a list."""

    values: list[object] = field(default_factory=list)
    any: bool = False
    inner: dict[str, Defaults] = field(default_factory=dict)

    def at(self, key: str) -> Defaults:
        """What is filled in under a key."""
        return self.inner.get(key, NO_DEFAULTS)

    def cover(self, tree: object) -> bool:
        """Whether the API server fills in just this."""
        if self.any or tree in self.values:
            return True
        if isinstance(tree, Mapping):
            return bool(self.inner) and all(self.at(str(key)).cover(value) for key, value in tree.items())
        if isinstance(tree, Sequence) and not isinstance(tree, str):
            return "*" in self.inner and all(self.at("*").cover(value) for value in tree)
        return False


NO_DEFAULTS = Defaults()


@cache
def api_defaults(section: str) -> Defaults:
    """The defaults of a section of the table: `pod-template`, `service`."""
    root = Defaults()
    for row in convert(load_table("api-defaults", section), list[Default]):
        for keys in _paths(row.path):
            place = root
            for key in keys:
                place = place.inner.setdefault(key, Defaults())
            place.any |= row.any
            if row.value is not None:
                place.values.append(row.value)
    return root


@cache
def defaults_of(kind: str) -> Defaults:
    """What is filled in inside of an object: in Services, and in the pod templates and volume claims of workloads."""
    if kind == "Service":
        return api_defaults("service")
    template = Defaults(
        inner={"template": api_defaults("pod-template"), "volumeClaimTemplates": api_defaults("volume-claim")}
    )
    if kind == "CronJob":
        template = Defaults(inner={"jobTemplate": Defaults(inner={"spec": template})})
    spec = api_defaults("pod-template").at("spec") if kind == "Pod" else template
    return Defaults(inner={"spec": spec})


def _paths(path: str | tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if not isinstance(path, str):
        yield path
        return
    choices = [_alternatives(key) for key in re.split(r"\.(?![^{]*\})", path)]
    yield from cast("Iterator[tuple[str, ...]]", product(*choices))


def _alternatives(key: str) -> Sequence[str]:
    match = _ALTERNATIVES.fullmatch(key)
    return match[1].split(",") if match else (key,)

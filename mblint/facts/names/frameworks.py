"""Frameworks that programs of any maker are built with: `rules/tables/frameworks.yaml`."""

from __future__ import annotations

from functools import cache

from msgspec import Struct, convert

from mblint.cluster.objects import Container
from mblint.settings.tables import load_table
from mblint.software.conditions import Condition
from mblint.software.network import Hosts
from mblint.software.setting_names import setting_names


class Framework(Struct, frozen=True, rename="kebab", forbid_unknown_fields=True):
    """One row of the table of frameworks."""

    framework: str
    told_by: Condition
    hosts: tuple[Hosts, ...]
    prefixed: tuple[
        tuple[str, ...], ...
    ] = ()  # names that show it, too, where they begin with one word of the program's


def starts_one(container: Container) -> bool:
    """Whether a container starts a program whose list has a default."""
    words = f" {' '.join(word.text for word in container.words)} "
    return any(f" {each} " in words for each in _commands())


@cache
def shown_by() -> frozenset[str]:
    """The variables by which frameworks are known that start by no command of their own."""
    asked = [one for each in frameworks() for part in each.told_by.all for one in (part, *part.any)]
    return frozenset(name.key for one in asked if one.setting for name in setting_names(one.setting))


@cache
def _commands() -> tuple[str, ...]:
    """The commands that show a framework whose list has a default."""
    shown = [each.told_by for each in frameworks() if any(entry.default is not None for entry in each.hosts)]
    return tuple(one.runs for each in shown for one in (each, *each.any) if one.runs is not None)


@cache
def frameworks() -> tuple[Framework, ...]:
    """The rows of the table."""
    return convert(load_table("frameworks", "frameworks"), tuple[Framework, ...])

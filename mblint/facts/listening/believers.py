"""Applications of which only the framework is known, and that take X-Forwarded-Proto for how the browser came.

The frameworks, and how a container shows that it runs one, are the table rules/tables/frameworks.yaml.
"""

from __future__ import annotations

from functools import cache

from msgspec import Struct, convert

from mblint.cluster.objects import Container, Workload
from mblint.facts.told import settings_of
from mblint.facts.world import World
from mblint.settings.programs import program_settings
from mblint.settings.tables import load_table
from mblint.software.conditions import Condition


class _Believer(Struct, frozen=True, rename="kebab"):
    """One row of the table."""

    framework: str
    told_by: Condition


def believing(world: World, workload: Workload, container: Container) -> str | None:
    """The framework of a container that believes the header; None where nothing shows one."""
    settings = tuple(settings_of(world, workload, container))
    told = program_settings(world.cluster, workload, container, settings)
    return next((each.framework for each in _believers() if told.holds(each.told_by) is True), None)


@cache
def _believers() -> tuple[_Believer, ...]:
    return convert(load_table("frameworks", "forwarded"), tuple[_Believer, ...])

"""What differs between two renders, as plain rows."""

from __future__ import annotations

from msgspec import Struct

from mblint.cluster.policies.ports import PortSet
from mblint.facts.callers.rows import Dependency
from mblint.findings.finding import Finding


class Changed(Struct, frozen=True):
    """A dependency that is in both renders, with another verdict."""

    was: Dependency
    now: Dependency


class Dependencies(Struct, frozen=True):
    """Who calls whom, by caller, host and port."""

    added: tuple[Dependency, ...]
    removed: tuple[Dependency, ...]
    changed: tuple[Changed, ...]


class Allowed(Struct, frozen=True):
    """Ports that policies let through on one side only, from a workload or range of addresses to another."""

    source: str
    target: str
    ports: PortSet


class Connections(Struct, frozen=True):
    """What policies open and close. `cut`: there are more than are listed."""

    added: tuple[Allowed, ...]
    removed: tuple[Allowed, ...]
    cut: bool = False


class Objects(Struct, frozen=True):
    """How many objects come, go and differ."""

    added: int
    removed: int
    changed: int


class Review(Struct, frozen=True):
    """Everything that differs. `new` and `fixed`: findings of one side only, by what they are about."""

    dependencies: Dependencies
    connections: Connections
    new: tuple[Finding, ...]
    fixed: tuple[Finding, ...]
    objects: Objects

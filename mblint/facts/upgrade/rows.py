"""Rows about what an upgrade does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from mblint.facts.rows import Fact


class Change(Fact, frozen=True, kw_only=True):
    """What an upgrade does to an object: one row for each field that cannot change, and one for all that can.

    Verdicts: refused (by the API server), recreated (deleted and created anew), changed, added, removed.
    `object` and `place` are of NEW; those of what is removed, of OLD.
    """

    about: ClassVar[str] = "change"
    reported: ClassVar[tuple[str, ...]] = ("fields", "paths")
    listed: ClassVar[tuple[str, ...]] = ("fields",)
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "verdict": ("refused", "recreated", "changed", "added", "removed"),
    }

    verdict: str
    fields: str = ""  # the field that cannot change: "spec.serviceName"
    paths: tuple[str, ...] = ()  # what differs: "spec.template.spec.containers[app].image"
    changes: tuple[str, ...] = ()  # the same for people, shortened, with values that may be shown
    reason: str | None = None  # what the API server answers
    remedy: str | None = None  # what to do instead, with the command
    old_name: str | None = None  # where the object has a new name
    live: bool = False  # OLD comes from an API server, not from a render


class Rotation(Fact, frozen=True, kw_only=True):
    """A user of a server that keeps its passwords, in OLD and in NEW.

    Verdicts: rotated (the server is given another password, and keeps the old one), kept, unknown. `evidence` that it
    will be so: live (OLD is what runs), manifests (renders are applied as they are), renders (`helm upgrade` may not).
    """

    about: ClassVar[str] = "rotation"
    reported: ClassVar[tuple[str, ...]] = ("server", "users", "clients")
    listed: ClassVar[tuple[str, ...]] = ("users",)
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "verdict": ("rotated", "kept", "unknown"),
        "evidence": ("live", "manifests", "renders"),
    }

    verdict: str
    server: str  # "default/StatefulSet/docs-database"
    users: str
    key: str  # the server's setting: "POSTGRES_PASSWORD (key password of Secret docs)"
    product: str  # "PostgreSQL"
    kept_in: str  # "its volume", "its database"
    clients: tuple[str, ...] = ()  # workloads that will be refused
    change: str | None = None  # what gives the user another password, with placeholders for passwords
    secret: str | None = None  # the Secret's name
    values: str | None = None  # the value of the chart that pins it: "postgresql.auth.password"
    restarted: tuple[str, ...] = ()  # workloads of which nothing changes but annotations, for this Secret's sake
    evidence: str
    applied_with: str | None = None  # "helm upgrade", where that may keep the password after all

"""Rows about what admission says of pods."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from mblint.facts.rows import Fact


class PodSecurity(Fact, frozen=True, kw_only=True):
    """A workload in a namespace that enforces a Pod Security Standard.

    Verdicts: allowed, refused.
    """

    about: ClassVar[str] = "pod-security"
    reported: ClassVar[tuple[str, ...]] = ("standard", "violations")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "verdict": ("allowed", "refused"),
        "standard": ("baseline", "restricted"),
    }

    verdict: str
    standard: str
    violations: tuple[str, ...] = ()  # clauses: "container shop: allowPrivilegeEscalation must be false"


class Quota(Fact, frozen=True, kw_only=True):
    """What a ResourceQuota or LimitRange refuses.

    Verdicts: unspecified (the quota counts what a container says nothing about), above (a container asks for more than
    the LimitRange lets it), below (for less), too-large (one pod asks for more than the whole quota), too-much (all
    objects of the namespace do).
    """

    about: ClassVar[str] = "quota"
    reported: ClassVar[tuple[str, ...]] = ("by", "resource", "containers")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "verdict": ("unspecified", "above", "below", "too-large", "too-much")
    }

    verdict: str
    refused: str  # "No pod of Deployment shop is created"
    by: str  # "ResourceQuota team"
    resource: str  # "limits.cpu", "memory"; of a container that says nothing, all: "limits.cpu, limits.memory"
    containers: tuple[str, ...]
    problem: str  # a clause: "the quota counts limits.cpu, and wait-for-db says none"

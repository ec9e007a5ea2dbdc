"""The row about who stands behind a Service: light, for those who name the kind and have none of it."""

from __future__ import annotations

from typing import ClassVar

from mblint.facts.rows import Fact


class StrayMember(Fact, frozen=True, kw_only=True):
    """A Service that selects pods of a workload which do not have its port, beside those that do."""

    about: ClassVar[str] = "stray-member"
    reported: ClassVar[tuple[str, ...]] = ("service", "server", "stray", "port")

    service: str
    server: str  # "Deployment shop"
    stray: str  # "Deployment shop-worker"
    port: int  # of the pods


class ServiceMember(Fact, frozen=True, kw_only=True):
    """A Service that selects pods of a Job or CronJob beside those of a long-running workload."""

    about: ClassVar[str] = "service-member"
    reported: ClassVar[tuple[str, ...]] = ("service", "server", "jobs")
    listed: ClassVar[tuple[str, ...]] = ("jobs",)

    service: str
    server: str
    jobs: str

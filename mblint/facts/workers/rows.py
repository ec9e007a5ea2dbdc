"""Rows about the start-up and the memory of worker processes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from msgspec import Struct

from mblint.facts.rows import Fact


class Estimate(Struct, frozen=True):
    """A quantity that a model gives in three values."""

    low: float
    typical: float
    high: float


class Span(Struct, frozen=True):
    """A smallest and a largest number."""

    min: int
    max: int


class ProbeWindow(Fact, frozen=True, kw_only=True):
    """A probe of a container, and the start-up that it has to wait for. Seconds count from the container's start.

    `worker-timeout` is no probe: after that many seconds gunicorn's master kills a worker that is not up yet.
    `covers`: the largest value of the start-up that the window is long enough for; None: nothing to compare (no model,
    another probe decides, an exec command that costs nothing).
    """

    about: ClassVar[str] = "probe"
    reported: ClassVar[tuple[str, ...]] = ("probe", "window_seconds", "startup_seconds", "workers")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "probe": ("liveness", "readiness", "startup", "worker-timeout"),
        "handler": ("httpGet", "tcpSocket", "grpc", "exec", "none"),
        "covers": ("nothing", "low", "typical", "high"),
        "evidence": ("observed", "measured", "class", "documented", "estimated"),
    }

    probe: str
    handler: str
    port: str | None = None
    missing_port: str | None = None  # a port by name that the container does not have
    has_ports: tuple[str, ...] = ()  # the names that it does have
    window_seconds: float | None = None  # guaranteed, whatever the phase of the kubelet's ticker
    budget_seconds: float | None = None  # as the documentation counts
    startup_seconds: Estimate | None = None
    workers: int | None = None
    runtime: str | None = None
    evidence: str | None = None
    source: str | None = None  # what the numbers of the model rest on
    covers: str | None = None
    outcome: str | None = None  # "is killed while it starts", "may be killed", as certain as the numbers are
    starts: str | None = None  # the container, where its start-up is compared
    command: str | None = None  # of an exec probe, where its own time is compared: "rabbitmq-diagnostics"
    limited: bool = False  # the container has a CPU limit
    unbounded: bool = False  # the number of workers is that of the node's cores
    needs: str | None = None  # the sum: "4 workers × 2.5 CPU s × 2 / 0.5 CPU ≈ 40 s (22–76 s)"
    gives: str | None = None  # the window: "liveness kills at 30 s (10 + 2×10)"
    enough: str | None = None  # "A startupProbe with periodSeconds 10 and failureThreshold 9 covers 76 s"


class WorkerMemory(Fact, frozen=True, kw_only=True):
    """The memory limit of a container, and what its workers need: with the fewest and with the most of them.

    `short_of`: `fewest` (even those do not fit), `most`, `heavy` (they fit as they usually are, and the heaviest
    application of their kind does not), None (all fit, or there is nothing to compare). `memory_mib`: of the most
    workers.
    """

    about: ClassVar[str] = "worker-memory"
    reported: ClassVar[tuple[str, ...]] = ("limit_mib", "need_mib", "memory_mib", "workers")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "short_of": ("fewest", "most", "heavy"),
        "evidence": ("observed", "measured", "class", "documented", "estimated"),
    }

    limit_mib: int
    need_mib: Span
    memory_mib: Estimate | None = None
    workers: Span
    runtime: str
    evidence: str
    source: str | None = None
    short_of: str | None = None
    unbounded: bool = False  # the number of workers is that of the node's cores
    needs: str  # the sum: "126 + 3 × 113 ≈ 466 MiB for 3 children, 126 + 9 × 113 ≈ 1145 MiB for 9 children"
    holds: str  # "holds 5 of 9 children"
    enough_mib: int  # the limit that holds the most
    fit: str | None = None  # what does fit: "5 children"; None where not even one does, or none is too many


class KeptMemory(Fact, frozen=True, kw_only=True):
    """What a program, or the runtime of its language, is told to keep in memory, beside the container's limit.

    Verdicts: fits, too-much, may-be-too-much (it takes it only where its work asks for it).
    """

    about: ClassVar[str] = "kept-memory"
    reported: ClassVar[tuple[str, ...]] = ("limit_mib", "kept_mib", "said")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("fits", "too-much", "may-be-too-much")}

    software: str
    what: str  # "the buffer pool of InnoDB"
    said: str  # "--maxmemory 2gb"
    before: str  # "it begins to throw anything out"
    kept_mib: int
    limit_mib: int
    enough_mib: int
    verdict: str


class SharedMemory(Fact, frozen=True, kw_only=True):
    """A program that needs more of `/dev/shm` than a container has, where nothing is mounted.

    Verdicts: too-small, may-be-too-small (only where its work asks for it).
    """

    about: ClassVar[str] = "shared-memory"
    reported: ClassVar[tuple[str, ...]] = ("program", "size")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("too-small", "may-be-too-small")}

    program: str
    because: str  # a clause: "Chrome keeps its pages there"
    size: str  # what is enough for most: "2Gi"
    verdict: str


class Migration(Fact, frozen=True, kw_only=True):
    """A container that brings its data up to date before it listens, and the probe that counts meanwhile.

    Verdicts: short (the probe's window is), long. `known_by`: its own command, or the file of its software.
    `changes`: a step of an upgrade brings another version, so that there is something to migrate.
    """

    about: ClassVar[str] = "migration"
    reported: ClassVar[tuple[str, ...]] = ("probe", "window_seconds", "program")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "verdict": ("short", "long"),
        "known_by": ("command", "software"),
        "probe": ("liveness", "startup"),
    }

    verdict: str
    known_by: str
    program: str  # "Nextcloud", "manage.py migrate"
    does: str  # a clause: "runs manage.py migrate before its server"
    probe: str
    window_seconds: float  # guaranteed, whatever the phase of the kubelet's ticker
    budget_seconds: float
    gives: str  # "liveness kills at 30 s (10 + 2×10)"
    enough: str  # "A startupProbe with periodSeconds 10 and failureThreshold 61 covers 600 s"
    changes: bool = False
    goes: str | None = None  # "goes from 32.0.0 to 32.0.1"

"""What happened to pods as `workloads:` entries of a configuration."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from json import dumps

from mblint.cluster.happened import Happened
from mblint.config import Observed
from mblint.regex import regex
from mblint.reports.printable import printable

_PLAIN = regex(r"[A-Za-z][\w.-]*")


def render(rows: Sequence[Happened]) -> str:
    """The entries, each under a comment that says the same; a comment alone where there is nothing to say."""
    if not rows:
        return (
            "# These pods have nothing to tell: none took a second to be ready, restarted, or was killed for memory.\n"
        )
    return "\n".join(("workloads:", *(line for row in rows for line in _entry(row)))) + "\n"


def _entry(row: Happened) -> Iterator[str]:
    seen = row.observed
    match = ("namespace", row.namespace), ("kind", row.kind), ("name", row.name), ("container", row.container)
    yield f"  # {printable(f'{row.kind} {row.name}, container {row.container}')}: {_sentence(seen)}"
    yield f"  - match: {{{', '.join(f'{key}: {_scalar(value)}' for key, value in match)}}}"
    yield "    observed:"
    yield f"      pods: {seen.pods}"
    if seen.ready_seconds:
        numbers = ", ".join(f"{seconds:g}" for seconds in seen.ready_seconds)
        yield f"      ready-seconds: [{numbers}]  # from start to ready: the fastest pod, the middle, the slowest"
        yield f"      ready-pods: {seen.ready_pods}"
    if seen.cpu_limit is not None:
        yield f"      cpu-limit: {_scalar(seen.cpu_limit)}"
    if seen.restarts:
        yield f"      restarts: {seen.restarts}"
    if seen.oom_killed:
        yield f"      oom-killed: {seen.oom_killed}"
        if seen.memory_limit is not None:
            yield f"      memory-limit: {_scalar(seen.memory_limit)}  # the limit then in force"


def _sentence(seen: Observed) -> str:
    return printable(seen.sentence(oom="OOMKilled"))


def _scalar(text: str) -> str:
    return (
        text
        if _PLAIN.fullmatch(text) and text.lower() not in ("null", "true", "false", "yes", "no", "on", "off")
        else dumps(text)
    )

"""The way of a connection as JSON (schema: `schemas/reach.schema.json`)."""

from __future__ import annotations

from collections.abc import Sequence

from mblint.facts.way.steps.step import Step
from mblint.facts.way.steps.whole import Way
from mblint.manifests.locate import locate
from mblint.reports.values import Json, location_value, object_value, serialised

VERSION = 1


def render(ways: Sequence[Way]) -> str:
    """The first way, and beside it those of the same question; byte-identical for the same input."""
    first, *others = ways
    more: list[Json] = [way_value(way) for way in others]
    return serialised({"version": VERSION, **way_value(first), **({"others": more} if more else {})})


def way_value(way: Way) -> dict[str, Json]:
    """The way as plain values; the graph's page shows these, too."""
    reached = way.reached
    return {
        "client": object_value(way.client),
        "caller": way.caller,
        "destination": {"host": way.host, "port": way.port, "protocol": way.protocol},
        "answer": way.answer,
        "verdict": reached.verdict,
        "reason": reached.reason,
        "service": object_value(reached.service.id) if reached.service is not None else None,
        "server": object_value(reached.server.id) if reached.server is not None else None,
        "pod_port": reached.pod_port,
        "rule": str(reached.rule) if reached.rule is not None else None,
        "nearest_miss": reached.nearest_words,
        "steps": [_step(step) for step in way.steps],
        "fix": way.fix,
    }


def _step(step: Step) -> dict[str, Json]:
    return {
        "stage": step.stage,
        "outcome": step.outcome,
        "message": step.sentence,
        "location": location_value(locate(step.place)) if step.place is not None else None,
        "object": object_value(step.object) if step.object is not None else None,
        "related": [
            {
                "message": related.message,
                "location": location_value(locate(related.place)),
                "object": object_value(related.object) if related.object is not None else None,
            }
            for related in step.also
        ],
    }

"""What a container is told to call and never does: its software has no use for the setting in its role.

Loki, Mimir and Tempo run one file in many roles; Keycloak and Grafana keep their data in files of their own unless they
are told otherwise. Such a setting is understood, and its call is unknown for that reason.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from mblint.facts.callers.dependencies import row_of
from mblint.facts.callers.judged import judged
from mblint.facts.callers.mended import mended_dependencies
from mblint.facts.callers.rows import Dependency
from mblint.facts.callers.settings import call_of, destinations_not_read
from mblint.facts.told import told_containers
from mblint.facts.world import World


def every_dependency(world: World) -> tuple[Dependency, ...]:
    """All dependencies, and then a row for each setting that names a Service of the view and is not read."""
    return (*mended_dependencies(world), *_not_read(world))


def _not_read(world: World) -> Iterator[Dependency]:
    left = [each for told in told_containers(world) for each in destinations_not_read(told)]
    for destination, answer in zip(left, judged(world, map(call_of, left)), strict=True):
        row = row_of(world, destination, answer)
        if row.service is not None:
            yield replace(
                row,
                verdict="unknown",
                reason="the software of this container does not read the setting in its role",
                pod_port=None,
                server=None,
                policies=(),
                nearest_miss=None,
                decided_by=None,
                by_default=None,
                from_node=None,
                related=(),
                hard=False,
            )

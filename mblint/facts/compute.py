"""All facts of one run, kind after kind."""

from __future__ import annotations

from mblint.facts.calls.dependencies import dependencies
from mblint.facts.calls.dns import dns_needs
from mblint.facts.calls.members import service_members
from mblint.facts.calls.targets import target_ports
from mblint.facts.credentials.credentials import credentials
from mblint.facts.credentials.references import references
from mblint.facts.invalid import invalid_objects
from mblint.facts.oidc.endpoints import oidc_endpoints
from mblint.facts.rows import Fact
from mblint.facts.workers.modelled import modelled
from mblint.facts.workers.probes import probe_windows
from mblint.facts.workers.workers import worker_memory
from mblint.facts.world import World


def compute_facts(world: World) -> tuple[Fact, ...]:
    """The rows of every kind. The order is fixed: kinds as listed here, then the order of what was read."""
    containers = tuple(modelled(world))
    return (
        *invalid_objects(world),
        *dependencies(world),
        *dns_needs(world),
        *service_members(world),
        *target_ports(world),
        *oidc_endpoints(world),
        *credentials(world),
        *probe_windows(containers),
        *worker_memory(containers),
        *references(world),
    )

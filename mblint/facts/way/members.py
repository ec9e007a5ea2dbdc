"""Services that select the pods of a Job or CronJob beside those of a long-running workload."""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.helm_hooks import runs_beside_the_release
from mblint.cluster.objects import ObjectId, Service, Workload
from mblint.cluster.services import members, pod_ports
from mblint.facts.edits.members import apart_from_jobs
from mblint.facts.rows import Related
from mblint.facts.way.rows import ServiceMember
from mblint.facts.world import World


def service_members(world: World) -> tuple[ServiceMember, ...]:
    """One row for each Service, long-running workload behind it, and Job whose pods are endpoints beside its own."""
    return tuple(row for service in world.cluster.services.values() for row in _rows(world, service))


def _rows(world: World, service: Service) -> Iterator[ServiceMember]:
    if world.cluster.is_unread(service.id, "spec"):
        return
    selected = members(world.cluster, service)
    lasting = [workload for workload in selected if workload.lasting]
    jobs = [workload for workload in selected if not workload.lasting and _becomes_endpoint(service, workload)]
    if not lasting or not jobs:
        return
    edits = apart_from_jobs(world.cluster, service, lasting)
    for job in jobs:
        yield ServiceMember(
            object=service.id,
            place=service.place.at("spec", "selector"),
            related=tuple(_related(lasting[0], job)),
            linted=service.linted,
            edits=edits,
            service=f"{service.id.namespace}/{service.id.name}",
            server=str(lasting[0].id),
            jobs=_short(job.id),
        )


def _becomes_endpoint(service: Service, job: Workload) -> bool:
    """A pod that lacks every named target port is no endpoint."""
    if not runs_beside_the_release(job):
        return False
    return not service.ports or any(pod_ports(job, port) is not None for port in service.ports)


def _related(server: Workload, job: Workload) -> Iterator[Related]:
    yield Related(f"its pods carry the labels that the Service selects {server.id.name} by", job.place, job.id)
    yield Related("the long-running workload that the Service is for", server.place, server.id)


def _short(id_: ObjectId) -> str:
    return f"{id_.kind}/{id_.name}"

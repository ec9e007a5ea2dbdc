"""The port that a lone container declares, where whoever uses it goes to another one, on which nothing says that it
listens.

A declared port proves nothing by itself: containers listen on what they do not declare, and declare what they do not
listen on. It does beside a Service whose port and target were mixed up, and where a probe asks there and no Service
leads there.
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.objects import Container, ContainerRole, Workload
from mblint.cluster.services import pod_ports, services_of
from mblint.facts.way.heard import Ears, Heard, mentions, reads_what_is_not_there
from mblint.facts.way.listeners import has_sidecar
from mblint.facts.way.uses import Use, uses
from mblint.facts.world import World


def declared_instead_of(world: World, workload: Workload, port: int, users: list[Use], one: Ears) -> tuple[Heard, ...]:
    """What the container declares in place of a port that is used; empty where that is not certain."""
    behind = _declared_behind_a_service(world, workload, port, users, one)
    return behind or _declared_and_not_led_to(world, workload, port, users, one)


def working(workload: Workload) -> Iterator[Container]:
    """The containers that run as long as the pod."""
    return (container for container in workload.pod.containers if container.role is not ContainerRole.INIT)


def _declared_behind_a_service(
    world: World, workload: Workload, port: int, users: list[Use], one: Ears
) -> tuple[Heard, ...]:
    """What a lone container declares, where its probes ask for a Service's port, which leads there.

    Nobody gives a Service another port than its target where the container listens on both.
    """
    through = [each for service in services_of(world.cluster, workload) for each in service.ports]
    leads_to = {pod_ports(workload, each) for each in through if each.port == port}
    mine = [each for each in one.container.ports if each.number in leads_to and each.number != port]
    is_alone = len(tuple(working(workload))) == 1 and not workload.pod.host_network and not one.heard
    asked_by_others = any(use.container is not one.container for use in users)
    named = any(each.number == port for container in workload.pod.containers for each in container.ports)
    if len(mine) != 1 or not is_alone or asked_by_others or named or mentions(world, workload, port):
        return ()
    return (Heard(mine[0].number, f"its port {mine[0].name}" if mine[0].name else "as its ports say", told=True),)


def _declared_and_not_led_to(
    world: World, workload: Workload, port: int, users: list[Use], one: Ears
) -> tuple[Heard, ...]:
    """What a lone container declares and is probed on, where every Service before it leads to another port.

    A container may listen on what it does not declare. Here nobody would come to what it does declare: a Service
    without `targetPort` leads to the pods' port of its own number.
    """
    through = [pod_ports(workload, each) for service in services_of(world.cluster, workload) for each in service.ports]
    declared = {each.number for each in one.container.ports}
    probed = {use.port for use in uses(world).get(id(workload), ()) if use.probe is not None} & declared
    is_alone = len(tuple(working(workload))) == 1 and not workload.pod.host_network and not one.heard
    by_number = all(use.service is not None and not use.by_name for use in users)
    if not is_alone or not by_number or len(probed) != 1 or not declared.isdisjoint(through) or port in declared:
        return ()
    if has_sidecar(workload) or mentions(world, workload, port) or reads_what_is_not_there(world, workload):
        return ()
    listens = next(iter(probed))
    return (Heard(listens, "as its ports and its probe say", told=True),)

"""Ports by a name that nothing has, where one port is all that can be meant."""

from __future__ import annotations

from collections.abc import Sequence

from mblint.cluster.objects import Container, Probe, Service, ServicePort, Workload
from mblint.cluster.policies.objects import Direction
from mblint.facts.world import World
from mblint.remedies.edits import Edit
from mblint.remedies.rendered import owner, put


def target_that_is_there(
    world: World, service: Service, port: ServicePort, pods: Sequence[Workload]
) -> tuple[Edit, ...]:
    """The only port of that protocol in the pods, where no policy judges what then arrives there."""
    if owner(world.cluster, service.place) is not service or not pods or _is_judged(world, pods):
        return ()
    found = {
        (entry.name, entry.number)
        for pod in pods
        for container in pod.pod.containers
        for entry in container.ports
        if entry.protocol == port.protocol
    }
    if len(found) != 1:
        return ()
    name, number = found.pop()
    return (put(service, port.place, "targetPort", name or number),)


def _is_judged(world: World, pods: Sequence[Workload]) -> bool:
    """Policies of the pods, or of anybody's egress: whether a corrected call passes them is another question."""
    if any(world.engine.policies_of(pod, Direction.INGRESS) for pod in pods):
        return True
    cluster = world.cluster
    plugins = cluster.plugin_policies or cluster.unmodelled_policies or cluster.admin_policies
    return bool(plugins) or any(policy.egress is not None for policy in cluster.policies)


def probed_port(workload: Workload, container: Container, probe: Probe) -> tuple[Edit, ...]:
    """The only port of the container, for a probe that names another."""
    tcp = [port for port in container.ports if port.protocol == "TCP"]
    if len(tcp) != 1 or probe.handler not in ("httpGet", "tcpSocket"):
        return ()
    return (put(workload, probe.place.at(probe.handler), "port", tcp[0].name or tcp[0].number),)

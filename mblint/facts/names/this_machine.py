"""Addresses of the machine of whoever asks, ports that only pods have, and ways to a program beside its routes."""

from __future__ import annotations

from mblint.cluster.objects import Container, ContainerRole, Workload
from mblint.cluster.secrets import unquoted
from mblint.cluster.services import services_of
from mblint.facts.way.host_names import address_of, is_loopback, literal_address, means_loopback
from mblint.facts.world import World
from mblint.urls import split_url, whole_url


def this_machine(host: str) -> bool:
    """Whether a host is the machine of whoever asks for it."""
    address = address_of(host)
    return is_loopback(address) if address is not None else means_loopback(host)


def is_port_of_pods(world: World, workload: Workload, container: Container, port: int | None) -> bool:
    """Whether an address names a port that only its pods and Services have, while browsers come by a route's."""
    if port in (None, 80, 443):
        return False
    behind = services_of(world.cluster, workload)
    if workload.pod.host_network or any(service.type in ("LoadBalancer", "NodePort") for service in behind):
        return False
    mine = {each.number for each in container.ports if not each.host_port}
    return port in mine | {each.port for service in behind for each in service.ports}


def is_port_of_other_scheme(scheme: str, port: int | None) -> bool:
    """Whether an address has the port at which all others take the other scheme: https://…:80."""
    return (scheme, port) in (("https", 80), ("http", 443))


def comes_around_routes(world: World, workload: Workload, host: str, port: int | None) -> bool:
    """Whether clients may come by a host to no route: the address of a machine, a name that a controller reads in an
    annotation of a Service, or one with a port that a load balancer or the nodes have."""
    if literal_address(host) is not None:
        return True
    behind = services_of(world.cluster, workload)
    if any(host in text.replace(",", " ").split() for one in behind for text in one.annotations.values()):
        return True
    outside = [each for one in behind if one.type in ("LoadBalancer", "NodePort") for each in one.ports]
    at_nodes = workload.pod.host_network and port not in (None, 80, 443)
    return at_nodes or (port not in (None, 80, 443) and any(port in (each.port, each.node_port) for each in outside))


def is_opened_by_path(world: World, url: str) -> bool:
    """Whether a program sends browsers to a provider's path at the host that they are on, and calls it by another one:
    so an oauth2-proxy that is told a path alone for its login page."""
    parts = split_url(url)
    path = parts.path.rstrip("/")
    return any(
        each.oidc is not None
        and each.oidc.endpoint == "authorization"
        and each.value is not None
        and unquoted(each.value).startswith(f"{path}/")
        for each in (world.settings if ".svc" in parts.netloc and path else ())
    )


def is_its_own(workload: Workload, container: Container, port: int | None) -> bool:
    """Whether no other container of the pod is meant, which the pod may call by that address."""
    beside = [each for each in workload.pod.containers if each.role is not ContainerRole.INIT]
    return len(beside) == 1 or port in [each.number for each in container.ports]


def is_its_own_port(workload: Workload, container: Container, url: str) -> bool:
    """Whether a URL is at this machine and at a port of the container, which is alone in its pod."""
    parts = whole_url(url)
    beside = [each for each in workload.pod.containers if each.role is not ContainerRole.INIT]
    if parts is None or len(beside) != 1:
        return False
    return this_machine(parts.hostname or "") and parts.port in [each.number for each in container.ports]

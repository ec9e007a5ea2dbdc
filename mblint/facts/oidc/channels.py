"""How the host of an endpoint resolves for those who use it, and whether browsers find a way back to an application."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from mblint.cluster.objects import Workload
from mblint.cluster.services import services_of
from mblint.facts.oidc.providers import routes_to
from mblint.facts.oidc.urls import OidcUrl
from mblint.facts.way.host_names import carried_address, literal_address, means_loopback, normal
from mblint.facts.way.hosts import resolve
from mblint.facts.way.reach import Connection, reach
from mblint.facts.way.resolution import BROWSER
from mblint.facts.way.served import served_hosts
from mblint.facts.world import World


class Answer(Struct, frozen=True):
    """How a host resolves, in the words of `OidcEndpoint.resolves`, and why."""

    resolves: str
    reason: str | None = None


def for_browsers(world: World, url: OidcUrl) -> Answer:
    """What a browser outside the cluster finds. The API server only tells OpenShift's own address for logins."""
    if normal(url.host).startswith("kubernetes.default"):
        return Answer("unknown", "the API server of the cluster says where browsers go")
    found = resolve(url.host, BROWSER, world.cluster, world.config.cluster)
    return Answer(found.resolves, found.reason)


def for_pods(world: World, url: OidcUrl, caller: Workload) -> Answer:
    """What the pods of a workload find. Their own address is one that leads nowhere unless they listen there."""
    found = resolve(url.host, caller, world.cluster, world.config.cluster)
    if found.resolves == "reserved":
        return Answer("reserved", f"no resolver answers for names below .{normal(url.host).rpartition('.')[2]}")
    if found.resolves != "self":
        return Answer(found.resolves, found.reason)
    match reach(world, Connection(caller, url.port or 443), found).verdict:
        case "allowed":
            return Answer("loopback", "the pod itself listens on the port")
        case "unknown" if not _is_a_browsers_name(url.host):
            return Answer("unknown", "the pod itself, in which something may listen")
    return Answer("self", found.reason)


def _is_a_browsers_name(host: str) -> bool:
    """A name that carries a loopback address is made for browsers on the cluster's machine: a sidecar needs none."""
    return carried_address(normal(host)) is not None


def is_routed(world: World, hosts: Iterable[str]) -> bool:
    """True where a route of the render serves one of the hosts."""
    return any(routes_to(world, host) for host in hosts)


def is_served(world: World, hosts: Sequence[str], workloads: Iterable[Workload]) -> bool | None:
    """Whether a route brings browsers back to an application at one of these hosts.

    None where they may come by other ways: through a Service that takes requests from outside, a port-forward, or a
    route of which parts cannot be read.
    """
    if is_routed(world, hosts):
        return True
    if any(world.cluster.is_unread(route.id, "spec") for route in world.cluster.routes):
        return None
    asking = tuple(workloads)
    forwarded = all(_is_literal_loopback(host) for host in hosts)
    if forwarded and any(served_hosts(world, each) for each in asking):
        return False  # a browser that came by a route is sent to its own machine
    return None if forwarded or any(_is_exposed_by_itself(world, each) for each in asking) else False


def _is_literal_loopback(host: str) -> bool:
    """`localhost` and 127.0.0.1, which no Ingress has; names that carry an address are made for Ingresses."""
    name = normal(host)
    address = literal_address(name)
    return means_loopback(name) if address is None else address.is_loopback


def _is_exposed_by_itself(world: World, workload: Workload) -> bool:
    """True where a Service takes requests from outside for it, at a name that no manifest says."""
    return any(service.type in ("LoadBalancer", "NodePort") for service in services_of(world.cluster, workload))

"""Where the scripts of pages call, as frameworks put it into the pages (NEXT_PUBLIC_API_URL), held against the routes.

A page that came by https asks nothing by http or ws: browsers refuse it (https://www.w3.org/TR/mixed-content/). A port
of pods is none of a route's, and a path that no route of the host serves is answered by nobody.
"""

from __future__ import annotations

from urllib.parse import SplitResult

from msgspec import Struct

from mblint.cluster.services import members, services_of
from mblint.facts.names.service_hosts import is_a_service
from mblint.facts.names.this_machine import this_machine
from mblint.facts.way.routed_paths import leads, routed_paths
from mblint.facts.way.served import ServedHost
from mblint.facts.world import World
from mblint.settings.role_table import words_of
from mblint.settings.rows import Setting
from mblint.settings.tables import load_words


class Wrong(Struct, frozen=True):
    """What is wrong with an address that pages call, as `PublicAddress` has it."""

    verdict: str
    says: str
    otherwise: str
    breaks: bool = False


def calls(setting: Setting) -> bool:
    """Whether a setting of pages says by its name where their scripts call, and not where a link leads."""
    return not load_words("own-addresses", "calls").isdisjoint(words_of(setting.key))


def wrong_call(
    world: World, setting: Setting, served: tuple[ServedHost, ...], parts: SplitResult, shown: str
) -> Wrong | None:
    """Why browsers do not get there from the page; None where they may."""
    host = (parts.hostname or "").lower()
    if not host or this_machine(host) or not calls(setting) or is_a_service(world, setting, host):
        return None
    if "." not in host and not load_words("own-addresses", "between-servers").isdisjoint(words_of(setting.key)):
        return None
    if parts.scheme in ("http", "ws") and all(one.tls for one in served):
        says = f"says {shown}, and browsers come to its pages by https"
        return Wrong("plain", says, "they refuse to ask for that from such a page (mixed content)", breaks=True)
    paths = routed_paths(world).get(host)
    if paths is None:
        return None
    if _is_port_of_pods(world, host, parts.port):
        says = f"says {shown}, while browsers come to {host} without a port"
        return Wrong("port-of-pods", says, "its requests go to a port where nothing listens outside")
    if not any(leads(path, parts.path or "/") for path in paths):
        says = f"says {shown}, a path that no route of {host} serves"
        return Wrong("unrouted-path", says, "its requests are answered with 404")
    return None


def _is_port_of_pods(world: World, host: str, port: int | None) -> bool:
    """Whether the port is one of the Services or pods behind the routes of a host, and of nothing that is outside."""
    if port in (None, 80, 443):
        return False
    numbers: set[int | str] = set()
    for route in world.cluster.routes:
        for backend in route.backends if any(one.text.lower() == host for one in route.hosts) else ():
            service = world.cluster.services.get((backend.namespace, backend.service))
            for workload in members(world.cluster, service) if service is not None else ():
                if any(one.type in ("LoadBalancer", "NodePort") for one in services_of(world.cluster, workload)):
                    return False
                numbers |= {one.number for each in workload.pod.containers for one in each.ports}
            numbers |= {one.port for one in service.ports} if service is not None else set()
    return port in numbers

"""The hosts by which other workloads of the view call a program: what their settings write stands in the Host header.

A program that calls by a Service's name sends that name. One that hands on what browsers ask, such as a web server, may
send the browser's host instead: nothing is said of it, nor of a container that browsers come to and that shows no
runtime of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from msgspec import Struct

from mblint.cluster.objects import Container, ContainerRole, TextAt, Workload
from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import reveal
from mblint.facts.callers.dependencies import Found, find
from mblint.facts.callers.settings import is_certain
from mblint.facts.software import program_of
from mblint.facts.told import settings_of
from mblint.facts.way.heard import told_texts
from mblint.facts.way.served import served_hosts
from mblint.facts.world import World
from mblint.regex import regex
from mblint.urls import split_url

_HANDS_ON = ("proxy", "ingress", "networking", "mesh")
_WEB_SERVER = regex(r"(?i)nginx|caddy|httpd|apache|proxy|gateway|traefik|envoy|haproxy")
# Runtimes whose programs make their requests themselves; a web server has none of these.
_RUNTIME = ("NODE_ENV", "NODE_OPTIONS", "PYTHONUNBUFFERED", "PYTHONPATH", "RAILS_ENV", "JAVA_OPTS", "JAVA_TOOL_OPTIONS")
_BY_HTTP = ("http", "https")
_WRITES_HOST = regex(r"""[\["']Host["'\]]|(?<![\w-])Host: """)  # request["Host"] = …, curl -H "Host: …"


class ClientCall(Struct, frozen=True, eq=False):
    """A host that a client writes. `client`: "Deployment worker"; `path`: what it asks for, as far as it is written.

    `port`: that of the pods. `called`: the one that the client writes. `says_host`: it writes a Host header of its own
    into some requests.
    """

    host: TextAt
    client: str
    path: str
    port: int | None
    called: int | None = None
    says_host: bool = False


def client_calls(world: World, workload: Workload, container: Container) -> Iterator[ClientCall]:
    """The calls that come to a container, each host of a client once."""
    seen: set[tuple[str, str]] = set()
    for found in _by_server(world).get(id(workload), ()):
        setting = found.destination.setting
        if not _comes_to(found, workload, container) or _hands_on(world, setting.workload, setting.container):
            continue
        client = f"{setting.workload.id.kind} {setting.workload.id.name}"
        if (client, found.destination.host) not in seen:
            seen.add((client, found.destination.host))
            host = TextAt(found.destination.host, setting.place)
            path = split_url(reveal(setting.value or "")).path or "/"
            says_host = any(_WRITES_HOST.search(text) for text in told_texts(world, setting.workload))
            yield ClientCall(host, client, path, found.reached.pod_port, found.row.port, says_host)


@remembered
def _by_server(world: World) -> Mapping[int, tuple[Found, ...]]:
    """What gets there by HTTP, by the workload behind it."""
    by_server: defaultdict[int, list[Found]] = defaultdict(list)
    for found in find(world):
        destination, server = found.destination, found.reached.server
        client = destination.setting.workload
        plain = destination.scheme in _BY_HTTP and not destination.setting.secret and is_certain(destination)
        if plain and server is not None and server is not client and found.row.verdict == "allowed":
            by_server[id(server)].append(found)
    return {key: tuple(group) for key, group in by_server.items()}


def _comes_to(found: Found, workload: Workload, container: Container) -> bool:
    beside = [each for each in workload.pod.containers if each.role is not ContainerRole.INIT]
    declared = any(port.number == found.reached.pod_port for port in container.ports)
    return declared or (len(beside) == 1 and beside[0] is container)


def _hands_on(world: World, workload: Workload, container: Container) -> bool:
    """Whether a client may send the host that a browser asked it for."""
    program = program_of(world, workload, container)
    if program is not None:
        return program.running.program.category in _HANDS_ON
    if _WEB_SERVER.search(container.image or ""):
        return True
    if not served_hosts(world, workload):
        return False
    return not any(setting.key in _RUNTIME for setting in settings_of(world, workload, container))

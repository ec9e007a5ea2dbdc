"""Web servers that hand requests on to an application: beside them in the pod, or behind a Service.

Read is nginx's configuration. A location with a proxy_set_header of its own inherits none of its server's, and what it
writes into X-Forwarded-Proto takes the place of what came: `$scheme` is that of its own listener, http behind a proxy
that ended TLS. Without a Host header of its own it sends the name of what it passes to.
Sources: https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_set_header ,
https://nginx.org/en/docs/http/ngx_http_core_module.html#var_scheme
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from msgspec import Struct, field
from msgspec.structs import replace

from mblint.cluster.objects import Container, ContainerRole, Workload
from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import reveal
from mblint.cluster.services import members, pod_ports
from mblint.cluster.web_ports import WEB_PORTS
from mblint.facts.told import told_containers
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.regex import regex
from mblint.settings.names import Origin
from mblint.settings.rows import Setting

_TARGET = regex(r"(?:\w+://)?(?P<host>unix:\S+|\[[^\]]+\]|[\w.-]+)(?::(?P<port>\d+))?")
_KEEPS_HOST = ("$host", "$http_host", "$http_x_forwarded_host")
_OTHER_INCLUDED = ("mime.types", "/conf.d/*.conf", "/modules-enabled/*.conf", "/modules/*.conf")
_LOST = {"Upgrade": ("upgrade",), "Host": ("host", "x-forwarded-host")}  # unless one of these is set
_BY_UPSTREAM = "passes"
_LOCAL = ("localhost", "127.0.0.1", "[::1]", "0.0.0.0")


class HandedOn(Struct, frozen=True, eq=False):
    """A web server, and a container that it hands requests on to. `port`: of that pod; None for a socket.

    `keeps_host`: it hands on the host that it was asked for. `scheme`: what it writes into X-Forwarded-Proto, at
    `place`; None where it hands on what came, or nobody knows. `passed`: the line that passes requests on; `withholds`:
    headers that none of its locations for this container hands on (Upgrade, Host), where all is known. `named`: the
    host that it writes then instead, as it stands there.
    """

    to: Workload
    container: Container
    port: int | None
    keeps_host: bool
    scheme: str | None = None
    place: Place | None = None
    file: str = ""
    passed: Place | None = None
    withholds: frozenset[str] = frozenset()
    named: str = ""


class _Directive(Struct, frozen=True):
    name: str
    value: str
    place: Place


class _Block(Struct):
    """A `server` of nginx: its own directives, and those of its locations by their names."""

    own: list[_Directive] = field(default_factory=list)
    locations: dict[str, list[_Directive]] = field(default_factory=dict)


class _Config(Struct):
    """One file: the directives outside of any server, the addresses of its upstreams, and its servers."""

    own: list[_Directive] = field(default_factory=list)
    upstreams: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    blocks: list[_Block] = field(default_factory=list)


def handed_on(world: World, workload: Workload, container: Container) -> tuple[HandedOn, ...]:
    """What a container hands requests on to, each container once."""
    return _by_container(world).get((id(workload), id(container)), ())


@remembered
def handed_to(world: World) -> Mapping[int, tuple[tuple[Workload, HandedOn], ...]]:
    """The web servers that hand requests on to a container, by its `id()`."""
    found: defaultdict[int, tuple[tuple[Workload, HandedOn], ...]] = defaultdict(tuple)
    for told in told_containers(world) if has_web_servers(world) else ():
        for edge in handed_on(world, told.workload, told.container):
            found[id(edge.container)] += ((told.workload, edge),)
    return found


def has_web_servers(world: World) -> bool:
    """Whether any container of the view hands requests on."""
    return bool(_by_container(world))


@remembered
def _by_container(world: World) -> Mapping[tuple[int, int], tuple[HandedOn, ...]]:
    found: dict[tuple[int, int], tuple[HandedOn, ...]] = {}
    for told in told_containers(world):
        if told.container.role is not ContainerRole.INIT and any(_passes(setting) for setting in told.settings):
            written = (setting for setting in told.settings if setting.origin is Origin.FILE and not setting.secret)
            for file, group in groupby(written, key=lambda setting: setting.file or ""):
                settings = list(group)
                if any(_passes(setting) for setting in settings):
                    edges = tuple(_edges(world, told.workload, told.container, file, _config(settings)))
                    found[id(told.workload), id(told.container)] = (
                        *found.get((id(told.workload), id(told.container)), ()),
                        *edges,
                    )
    return found


def _passes(setting: Setting) -> bool:
    return setting.key.endswith("_pass") or (setting.key.startswith("upstream ") and setting.key.endswith(".server"))


# ---------------------------------------------------------------- what a file says


def _config(settings: Sequence[Setting]) -> _Config:
    config = _Config()
    for setting in settings:
        scope, _, name = setting.key.rpartition(".")
        directive = _Directive(name, "" if setting.value is None else reveal(setting.value), setting.place)
        if scope.startswith("upstream "):
            config.upstreams[scope.removeprefix("upstream ")] += [directive.value] if name == "server" else []
        elif not scope.startswith("server"):
            config.own += [directive] if not scope else []
        elif scope == "server":
            if not config.blocks or (name in ("listen", "server_name") and config.blocks[-1].locations):
                config.blocks.append(_Block())
            config.blocks[-1].own.append(directive)
        elif not scope.endswith(".if"):
            if not config.blocks:
                config.blocks.append(_Block())
            config.blocks[-1].locations.setdefault(scope, []).append(directive)
    return config


def _edges(world: World, workload: Workload, container: Container, file: str, config: _Config) -> Iterator[HandedOn]:
    """For each container that is handed requests: what the location for most paths does with them, else the first."""
    found: defaultdict[int, list[tuple[str, HandedOn]]] = defaultdict(list)
    kept: defaultdict[int, set[str]] = defaultdict(set)
    for block in config.blocks:
        for name, directives in block.locations.items():
            passed = next((each for each in directives if each.name in ("proxy_pass", _BY_UPSTREAM)), None)
            for target in _targets(config, directives):
                for edge in _led(world, workload, container, target):
                    if passed is None:
                        made = HandedOn(*edge, True)
                    else:
                        told, named = _told(config, block, directives), _named(passed)
                        made = HandedOn(*edge, *told, file, passed.place, named=named)
                    found[id(made.container)].append((name, made))
                    for header, names in _LOST.items():
                        if passed is None or _may_say(config, block, directives, *names):
                            kept[id(made.container)].add(header)
    for key, edges in found.items():
        main = next((edge for name, edge in edges if name.endswith(("location /", "location ^~ /"))), edges[0][1])
        yield replace(main, withholds=frozenset(_LOST) - kept[key])


def _targets(config: _Config, directives: list[_Directive]) -> list[str]:
    """The addresses that a location passes requests on to: its own, and those of upstreams that it names."""
    own = [each.value for each in directives if each.name.endswith("_pass")]
    named = [each.value.removeprefix("upstream ") for each in directives if each.name == _BY_UPSTREAM]
    return own + [address for name in named for address in config.upstreams.get(name, ())]


def _named(passed: _Directive) -> str:
    """The host that nginx writes into the header by itself ($proxy_host): what stands there, an upstream's name too."""
    if passed.name == _BY_UPSTREAM:
        return passed.value.removeprefix("upstream ")
    return passed.value.partition("://")[2].partition("/")[0]


def _may_say(config: _Config, block: _Block, directives: list[_Directive], *headers: str) -> bool:
    """Whether one of these headers may be handed on: it is said, or something is included that may say it."""
    within = [*directives, *block.own, *config.own]
    if any(each.name == "include" and not each.value.endswith(_OTHER_INCLUDED) for each in within):
        return True
    said = _headers(config, block, directives)
    return any(each.value.partition(" ")[0].lower() in headers for each in said)


def _headers(config: _Config, block: _Block, directives: list[_Directive]) -> list[_Directive]:
    """What holds in a location: its own, or those around it where it has none."""
    return next(
        (
            found
            for each in (directives, block.own, config.own)
            if (found := [one for one in each if one.name == "proxy_set_header"])
        ),
        [],
    )


def _told(config: _Config, block: _Block, directives: list[_Directive]) -> tuple[bool, str | None, Place | None]:
    """Whether the host is kept, and what is written into X-Forwarded-Proto, where."""
    said: dict[str, tuple[str, Place]] = {}
    for header in _headers(config, block, directives):
        name, _, value = header.value.partition(" ")
        said[name.lower()] = value.strip().strip("\"'"), header.place
    host = said.get("host", ("", None))[0]
    scheme, place = said.get("x-forwarded-proto", (None, None))
    is_plain = not any("ssl" in each.value.split() for each in block.own if each.name == "listen")
    if scheme == "$scheme":
        scheme = "http" if is_plain else "https"
    return host.startswith(_KEEPS_HOST), scheme if scheme in ("http", "https") else None, place


# ---------------------------------------------------------------- where it leads


def _led(
    world: World, workload: Workload, container: Container, target: str
) -> Iterator[tuple[Workload, Container, int | None]]:
    match = _TARGET.match(target)
    if match is None:
        return
    host = match["host"]
    port = int(match["port"]) if match["port"] else WEB_PORTS.get(target.partition(":")[0])
    if host.startswith("unix:") or host in _LOCAL:
        beside = [one for one in _working(workload) if one is not container]
        meant = _listening(beside, None if host.startswith("unix:") else port)
        if meant is not None:
            yield workload, meant, port
        return
    name, _, rest = host.partition(".")
    service = world.cluster.services.get((rest.partition(".")[0] or workload.id.namespace, name))
    if service is None or (rest and rest.partition(".")[2] and not rest.partition(".")[2].startswith("svc")):
        return
    entry = next((each for each in service.ports if each.port == port or len(service.ports) == 1), None)
    for server in members(world.cluster, service) if entry is not None else ():
        number = pod_ports(server, entry) if entry is not None else None
        meant = _listening(_working(server), number)
        if meant is not None and server is not workload:
            yield server, meant, number


def _working(workload: Workload) -> list[Container]:
    return [one for one in workload.pod.containers if one.role is not ContainerRole.INIT]


def _listening(among: Sequence[Container], port: int | None) -> Container | None:
    """The container that declares a port, or the only one that there is."""
    if len(among) == 1:
        return among[0]
    declared = [one for one in among if any(each.number == port for each in one.ports)]
    return declared[0] if len(declared) == 1 else None

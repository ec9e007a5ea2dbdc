"""Calls to Services that a container's settings send to a proxy outside of the cluster, which knows no Services.

Programs that honour HTTP_PROXY and HTTPS_PROXY send it every request of that scheme, except for the hosts of NO_PROXY:
names and the ends of names, with or without a dot or `*.` before them. A name of one word has no ending: `.svc` does
not except `http://api/`. Programs on a JVM do not look at these variables.
Sources: https://pkg.go.dev/golang.org/x/net/http/httpproxy#Config, https://everything.curl.dev/usingcurl/proxies/env.html,
https://requests.readthedocs.io/en/latest/user/advanced/#proxies
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from mblint.cluster.secrets import reveal
from mblint.facts.callers.dependencies import Found, find
from mblint.facts.callers.rows import ProxiedCall
from mblint.facts.rows import Related
from mblint.facts.told import told_containers
from mblint.facts.way.endpoints import endpoints
from mblint.facts.way.host_names import is_inside
from mblint.facts.world import World
from mblint.remedies.edits import Edit
from mblint.remedies.rendered import instead, owner
from mblint.settings.by_container import ContainerSettings
from mblint.settings.names import Origin
from mblint.settings.rows import Setting

_BY_SCHEME = {"http": ("HTTP_PROXY", "ALL_PROXY"), "https": ("HTTPS_PROXY", "ALL_PROXY")}
_PROXIES = frozenset(name for names in _BY_SCHEME.values() for name in names)
_EXCEPTIONS = "NO_PROXY"
_OF_JVMS = ("JAVA_OPTS", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "CATALINA_OPTS")


class _Told(Struct, frozen=True):
    """What a container is told of proxies. `exceptions` None: nothing is; with an unknown value it is not told."""

    proxies: Mapping[str, Setting]
    exceptions: Setting | None

    @property
    def excepted(self) -> Sequence[str]:
        """The hosts of NO_PROXY, as they stand there."""
        text = (
            reveal(self.exceptions.value) if self.exceptions is not None and self.exceptions.value is not None else ""
        )
        return [each.strip().lower() for each in text.replace(" ", ",").split(",") if each.strip()]


def proxied_calls(world: World) -> Iterator[ProxiedCall]:
    """A row for each call by HTTP to a Service of the view from a container that is told of a proxy."""
    telling = {(id(one.workload), id(one.container)): _told(one) for one in told_containers(world)}
    if not any(telling.values()):
        return
    for found in find(world):
        setting = found.destination.setting
        told = telling.get((id(setting.workload), id(setting.container)))
        if told is not None and found.resolution.service is not None and found.row.verdict != "self":
            yield from _row(world, found, told)


def _told(one: ContainerSettings) -> _Told | None:
    proxies: dict[str, Setting] = {}
    exceptions: Setting | None = None
    for setting in one.settings:
        name = setting.key.upper()
        if setting.origin is not Origin.ENV:
            continue
        if name in _OF_JVMS:
            return None
        if name in _PROXIES and setting.value is not None and reveal(setting.value).strip():
            proxies[name] = setting
        elif name == _EXCEPTIONS:
            exceptions = setting
    unknown = exceptions is not None and exceptions.value is None
    return _Told(proxies, exceptions) if proxies and not unknown else None


def _row(world: World, found: Found, told: _Told) -> Iterator[ProxiedCall]:
    destination, setting = found.destination, found.destination.setting
    names = _BY_SCHEME.get(destination.scheme or "", ())
    proxy = next((told.proxies[name] for name in names if name in told.proxies), None)
    if proxy is None or destination.hidden or not found.row.hard or _is_within(world, proxy):
        return
    host = destination.host.lower().rstrip(".")
    passed = any(_excepts(each, host) for each in told.excepted)
    where, exceptions = proxy, f"{_EXCEPTIONS} is not set"
    if told.exceptions is not None:
        where, exceptions = told.exceptions, f"{told.exceptions.key} does not name it"
    yield ProxiedCall(
        object=setting.workload.id,
        container=setting.container.name,
        place=where.place,
        related=(Related(f"{setting.label} names it", setting.place), Related("the proxy", proxy.place)),
        linted=setting.workload.linted,
        host=host,
        setting=setting.label,
        proxy=proxy.key,
        exceptions=exceptions,
        verdict="excepted" if passed else "proxied",
        edits=() if passed else _edits(world, told.exceptions, host),
    )


def _is_within(world: World, proxy: Setting) -> bool:
    """Whether the proxy is in the cluster, where it can look up what pods can; or cannot be read."""
    hosts = [each.host for each in endpoints(reveal(proxy.value or ""))]
    services = world.cluster.services
    return not hosts or any(
        is_inside(host) or "." not in host or tuple(host.split(".")[1::-1]) in services for host in hosts
    )


def _excepts(entry: str, host: str) -> bool:
    bare = entry.removeprefix("*").partition(":")[0].strip(".")
    return entry == "*" or (bool(bare) and (host == bare or host.endswith(f".{bare}")))


def _edits(world: World, exceptions: Setting | None, host: str) -> tuple[Edit, ...]:
    if exceptions is None or exceptions.secret or owner(world.cluster, exceptions.place) is not exceptions.workload:
        return ()
    written = exceptions.place.value
    if not isinstance(written, str) or written != reveal(exceptions.value or ""):
        return ()
    return (instead(exceptions.workload, exceptions.place, f"{written.rstrip(',')},{host}".lstrip(",")),)

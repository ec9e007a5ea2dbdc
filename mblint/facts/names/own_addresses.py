"""Settings that are called a program's public address, in programs of which nothing is known.

What FRONTEND_URL or PUBLIC_URL says (rules/tables/own-addresses.yaml) is for browsers. Where it says localhost, and a
route of the view brings browsers to the container from another host, its links lead them to their own machine. So it is
where it says a host that no route serves, and that is nearly one that does, or the same in another domain. A host
that a route of the view serves, without its scheme, is a path to browsers: they ask for it below the page they are on.
The port of its pods is none of a route's.
Where a provider sends browsers back to after a login (OIDC_REDIRECT_URI) is such an address, too.
What frameworks put into the pages themselves (NEXT_PUBLIC_API_URL) is for browsers, whatever its name ends in: they
cannot look up the name of a Service either. Whoever calls what any name says to be a URL needs its scheme.
"""

from __future__ import annotations

from collections.abc import Container as Group
from collections.abc import Iterator, Mapping
from itertools import groupby

from msgspec.structs import replace

from mblint.cluster.objects import ContainerRole
from mblint.cluster.secrets import SHOWN, reveal, unquoted
from mblint.facts.names.address_names import (
    is_base,
    is_client_id,
    is_for_browsers,
    is_for_others,
    is_meant,
    is_nobody_else,
    is_of_pages,
    is_of_visitors,
    is_own_host,
    is_url,
    names_an_endpoint,
    says_where_users_come,
    scheme_is_beside,
    sends_back_to,
)
from mblint.facts.names.application_hosts import Front, front_of, ways_to
from mblint.facts.names.host_rows import PublicAddress
from mblint.facts.names.page_calls import calls, wrong_call
from mblint.facts.names.samples import is_alone, is_sample
from mblint.facts.names.service_hosts import is_a_service, is_of_a_service, is_own_service
from mblint.facts.names.shape import Name, nearest
from mblint.facts.names.this_machine import (
    comes_around_routes,
    is_its_own,
    is_its_own_port,
    is_port_of_pods,
    this_machine,
)
from mblint.facts.names.web_hosts import parent, web_hosts
from mblint.facts.pages import is_in_pages
from mblint.facts.rows import Related
from mblint.facts.told import settings_of
from mblint.facts.way.host_names import address_of
from mblint.facts.way.served import ServedHost, hosts_of
from mblint.facts.world import World
from mblint.regex import regex
from mblint.settings.names import Origin
from mblint.settings.role_table import words_of
from mblint.settings.rows import Setting
from mblint.urls import split_url, whole_url

_ELSEWHERE = ("loopback", "unrouted-host")
_OF_PAGES = "its links and requests are for a path of that name, below the page that the browser is on"
_OF_CLIENTS = "a browser takes it for a path below its page, and other programs for no address at all"
_LOCAL = regex(r"(?:localhost|127\.0\.0\.1)(?::\d+)?")
_BARE = regex(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(:\d+)?(?:/[^\s:]*)?")


def addresses_by_name(world: World, known: Mapping[int, Group[str]]) -> Iterator[PublicAddress]:
    """Rows for each container, one for each such setting.

    `known`: by the `id()` of those whose software says how they are told their address, the settings that do. Of these
    only the others are looked at that say where providers send browsers back to.
    """
    for _, group in groupby(world.settings, key=lambda one: id(one.container)):
        meant = [setting for setting in group if is_meant(setting)]
        said = known.get(id(meant[0].container)) if meant else None
        if said is not None:
            meant = [setting for setting in meant if sends_back_to(setting.key) and setting.key not in said]
        if not meant or meant[0].container.role is ContainerRole.INIT:
            continue
        served = hosts_of(world, meant[0].workload, meant[0].container) if meant[0].workload.lasting else ()
        front = None if served else front_of(world, meant[0].workload, meant[0].container)
        own = [one for one in meant if (is_for_browsers(one) or is_own_host(one)) and not is_in_pages(one)]
        is_told = any(_host(setting) in web_hosts(world) for setting in own)
        rows = ((setting in own, _row(world, setting, served)) for setting in meant)
        if front is not None:
            rows = (
                (True, _before(front, _row(world, setting, front.served))) for setting in own if is_of_pages(setting)
            )
        yield from (row for is_own, row in rows if row and not (is_own and is_told and row.verdict in _ELSEWHERE))


def _before(front: Front, row: PublicAddress | None) -> PublicAddress | None:
    """A row of a container to which no route leads, but to the part of its application before it."""
    if row is None or row.verdict == "port-of-pods":
        return None
    return replace(row, hosts=(), related=ways_to(front))


def _row(world: World, setting: Setting, served: tuple[ServedHost, ...]) -> PublicAddress | None:
    unsure = setting.guessed and setting.origin is not Origin.FILE  # a script is read by its literals
    text = "" if setting.value is None or unsure else unquoted(setting.value)
    shown = SHOWN if setting.secret else text
    if _LOCAL.fullmatch(text) is not None:
        is_wrong = served and says_where_users_come(setting) and not _is_of_this_machine(served)
        says = f"says {shown}, which is the browser's own machine"
        return _found(setting, served, "loopback", says, "its links lead users there") if is_wrong else None
    if (bare := _BARE.fullmatch(text)) is not None:
        if "mailer" in words_of(setting.key):  # Rails' own takes the host alone: action_mailer.default_url_options
            return None
        if bare[1] is not None and not is_in_pages(setting):  # of a server of another protocol, as a rule
            return None
        host = text.partition("/")[0].partition(":")[0].lower()
        if host not in web_hosts(world):
            is_own = is_own_host(setting) or (is_for_browsers(setting) and is_url(setting.key))
            return _of_bare_host(world, setting, served, host, shown) if is_own and served else None
        if scheme_is_beside(setting, settings_of(world, setting.workload, setting.container)):
            return None
        says = f"says {shown}, which has no scheme"
        wrong = _OF_PAGES if is_for_browsers(setting) else _OF_CLIENTS
        is_path = "/" in text and is_in_pages(setting) and names_an_endpoint(setting.key)
        verdict = "bare-host" if is_for_others(setting) and not is_path else "wrong-form"
        return _found(setting, served, verdict, says, wrong) if is_path or is_url(setting.key) else None
    if is_for_browsers(setting) or is_own_host(setting):
        return _of_url(world, setting, served, text, shown)
    return _of_base(setting, served, text, shown)


def _of_base(setting: Setting, served: tuple[ServedHost, ...], text: str, shown: str) -> PublicAddress | None:
    """A row for a base URL of no known meaning that says this machine, and a port at which the program itself is."""
    if not served or not is_base(setting) or _is_of_this_machine(served):
        return None
    if not is_its_own_port(setting.workload, setting.container, text):
        return None
    says = f"says {shown}, where the program itself is, but for nobody who comes from outside"
    return _found(setting, served, "loopback", says, "what it hands out leads users to their own machine")


def _of_url(
    world: World, setting: Setting, served: tuple[ServedHost, ...], text: str, shown: str
) -> PublicAddress | None:
    parts = whole_url(text)
    if parts is None:
        return None
    host, port = parts.hostname or "", parts.port
    if served and is_in_pages(setting) and (wrong := wrong_call(world, setting, served, parts, shown)) is not None:
        row = _found(setting, served, wrong.verdict, wrong.says, wrong.otherwise)
        return replace(row, breaks=wrong.breaks)
    if parts.scheme not in ("http", "https") or not host or not served:
        return None
    here = [one for one in served if one.host.text == host]
    if here and not this_machine(host) and is_port_of_pods(world, setting.workload, setting.container, port):
        says = f"says {shown}, while browsers come to {host} without a port"
        return _found(setting, served, "port-of-pods", says, "its links lead to a port where nothing listens outside")
    if here and parts.scheme == "http" and all(one.tls for one in here):
        says = f"says {shown}, while browsers come to {host} by https"
        row = _found(setting, served, "plain", says, "its links begin with http://")
        return replace(row, logs_in=sends_back_to(setting.key) or _logs_in(world, setting))
    if _is_of_this_machine(served):
        return None
    is_of_visitor = is_of_visitors(setting) and is_own_service(world, setting, host)
    if is_of_visitor or (is_in_pages(setting) and is_a_service(world, setting, host)):
        says = f"says {shown}, a name that only pods of the cluster can look up"
        return _found(setting, served, "cluster-name", says, "browsers find no such host")
    if not this_machine(host):
        return _of_another_host(world, setting, served, host, shown)
    if not is_in_pages(setting) and not is_its_own(setting.workload, setting.container, port):
        return None
    says = f"says {shown}, which is the browser's own machine"
    return _found(setting, served, "loopback", says, "its links lead users there")


def _is_of_this_machine(served: tuple[ServedHost, ...]) -> bool:
    return any(this_machine(one.host.text) for one in served)


def _logs_in(world: World, setting: Setting) -> bool:
    """Whether the container is told a client's id, so that it sends browsers to a provider and names its address."""
    keys = {each.key for each in settings_of(world, setting.workload, setting.container)}
    return any(is_client_id(key) or (key.endswith("_ID") and f"{key[:-3]}_SECRET" in keys) for key in keys)


def _of_another_host(
    world: World, setting: Setting, served: tuple[ServedHost, ...], host: str, shown: str
) -> PublicAddress | None:
    """A row where no route serves the host, and one of the container's must be meant: a slip, another domain, or any
    host under a name that says nothing else than whose address it is."""
    hosts = web_hosts(world)
    comes_back = sends_back_to(setting.key)
    if "." not in host or host in hosts or parent(host) in hosts:
        return None
    if comes_around_routes(world, setting.workload, host, None):
        return None
    if is_in_pages(setting) and not calls(setting):
        return None
    if is_sample(host) and is_alone(host, hosts):
        says = f"says {shown}, a host of samples, which no route here serves"
        return replace(_found(setting, served, "unrouted-host", says, "its links lead there"), sample=True)
    if is_in_pages(setting):
        return None
    if setting.secret and not comes_back:
        return None
    if is_of_a_service(world, host):  # whoever is told that asks there itself
        return None
    meant = nearest(Name(host, setting.place, ""), [Name(one.host.text, one.host.place, "") for one in served])
    alike = [one for one in served if one.host.text.partition(".")[0] == host.partition(".")[0] != "www"]
    if meant is None and not alike and not comes_back and not is_nobody_else(setting):
        return None
    says = f"says {shown}, a host that no route here serves"
    row = _found(setting, served, "unrouted-host", says, "its links lead there")
    return replace(row, nearest=meant.shown if meant is not None else None)


def _of_bare_host(
    world: World, setting: Setting, served: tuple[ServedHost, ...], host: str, shown: str
) -> PublicAddress | None:
    """A row for a host without a scheme. The domain of a host that is served may be all that is asked for."""
    is_of_cluster = is_of_a_service(world, host) or host.rpartition(".")[2] in ("local", "internal", "localdomain")
    if address_of(host) is not None or is_of_cluster or _is_of_this_machine(served):
        return None
    if any(one.host.text.endswith(f".{host}") or host == f"www.{one.host.text}" for one in served):
        return None
    return _of_another_host(world, setting, served, host, shown)


def _found(setting: Setting, served: tuple[ServedHost, ...], verdict: str, says: str, otherwise: str) -> PublicAddress:
    text = "" if setting.value is None else reveal(setting.value).strip()
    return PublicAddress(
        object=setting.workload.id,
        container=setting.container.name,
        place=setting.place,
        related=tuple(
            Related(f"{one.route.id.kind} {one.route.id.name} leads to it from {one.host.text}", one.host.place)
            for one in served[:2]
        ),
        linted=setting.workload.linted,
        software="a program of which nothing is known",
        settings=setting.label,
        value=SHOWN if setting.secret else text,
        hosts=tuple(dict.fromkeys(one.host.text for one in served)),
        otherwise=otherwise,
        verdict=verdict,
        by_name=True,
        says=says,
    )


def _host(setting: Setting) -> str:
    """The host of the address that a setting says; empty for anything else."""
    text = unquoted(setting.value)
    return split_url(f"//{text}" if _BARE.fullmatch(text) else text).hostname or ""

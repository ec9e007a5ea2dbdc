"""The origins from which a program takes forms (CSRF) and calls of scripts (CORS), as it is told.

A browser writes into the Origin header the scheme and the host of the page, with a port where it is an unusual one, and
nothing behind that. So an entry without a scheme, or with a path, is like none. An application behind a proxy that ends
TLS takes requests for plain ones, and its own pages for another origin, unless it is told otherwise.
Sources: https://datatracker.ietf.org/doc/html/rfc6454#section-7 and
https://github.com/django/django/blob/main/django/middleware/csrf.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import reveal
from mblint.facts.names.host_lists import HostList, host_lists
from mblint.facts.names.host_rows import TrustedOrigin
from mblint.facts.names.https_pages import taken_for_https
from mblint.facts.names.page_origins import Page, pages_left_out
from mblint.facts.names.route_origins import origins_of_routes
from mblint.facts.names.settings_file import beside
from mblint.facts.names.shape import Name, nearest
from mblint.facts.names.told_addresses import own_addresses
from mblint.facts.names.web_origins import web_origins
from mblint.facts.rows import Related
from mblint.facts.way.served import ServedHost, hosts_of
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.remedies.edits import Edit
from mblint.remedies.rendered import instead, owner
from mblint.software.setting_names import texts
from mblint.urls import split_url

_KINDS = ("csrf", "origins")
_SPECIAL = ("null", "file://", "*")
_SHOWN = 4


def trusted_origins(world: World) -> Iterator[TrustedOrigin]:
    """A row for each entry of a list of origins, for each host with TLS that a list for forms lacks, and for each
    application whose scripts fetch their tokens from a Keycloak of the view."""
    for workload in world.cluster.workloads:
        lists = host_lists(world, workload) if workload.lasting else ()
        read = [each.place for each in lists if not each.entry.usual]
        for each in lists:
            if each.entry.kind in _KINDS and not (each.entry.usual and each.place in read):
                yield from _of_list(world, each)
    yield from (*web_origins(world), *origins_of_routes(world))


def _of_list(world: World, each: HostList) -> Iterator[TrustedOrigin]:
    served = hosts_of(world, each.workload, each.container)
    names = each.names or ()
    problems = [_problem(name) for name in names]
    addresses = own_addresses(world, each.told)
    for name, problem in zip(names, problems, strict=True):
        is_said = problem is None and name.said_by in addresses  # what is wrong with its host, public-url says
        is_meant = each.entry.usual and not each.entry.to_the_letter and _may_be_meant(world, name, problem)
        if each.entry.form == "origin" and not is_said and not is_meant:
            yield _entry(world, each, name, served, problem)
    if each.entry.kind == "origins" and each.is_set and each.doubt is None:
        yield from (_of_page(each, page) for page in pages_left_out(world, each, served))
    if each.entry.always.by_https and not each.is_set:
        yield from _by_http(each, served)
    elif each.entry.kind == "csrf" and not any(problems) and _needs_its_own(each):
        own = [_own(each, one) for one in served if one.tls]
        # Of several hosts one is enough: nobody may fill in forms at the others.
        if not any(row.verdict == "offered" for row in own):
            yield from own


# ---------------------------------------------------------------- what is listed


def _problem(name: Name) -> str | None:
    """Why an entry is no origin, as a clause."""
    text = reveal(name.text).strip()
    if text in _SPECIAL or "\\" in text:
        return None
    scheme, mark, rest = text.partition("://")
    if not mark or not scheme:
        return "has no scheme"
    host, slash, path = rest.partition("/")
    if slash and host:
        return "has a path" if path else "ends in a slash"
    return None


def _may_be_meant(world: World, name: Name, problem: str | None) -> bool:
    """Whether a program of which nothing is known may take an entry as it is: not so a host of a route, and no more."""
    return problem is None or reveal(name.text).strip().lower() not in _routed(world)


def _entry(
    world: World, each: HostList, name: Name, served: Sequence[ServedHost], problem: str | None
) -> TrustedOrigin:
    host = _host(name)
    routed = _routed(world)
    wanted = problem is None and "*" not in reveal(name.text) and _may_be_served(host)
    unserved = bool(served) and wanted and host not in routed
    meant = nearest(Name(host, name.place, ""), routed.values()) if unserved else None
    verdict = "unserved" if unserved else "offered" if problem is None else "unknown" if each.doubt else "no-origin"
    what = f", which {problem}" if problem else ", which no route here serves" if unserved else ""
    says = f"lists {name.shown}{what}"
    mended = _mended(reveal(name.text), problem, meant, host, served)
    row = _row(each, name.place, name.shown, verdict, says)
    return replace(
        row,
        reason=each.doubt if verdict == "unknown" else None,
        problem=problem,
        nearest=meant.shown if meant is not None else None,
        otherwise="nobody comes from there" if unserved else f"no page has such an origin, and {row.otherwise}",
        edits=_edits(world, name, mended) if verdict in ("no-origin", "unserved") else (),
    )


def _host(name: Name) -> str:
    return split_url(reveal(name.text).replace("*.", "")).hostname or ""


def _may_be_served(host: str) -> bool:
    """Not so for this machine, nor for names that mean all below them."""
    return "." in host and not host.startswith("127.") and not host.endswith((".localhost", ".local"))


@remembered
def _routed(world: World) -> Mapping[str, Name]:
    """The hosts of all routes; a domain of which all hosts are served stands for itself."""
    return {
        host.text.removeprefix("*."): Name(host.text, host.place, "host")
        for route in world.cluster.routes
        for host in route.hosts
    }


def _mended(text: str, problem: str | None, meant: Name | None, host: str, served: Sequence[ServedHost]) -> str | None:
    """What the entry should be, where that is sure."""
    if problem == "ends in a slash":
        return text.rstrip("/")
    if problem == "has no scheme" and any(one.tls and one.host.text == text for one in served):
        return f"https://{text}"
    return text.replace(host, meant.shown) if meant is not None else None


# ---------------------------------------------------------------- what is not listed


def _needs_its_own(each: HostList) -> bool:
    """Whether the origin of its own pages must be listed: it is known what is, and that it takes requests for plain."""
    same = each.entry.always.same_origin_when
    if each.doubt is not None or (same is not None and each.told.holds(same) is not False):
        return False
    return each.is_set or (each.names is not None and not each.by_framework) or beside(each) is not None


def _by_http(each: HostList, served: Sequence[ServedHost]) -> Iterator[TrustedOrigin]:
    for one in taken_for_https(each, served):
        host, route = one.host.text, one.route.id
        says = f"is not set, so that it takes its pages for those of https://{host}, and browsers see http://{host}"
        related = Related(f"{route.kind} {route.name} serves it here", one.host.place, route)
        yield replace(_row(each, each.place, f"http://{host}", "missing", says), related=(related,))


def _own(each: HostList, one: ServedHost) -> TrustedOrigin:
    host = one.host.text.lower()
    listed = [reveal(name.text).strip().lower() for name in each.names or ()]
    trusted = any(_takes(entry, host, each) for entry in listed)
    shown = tuple(dict.fromkeys(name.shown for name in each.names or ()))
    more = f" and {len(shown) - _SHOWN} more" if len(shown) > _SHOWN else ""
    lists = f"lists only {', '.join(shown[:_SHOWN])}{more}" if shown else "is empty" if each.is_set else "is not set"
    plain = next((entry for entry in listed if entry == f"http://{host}"), None)
    says = f"{lists}, and browsers see its pages at https://{host}"
    row = _row(each, _placed(each), f"https://{host}", "offered" if trusted else "missing", says)
    related = Related(f"{one.route.id.kind} {one.route.id.name} serves it here", one.host.place, one.route.id)
    return replace(row, nearest=plain, related=(related,))


def _of_page(each: HostList, page: Page) -> TrustedOrigin:
    """The origin of pages that call the program at another host, and that its list does not have."""
    shown = tuple(dict.fromkeys(name.shown for name in each.names or ()))
    calls = f"call it at {page.calls}" if page.setting is not None else "are of its application"
    says = f"lists only {', '.join(shown[:_SHOWN])}, and pages at {page.origin} {calls}"
    row = _row(each, each.place, page.origin, "missing", says)
    return replace(row, guessed=True, related=(page.related,), otherwise="browsers keep its answers from them (CORS)")


def _placed(each: HostList) -> Place:
    """Where the list stands, or would: beside the hosts that its settings file allows."""
    says_hosts = None if each.is_set else beside(each)
    return each.place if says_hosts is None else says_hosts.place


def _takes(entry: str, host: str, each: HostList) -> bool:
    """Whether an entry is the origin of a host, or stands for all below a domain."""
    scheme, _, rest = entry.partition("://")
    if scheme != "https":
        return False
    for mark in texts(each.entry.subdomains):
        if rest.startswith(mark):
            domain = rest.removeprefix(mark)
            return host == domain or host.endswith("." + domain)
    return rest in (host, f"{host}:443")


# ---------------------------------------------------------------- rows


def _row(each: HostList, place: Place, name: str, verdict: str, says: str) -> TrustedOrigin:
    return TrustedOrigin(
        object=each.workload.id,
        container=each.container.name,
        place=place,
        linted=each.workload.linted,
        what="origin",
        name=name,
        settings=each.setting,
        client=each.software,
        server=f"{each.workload.id.kind} {each.workload.id.name}",
        offered=tuple(dict.fromkeys(one.shown for one in each.names or ())),
        offered_by=each.setting,
        verdict=verdict,
        guessed=each.by_framework,
        kind=each.entry.kind,
        says=says,
        otherwise=each.entry.otherwise or "browsers keep the answers from its pages",
    )


def _edits(world: World, name: Name, mended: str | None) -> tuple[Edit, ...]:
    """The entry as it should be, where the setting is nothing but that, and no Secret's."""
    if mended is None or not isinstance(name.text, str) or name.place.value != name.text:
        return ()
    held = owner(world.cluster, name.place)
    return (instead(held, name.place, mended),) if held is not None else ()

"""Pages that call a host whose Ingress lets in the pages of other origins alone (CORS, by ingress-nginx).

With `enable-cors` it answers the questions of browsers itself, and names the origin of the page only where it is in
`cors-allow-origin`; without that annotation it is every one. An entry may have `*.` before its domain.
Source: https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#enable-cors
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mblint.cluster.objects import Route
from mblint.cluster.services import members
from mblint.facts.names.host_rows import TrustedOrigin
from mblint.facts.names.page_origins import Page, pages_that_call
from mblint.facts.told import settings_of_workload
from mblint.facts.world import World
from mblint.regex import regex
from mblint.settings.role_table import words_of

_NGINX = "nginx.ingress.kubernetes.io/"
_ENABLED, _LIST = _NGINX + "enable-cors", _NGINX + "cors-allow-origin"
_ENTRY = regex(r"https?://(?:\*\.)?[\w.-]+(?::\d+)?")
_OWN = frozenset(("cors", "origin", "origins"))
_SNIPPET = "snippet"  # it may write such headers, too


def origins_of_routes(world: World) -> Iterator[TrustedOrigin]:
    """A row for each Ingress with such a list, and the pages of a workload that call its host."""
    for route in world.cluster.routes:
        listed = [each.strip().lower() for each in route.annotations.get(_LIST, "").split(",") if each.strip()]
        if route.annotations.get(_ENABLED) != "true" or not all(_ENTRY.fullmatch(each) for each in listed):
            continue
        if not listed or any(_SNIPPET in key for key in route.annotations):
            continue
        for host in dict.fromkeys(each.text.lower() for each in route.hosts):
            pages = pages_that_call(world).get(host, ())
            if (
                pages
                and not _answers_itself(world, route)
                and not any(_takes(entry, one) for page in pages for one in page.origins for entry in listed)
            ):
                yield _row(route, pages[0], listed)


def _answers_itself(world: World, route: Route) -> bool:
    """Whether a program behind it is told of origins, too: what the Ingress leaves out, that may name."""
    for backend in route.backends:
        service = world.cluster.services.get((backend.namespace, backend.service))
        for workload in members(world.cluster, service) if service is not None else ():
            told = settings_of_workload(world, workload)
            if any(not _OWN.isdisjoint(words_of(each.key)) for each in told):
                return True
    return False


def _takes(entry: str, origin: str) -> bool:
    """Whether an entry is the origin, or stands for all below a domain."""
    scheme, _, host = entry.partition("://")
    if not host.startswith("*."):
        return entry == origin
    return origin.startswith(f"{scheme}://") and origin.endswith(host[1:])


def _row(route: Route, page: Page, listed: Sequence[str]) -> TrustedOrigin:
    name = f"{route.id.kind} {route.id.name}"
    return TrustedOrigin(
        object=route.id,
        place=route.place.at("metadata", "annotations", _LIST),
        linted=route.linted,
        related=(page.related,),
        what="origin",
        name=page.origin,
        settings=_LIST,
        client=page.origin,
        server=name,
        offered=tuple(listed),
        offered_by=_LIST,
        verdict="missing",
        guessed=True,
        kind="origins",
        says=f"lists only {', '.join(listed)}, and pages at {page.origin} call it at {page.calls}",
        otherwise="browsers keep its answers from them (CORS)",
    )

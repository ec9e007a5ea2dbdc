"""A ForwardAuth that asks a sign-in by the host of its pages, so that it comes back in through Traefik.

Traefik writes the host that was asked for into X-Forwarded-Host of what it asks. Where that goes to a host of its own,
it takes those headers off again, as of anybody whom it does not trust (`forwardedHeaders`), and writes the host of the
sign-in instead: that is asked about its own pages. Authelia and authentik decide by that header; who has a cookie alone
to look at does not care. Sources:
https://github.com/traefik/traefik/blob/fd5a576df2/pkg/middlewares/forwardedheaders/forwarded_header.go ;
https://github.com/goauthentik/authentik/issues/1997 , https://github.com/authelia/authelia/issues/1334
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.remembered import remembered
from mblint.facts.listening.rows import AskedHost
from mblint.facts.rows import Related
from mblint.facts.way.middlewares import Passage, all_passages, asked_address, longest
from mblint.facts.world import World
from mblint.regex import regex
from mblint.urls import split_url

_DECIDES_BY_HOST = regex(r"/(?:api/verify|api/authz/forward-auth|outpost\.goauthentik\.io/auth/(?:traefik|envoy))/?")
_TRUSTS = regex(r"(?i)forwarded-?headers")


def asked_hosts(world: World) -> Iterator[AskedHost]:
    """A row for each ForwardAuth of a route whose address is one of the hosts that Traefik serves."""
    every = list(all_passages(world))
    seen: set[tuple[int, str]] = set()
    for passage in every:
        for named in passage.middlewares:
            address = (asked_address(world, named) or "").strip()
            parts = split_url(address)
            key = (id(passage.route), address)
            if key in seen or not parts.hostname or not _DECIDES_BY_HOST.fullmatch(parts.path):
                continue
            seen.add(key)
            served = longest(every, parts.hostname.lower(), parts.path)
            if served is not None and served.route is not passage.route:
                yield _row(world, passage, served, f"{parts.scheme}://{parts.netloc}{parts.path}")


@remembered
def _may_trust(world: World) -> bool:
    """Whether something of the view is told of forwarded headers, so that Traefik may keep those of its own pods."""
    words = (word.text for each in world.cluster.workloads for one in each.pod.containers for word in one.words)
    return any(_TRUSTS.search(word) for word in words) or any(_TRUSTS.search(each.key) for each in world.settings)


def _row(world: World, passage: Passage, served: Passage, url: str) -> AskedHost:
    guarded, route = passage.route, served.route
    return AskedHost(
        object=guarded.id,
        place=guarded.place,
        related=(Related(f"{route.id.kind} {route.id.name} leads to the sign-in", served.backend.place, route.id),),
        linted=guarded.linted,
        url=url,
        route=f"{route.id.kind} {route.id.name}",
        service=f"{served.backend.service}.{served.backend.namespace}.svc.cluster.local",
        verdict="kept" if _may_trust(world) else "lost",
    )

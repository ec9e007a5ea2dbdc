"""Where browsers come back to from a sign-in at another host, as ingress-nginx is told it (`auth-signin`).

It adds the whole address that was asked for only where the query has no `rd`. What stands there is sent as it is: a
path alone is one of the sign-in's own host to oauth2-proxy and others.
Source: https://github.com/kubernetes/ingress-nginx/blob/main/internal/ingress/controller/template/template.go
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.facts.listening.return_rows import SignInReturn
from mblint.facts.world import World
from mblint.regex import regex
from mblint.urls import split_url

_SENDS = "nginx.ingress.kubernetes.io/auth-signin"
_PATH_ALONE = regex(r"(?:^|&)(?:rd|url|redirect|redirect_uri|next|return|returnUrl)=(\$(?:escaped_)?request_uri|\$uri)")


def returns(world: World) -> Iterator[SignInReturn]:
    """A row for each Ingress whose sign-in is at another host, and is told where to come back to."""
    for route in world.cluster.routes:
        url = route.annotations.get(_SENDS, "") if route.id.kind == "Ingress" else ""
        parts = split_url(url)
        host = parts.netloc.partition(":")[0].lower()
        own = [each.text.lower() for each in route.hosts]
        if not host or "$" in host or "=" not in parts.query or host in own or not own:
            continue
        alone = _PATH_ALONE.search(parts.query)
        yield SignInReturn(
            object=route.id,
            place=route.place.at("metadata", "annotations", _SENDS),
            linted=route.linted,
            url=url,
            told="" if alone is None else alone[1],
            host=own[0],
            sign_in=host,
            verdict="kept" if alone is None else "lost",
        )

"""Whom ingress-nginx asks about each request (`auth-url`), where that is a Service.

nginx looks the host up itself, when a request comes, and knows nothing of the search domains that pods have: only the
full name of a Service leads there. With `auth-keepalive` it is looked up at its start, as pods look up names.
Sources: https://github.com/kubernetes/ingress-nginx/blob/main/rootfs/etc/nginx/template/nginx.tmpl ,
https://github.com/kubernetes/ingress-nginx/issues/1317
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from mblint.cluster.objects import Route
from mblint.facts.callers.call import Backend, Call
from mblint.facts.callers.called import called
from mblint.facts.callers.called_rows import AuthRequest
from mblint.facts.callers.controllers import carriers
from mblint.facts.callers.judged import best, judged, related
from mblint.facts.way.host_names import literal_address
from mblint.facts.world import World
from mblint.urls import whole_url

_ASKS = "nginx.ingress.kubernetes.io/auth-url"
_AT_START = "nginx.ingress.kubernetes.io/auth-keepalive"
_FILLED = ("$", "{", "<")  # a variable of nginx, or what something else fills in


def auth_requests(world: World) -> Iterator[AuthRequest]:
    """A row for each Ingress that has a Service asked."""
    for route in world.cluster.routes:
        url = route.annotations.get(_ASKS, "") if route.id.kind == "Ingress" else ""
        host, port = _address(url)
        to = _service(world, host, route) if host else None
        if to is not None:
            yield _row(world, route, host, to, port)


def _address(url: str) -> tuple[str, int]:
    """The host and the port of a URL; no host where it is not all there."""
    parts = whole_url(url)
    if parts is None:
        return "", 0
    host, port = parts.hostname or "", parts.port
    if any(mark in parts.netloc for mark in _FILLED) or literal_address(host) is not None:
        return "", 0
    return host, port or (443 if parts.scheme == "https" else 80)


def _service(world: World, host: str, route: Route) -> Backend | None:
    """The Service that a name means for pods, where it can mean nothing else."""
    labels = host.split(".")
    rest = ".".join(labels[2:])
    if rest in ("svc", f"svc.{world.cluster.domain}"):
        return Backend(labels[1], labels[0])
    named = (labels[1], labels[0]) if len(labels) == 2 else (route.id.namespace, labels[0])
    return Backend(*named) if len(labels) <= 2 and named in world.cluster.services else None


def _row(world: World, route: Route, host: str, to: Backend, port: int) -> AuthRequest:
    place = route.place.at("metadata", "annotations", _ASKS)
    calls = (Call(caller, route.id, place, to, port) for caller in carriers(world, route))
    answer = best(judged(world, calls))
    row = replace(called(AuthRequest, world, answer, route), place=place, related=tuple(related(answer)), host=host)
    full = f"{to.service}.{to.namespace}.svc.{world.cluster.domain}"
    if host == full or _AT_START in route.annotations:
        return row
    because = f"nginx does not know the search domains of pods, and to it {host} is no name"
    return replace(row, verdict="short-name", because=because, full=full)

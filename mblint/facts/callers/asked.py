"""Calls that no setting makes, found by how people name them: by a host and a path, by a webhook, by a monitor."""

from __future__ import annotations

from collections.abc import Iterable

from mblint.cluster.objects import Object
from mblint.cluster.routes_by_host import serves
from mblint.facts.callers.called import Traced
from mblint.facts.callers.called_rows import Called, RouteCall, WebhookCall
from mblint.facts.callers.routes import Carried, carried, traced_routes
from mblint.facts.callers.scrapes import traced_scrapes
from mblint.facts.callers.webhooks import traced_hooks
from mblint.facts.way.host_names import normal
from mblint.facts.world import World

_HOOKS = {
    "webhook": ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"),
    "apiservice": ("APIService",),
    "crd": ("CustomResourceDefinition",),
}

_Found = tuple[Traced[Called], ...]


def route_calls_to(world: World, host: str, path: str) -> _Found:
    """What routes lead a request to: those of the host with the longest path that begins it, as controllers choose.

    A host that a route names goes before `*.example.org`, and that before a route for every host.
    """
    fitting: dict[tuple[int, int], list[Traced[RouteCall]]] = {}
    for one, traced in zip(carried(world), traced_routes(world), strict=True):
        rank = max((rank for rank in _ranks(one, normal(host).rstrip("."), path)), default=None)
        if rank is not None:
            fitting.setdefault(rank, []).append(traced)
    return tuple(fitting[max(fitting)]) if fitting else ()


def _ranks(one: Carried, host: str, path: str) -> Iterable[tuple[int, int]]:
    own = [each.text for each in one.route.hosts]
    for backend in one.backends:
        names = [name.lower() for name in (backend.hosts or own)]
        found = [len(name) for name in names if serves(name, host)]
        if (found or not names) and _begins(backend.path, path):
            exact = len(host) + 1 if host in names else max(found, default=0)
            yield exact, len(backend.path or "")


def _begins(own: str | None, path: str) -> bool:
    """Whether a route's path stands for a request's. A regular expression is read up to its signs."""
    plain = (own or "/").split("(")[0].split(".*")[0].rstrip("/*^$") or "/"
    return plain in ("/", path) or path.startswith(f"{plain}/")


def hook_calls_of(world: World, kind: str, name: str) -> _Found:
    """The API server's calls for a webhook, or for all of an object: `kind` as people write it."""
    kinds = _HOOKS.get(kind, ())
    return tuple(
        traced
        for traced in traced_hooks(world)
        if traced.by.id.kind in kinds and name in (_webhook(traced.row), traced.by.id.name)
    )


def _webhook(row: Called) -> str:
    return row.name if isinstance(row, WebhookCall) else ""


def scrape_calls_of(world: World, name: str) -> _Found:
    """Prometheus' calls because of a monitor, or of the annotations of a workload or Service: `[NS/][KIND/]NAME`."""
    return tuple(traced for traced in traced_scrapes(world) if _is_named(traced.by, name))


def _is_named(held: Object, name: str) -> bool:
    *before, last = name.lower().split("/")
    own = held.id
    return own.name.lower() == last and all(one in (own.namespace.lower(), own.kind.lower()) for one in before)


def askable(world: World, who: str) -> tuple[str, ...]:
    """What can be asked about a caller, as it is written; for those who asked for what is not there."""
    if who == "ingress":
        hosts = {name for one in carried(world) for name in _hosts_of(one)}
        return tuple(sorted(f"ingress/{name}" for name in hosts))
    if who == "api-server":
        words = {kind: word for word, kinds in _HOOKS.items() for kind in kinds}
        rows = ((words[one.by.id.kind], one.row) for one in traced_hooks(world))
        return tuple(sorted({f"{word}/{_webhook(row)}" for word, row in rows}))
    return tuple(sorted({f"{one.by.id.kind}/{one.by.id.name}" for one in traced_scrapes(world)}))


def _hosts_of(one: Carried) -> Iterable[str]:
    return [name for backend in one.backends for name in backend.hosts] or [each.text for each in one.route.hosts]

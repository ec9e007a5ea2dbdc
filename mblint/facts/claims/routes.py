"""Hosts and paths that two routes of one class serve.

Which of them gets a request, the controller decides: by the Gateway API the older one; the admission webhook of
ingress-nginx refuses the second. `rules/tables/route-marks.yaml` has the annotations by which routes share a path on
purpose, or are served at different doors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from typing import cast

from msgspec import Struct, convert, field, json

from mblint.cluster.cluster import Cluster
from mblint.cluster.flaws.forms import is_filled_later
from mblint.cluster.ingress_classes import CLASS_ANNOTATION
from mblint.cluster.objects import Object
from mblint.facts.claims.rows import Claim
from mblint.facts.rows import Related
from mblint.globs import matches
from mblint.manifests.documents import Place, Value
from mblint.manifests.nodes import Node
from mblint.manifests.partial import read_parts
from mblint.settings.tables import load_table
from mblint.shipped import read_table

_INGRESS_GROUPS = ("networking.k8s.io", "extensions")


class _Mark(Struct, frozen=True):
    """An annotation of the table."""

    annotation: str
    source: str
    is_: tuple[str, ...] = field(default=(), name="is")


class _Served(Struct, frozen=True, eq=False):
    """One host and path of one route. `key`: what is the same where two compete; `leads_to`: where requests go."""

    object: Object
    key: tuple[str, ...]
    words: str  # "shop.example.org/cart"
    leads_to: str
    place: Place


def served_twice(cluster: Cluster) -> Iterator[Claim]:
    """A row for each route of a host and path after the first."""
    first: dict[tuple[str, ...], _Served] = {}
    told: set[tuple[object, object]] = set()
    for served in _all_served(cluster):
        if is_filled_later(served.words):
            continue
        one = first.setdefault(served.key, served)
        pair = (one.object.id, served.object.id)
        if one.object is not served.object and pair not in told:
            told.add(pair)
            yield _row(one, served)


def _all_served(cluster: Cluster) -> Iterator[_Served]:
    for held in cluster.of_kind("Ingress", *_INGRESS_GROUPS):
        if not any(_bears(held, mark) for mark in _marks("shares")):
            found, left = read_parts(held.node, partial(_of_ingress, held))
            yield from found if found is not None and not left.flaws else ()
    for kind, groups, read in _OTHERS:
        for held in cluster.of_kind(kind, *groups):
            found, left = read_parts(held.node, partial(read, held))
            yield from found if found is not None and not left.flaws else ()


def _of_traefik(held: Object, node: Node) -> tuple[_Served, ...]:
    """The rules of an IngressRoute that name a host; those of another priority are meant to be beside each other."""
    spec = node.get("spec")
    doors = tuple(sorted(spec.get("entryPoints").texts()))
    found: list[_Served] = []
    for route in spec.get("routes").items():
        match = " ".join((route.get("match").text() or "").split())
        if "Host" in match:
            priority = str(route.get("priority").integer() or "")
            leads_to = (
                f"{held.id.namespace} {_text(route.get('services').value)}{_text(route.get('middlewares').value)}"
            )
            key = ("IngressRoute", *doors, match, priority)
            found.append(_Served(held, key, match.replace("`", ""), leads_to, route.place))
    return tuple(found)


def _of_openshift(held: Object, node: Node) -> tuple[_Served, ...]:
    """The host and path of a Route, which the router gives to the oldest."""
    spec = node.get("spec")
    host, path = spec.get("host"), spec.get("path").text() or "/"
    if not host.text():
        return ()
    leads_to = f"{held.id.namespace} {_text(spec.get('to').value)}"
    return (_Served(held, ("Route", host.text() or "", path), f"{host.text()}{path}", leads_to, host.place),)


def _of_ingress(held: Object, node: Node) -> tuple[_Served, ...]:
    return tuple(_paths_of_ingress(held, node))


def _paths_of_ingress(held: Object, node: Node) -> Iterator[_Served]:
    spec = node.get("spec")
    name = spec.get("ingressClassName").text() or held.annotations.get(CLASS_ANNOTATION) or ""
    others = () if _nginx() in name else (key for key in held.annotations if _tells_apart(key))
    apart = tuple(sorted(f"{key}={held.annotations[key]}" for key in others))
    for rule in spec.get("rules").items():
        host = rule.get("host").text() or ""
        for path in rule.get("http").get("paths").items():
            written = path.get("path").text() or "/"
            exact = "exact" if path.get("pathType").text() == "Exact" else ""
            key = ("Ingress", name, host.lower(), written, exact, *apart)
            backend = _text(path.get("backend").value)
            yield _Served(held, key, f"{host or 'any host'}{written}", f"{held.id.namespace} {backend}", path.place)


def _of_route(held: Object, node: Node) -> tuple[_Served, ...]:
    return tuple(_matches_of_route(held, node))


def _matches_of_route(held: Object, node: Node) -> Iterator[_Served]:
    spec = node.get("spec")
    hosts = [host.text() or "" for host in spec.get("hostnames").items()] or [""]
    for parent in spec.get("parentRefs").items():
        gateway = (
            parent.get("namespace").text() or held.id.namespace,
            parent.get("name").text() or "",
            parent.get("sectionName").text() or str(parent.get("port").integer() or ""),
        )
        for rule in spec.get("rules").items():
            found = list(rule.get("matches").items())
            for match, place in [(_match(each), each.place) for each in found] or [(_match(None), rule.place)]:
                for host in hosts:
                    leads_to = _text([*_backends(held, rule), *_filters(rule)])
                    words = f"{host or 'any host'}{match[0]}"
                    yield _Served(held, ("HTTPRoute", *gateway, host.lower(), *match), words, leads_to, place)


def _backends(held: Object, rule: Node) -> Iterator[Value]:
    """What a rule's requests go to; what is not said is as the API has it by default."""
    for each in rule.get("backendRefs").items():
        yield {
            "kind": f"{each.get('group').text() or ''}/{each.get('kind').text() or 'Service'}",
            "namespace": each.get("namespace").text() or held.id.namespace,
            "name": each.get("name").text(),
            "port": each.get("port").integer(),
            "weight": 1 if each.get("weight").absent else each.get("weight").integer(),
            "filters": each.get("filters").value,
        }


def _filters(rule: Node) -> Iterator[Value]:
    """Those by which a request ends elsewhere, or asks for something else: headers are not what a route is for."""
    for each in rule.get("filters").items():
        if not (each.get("type").text() or "").endswith("HeaderModifier"):
            yield each.value


def _match(node: Node | None) -> tuple[str, ...]:
    """Path, its type, and the rest of a match; what is not said is any path."""
    if node is None:
        return "/", "PathPrefix", "{}"
    path = node.get("path")
    others: dict[str, Value] = {key: each.value for key, each in node.entries() if key != "path" and each.value}
    return path.get("value").text() or "/", path.get("type").text() or "PathPrefix", _text(others)


def _text(value: Value) -> str:
    return json.encode(value, order="deterministic").decode()


def _row(one: _Served, later: _Served) -> Claim:
    words = f"{one.object.id.kind} {one.object.id.name}"
    same = one.leads_to == later.leads_to
    return Claim(
        object=later.object.id,
        place=later.place,
        related=(Related("so does this", one.place, one.object.id),),
        linted=later.object.linted,
        claims="serve",
        claimed=later.words,
        who=f"{later.object.id.kind} {later.object.id.name} and {words} both take the requests for {later.words}",
        other=words,
        consequence="one of them never gets a request, or is refused by the controller's webhook",
        remedy="Give one of them another host or path, or remove it.",
        verdict="doubled" if same else "contested",
    )


def _bears(held: Object, mark: _Mark) -> bool:
    return any(
        matches(key, mark.annotation) and (not mark.is_ or value in mark.is_) for key, value in held.annotations.items()
    )


def _tells_apart(key: str) -> bool:
    return key != CLASS_ANNOTATION and not any(matches(key, mark.annotation) for mark in _marks("apart"))


@cache
def _nginx() -> str:
    return str(cast("Mapping[str, Mapping[str, str]]", read_table("tables/route-marks.yaml"))["nginx"]["class"])


@cache
def _marks(section: str) -> tuple[_Mark, ...]:
    return convert(load_table("route-marks", section), tuple[_Mark, ...])


_OTHERS: tuple[tuple[str, tuple[str, ...], Callable[[Object, Node], tuple[_Served, ...]]], ...] = (
    ("HTTPRoute", ("gateway.networking.k8s.io",), _of_route),
    ("IngressRoute", ("traefik.io", "traefik.containo.us"), _of_traefik),
    ("Route", ("route.openshift.io",), _of_openshift),
)

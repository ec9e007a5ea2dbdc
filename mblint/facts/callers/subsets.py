"""Subsets of Services that VirtualServices send requests to, and whether a DestinationRule defines them.

Istio answers 503 where a route names a subset that no DestinationRule of the host has, and where no pod of the Service
has a subset's labels. Rules of other namespaces count as those of the view do, wherever they are exported to.
Source: https://istio.io/help/ops/traffic-management/deploy-guidelines/
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Object, Service
from mblint.cluster.policies.objects import Selector
from mblint.cluster.policies.run_time_labels import Match, match_pods
from mblint.cluster.remembered import remembered
from mblint.cluster.services import members
from mblint.facts.callers.called_rows import RoutedSubset
from mblint.facts.rows import Related
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.manifests.nodes import Node
from mblint.manifests.partial import read_parts

_NETWORKING = "networking.istio.io"
_ROUTES = ("http", "tcp", "tls")
_Key = tuple[str, str]  # of a Service: namespace, name


class _Subset(Struct, frozen=True):
    name: str
    labels: Mapping[str, str]
    rule: Object
    place: Place


class _Rules(Struct, frozen=True):
    """The DestinationRules of one Service. `unread`: parts of one cannot be read."""

    objects: list[Object]
    subsets: list[_Subset]
    unread: bool = False


class _Destination(Struct, frozen=True):
    host: str
    subset: str
    place: Place


def routed_subsets(world: World) -> Iterator[RoutedSubset]:
    """A row for each subset that a VirtualService names."""
    for route in world.cluster.of_kind("VirtualService", _NETWORKING):
        destinations, _ = read_parts(route.node, _destinations)
        for destination in dict.fromkeys(destinations or ()):
            key = _service(world.cluster, destination.host, route.id.namespace)
            if key is not None:
                yield _row(world.cluster, route, destination, key)


def _destinations(node: Node) -> tuple[_Destination, ...]:
    return tuple(
        _Destination(host, subset, destination.get("subset").place)
        for protocol in _ROUTES
        for rule in node.get("spec").get(protocol).items()
        for route in rule.get("route").items()
        for destination in (route.get("destination"),)
        if (host := destination.get("host").text()) and (subset := destination.get("subset").text())
    )


def _service(cluster: Cluster, host: str, namespace: str) -> _Key | None:
    """The Service that a host names: a short one means the object's own namespace."""
    labels = host.removesuffix(f".svc.{cluster.domain}").removesuffix(".svc").split(".")
    if len(labels) > 2:
        return None
    return (labels[1] if len(labels) > 1 else namespace), labels[0]


@remembered
def _rules(cluster: Cluster) -> Mapping[_Key, _Rules]:
    found: defaultdict[_Key, _Rules] = defaultdict(lambda: _Rules([], []))
    for rule in cluster.of_kind("DestinationRule", _NETWORKING):
        host = rule.place.at("spec", "host").value
        key = _service(cluster, host, rule.id.namespace) if isinstance(host, str) else None
        if key is None:
            continue
        read, left = read_parts(rule.node, _subsets)
        known = found[key]
        known.objects.append(rule)
        known.subsets.extend(_Subset(name, labels, rule, place) for name, labels, place in read or ())
        if left.flaws:
            found[key] = _Rules(known.objects, known.subsets, unread=True)
    return found


def _subsets(node: Node) -> Sequence[tuple[str, Mapping[str, str], Place]]:
    return [
        (name, each.get("labels").text_map(), each.place)
        for each in node.get("spec").get("subsets").items()
        if (name := each.get("name").text())
    ]


def _row(cluster: Cluster, route: Object, asked: _Destination, key: _Key) -> RoutedSubset:
    rules, service = _rules(cluster).get(key), cluster.services.get(key)
    defined = [each for each in rules.subsets if each.name == asked.subset] if rules is not None else []
    verdict, because, near = "defined", None, None
    if not defined:
        verdict, because = _undefined(rules, service, asked)
    elif service is not None and all(_selects_none(cluster, service, each) for each in defined):
        near = defined[0]
        labels = ", ".join(f"{name}: {value}" for name, value in near.labels.items())
        verdict, because = "no-pods", f"no pod of Service {key[1]} has the labels of that subset ({labels})"
    return RoutedSubset(
        object=route.id,
        place=asked.place,
        related=tuple(
            [Related("the subset is defined here", near.place, near.rule.id)]
            if near is not None
            else [Related("the subsets of this host", each.place, each.id) for each in rules.objects[:2]]
            if rules is not None and verdict == "undefined"
            else []
        ),
        linted=route.linted,
        host=asked.host,
        subset=asked.subset,
        defined=tuple(dict.fromkeys(each.name for each in rules.subsets)) if rules is not None else (),
        because=because or "",
        verdict=verdict,
        reason="DestinationRules that are not in the view may define it" if verdict == "unknown" else None,
    )


def _undefined(rules: _Rules | None, service: Service | None, asked: _Destination) -> tuple[str, str | None]:
    if rules is not None and not rules.unread:
        return "undefined", f"no DestinationRule of {asked.host} has it"
    if service is not None and rules is None:
        return "no-rule", f"there is no DestinationRule of {asked.host}, which would have it"
    return "unknown", None


def _selects_none(cluster: Cluster, service: Service, subset: _Subset) -> bool:
    pods = members(cluster, service)
    selector = Selector(subset.labels, ())
    return bool(pods) and all(match_pods(selector, each) is Match.NO for each in pods)

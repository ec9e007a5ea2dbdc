"""Which routes serve a host: by its name, by a wildcard above it, or as every other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Route
from mblint.cluster.remembered import remembered
from mblint.manifests.documents import Value


def routes_that_name(cluster: Cluster, host: str) -> tuple[Route, ...]:
    """The routes that name a host (in lower case, without a last dot) or a wildcard that covers it, in their order."""
    hosts = _hosts(cluster)
    found = dict.fromkeys(hosts.exact.get(host, ()))
    _, dot, above = host.partition(".")
    while dot:
        found.update(dict.fromkeys(hosts.wildcards.get(above, ())))
        _, dot, above = above.partition(".")
    routes = cluster.routes
    return tuple(routes[number] for number in sorted(found))


@remembered
def routes_for_every_host(cluster: Cluster) -> tuple[Route, ...]:
    """Those that name none, and bring requests somewhere: not one that sends every request on to https."""
    return tuple(route for route in cluster.routes if not route.hosts and not _only_redirects(route))


def _only_redirects(route: Route) -> bool:
    """True for an HTTPRoute of which every rule answers with a redirect, and none has a backend."""
    rules = route.place.at("spec", "rules").value
    if route.backends or route.id.kind != "HTTPRoute" or not isinstance(rules, list) or not rules:
        return False
    return all(isinstance(rule, dict) and _redirects(rule.get("filters")) for rule in rules)


def _redirects(filters: Value) -> bool:
    each = filters if isinstance(filters, list) else []
    return any(isinstance(one, dict) and one.get("type") == "RequestRedirect" for one in each)


def serves(pattern: str, name: str) -> bool:
    """Whether a host as routes write it, `*.example.org`, stands for a name in lower case."""
    return pattern == name or (pattern.startswith("*.") and name.endswith(pattern[1:]))


class _Hosts(Struct, frozen=True):
    """The numbers of routes by the hosts that they name; `wildcards` by what comes after `*.`."""

    exact: Mapping[str, tuple[int, ...]]
    wildcards: Mapping[str, tuple[int, ...]]


@remembered
def _hosts(cluster: Cluster) -> _Hosts:
    exact: defaultdict[str, list[int]] = defaultdict(list)
    wildcards: defaultdict[str, list[int]] = defaultdict(list)
    for number, route in enumerate(cluster.routes):
        for host in route.hosts:
            text = host.text.lower()
            exact[text].append(number)
            if text.startswith("*."):
                wildcards[text[2:]].append(number)
    return _Hosts(
        {host: tuple(found) for host, found in exact.items()}, {host: tuple(found) for host, found in wildcards.items()}
    )

"""Which routes serve a host: by its name, or by a wildcard above it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Route
from mblint.cluster.remembered import remembered


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

"""Services that a name may mean where manifests leave out their namespace, as `helm template` prints them.

`helm install -n` would have decided it. Host names often say it all the same; and of several releases in one render,
some may name their namespace and others not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Object, Service, Workload
from mblint.cluster.remembered import remembered


def service_without_namespace(name: str, namespace: str, client: Workload, cluster: Cluster) -> Service | None:
    """The Service beside the client that `name.namespace` means, where both leave out the namespace that hosts say."""
    service = cluster.services.get((client.id.namespace, name))
    if service is None or namespace in cluster.namespaces or _names_namespace(service):
        return None
    return None if _names_namespace(client) else service


def perhaps_there(name: str, namespace: str, client: Workload, cluster: Cluster) -> str | None:
    """Why a Service that is missing in a namespace may be there when it runs; None where it cannot.

    There is one of that name elsewhere, and nothing says the namespace of that one, or of the client that asks in its
    own.
    """
    own = namespace == client.id.namespace and _is_unsaid(client)
    for service in _by_name(cluster).get(name, ()):
        if _is_unsaid(service):
            return f"no manifest says which namespace Service {name} is in"
        if own:
            return f"no manifest says which namespace {client.id.kind} {client.id.name} is in"
    return None


@remembered
def _by_name(cluster: Cluster) -> Mapping[str, tuple[Service, ...]]:
    """The Services of all namespaces."""
    found: defaultdict[str, list[Service]] = defaultdict(list)
    for service in cluster.services.values():
        found[service.id.name].append(service)
    return {name: tuple(services) for name, services in found.items()}


def _is_unsaid(of: Object) -> bool:
    """True where the namespace is only what is taken where nothing says another."""
    return of.id.namespace == "default" and not _names_namespace(of)


def _names_namespace(of: Object) -> bool:
    value = of.place.document.value
    for key in (*of.place.path, "metadata", "namespace"):
        if isinstance(value, dict) and isinstance(key, str):
            value = value.get(key)
        elif isinstance(value, list) and isinstance(key, int):
            value = value[key]
    return isinstance(value, str)

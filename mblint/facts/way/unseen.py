"""Services, and pods behind them, that may be there when it runs although no manifest shows them at that name.

Two reasons: manifests leave out their namespace, as `helm template` prints them (`helm install -n` would have decided
it; host names often say it all the same, and of several releases in one render some may name their namespace and
others not); and operators make Services and pods for their custom resources.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Object, Other, Service, Workload
from mblint.cluster.remembered import remembered
from mblint.config import ClusterSettings
from mblint.facts.way.resolution import Resolution
from mblint.globs import matches
from mblint.settings.tables import as_texts, load_table


def missing_service(
    service: str, namespace: str, client: Workload | None, cluster: Cluster, settings: ClusterSettings
) -> Resolution:
    """What it means that the view has no Service of that name: a mistake, unless something outside may have made it."""
    if (namespace, service) == ("default", "kubernetes") or namespace.startswith("kube-"):
        return Resolution("unknown", reason=f"{namespace}/{service} belongs to the cluster")
    if any(matches(f"{namespace}/{service}", pattern) for pattern in settings.external_services):
        return Resolution("unknown", reason=f"{namespace}/{service} is outside the render, as configured")
    if (unsaid := _perhaps_there(service, namespace, client, cluster)) is not None:
        return Resolution("unknown", reason=unsaid)
    if (maker := _maker_of(service, namespace, cluster)) is not None:
        of = f"{maker.id.kind} {maker.id.name}"
        return Resolution("unknown", reason=f"{namespace}/{service} may be made by the operator of {of}", maker=maker)
    return Resolution("unknown-service", reason=f"no Service {namespace}/{service}")


# ---------------------------------------------------------------- namespaces that are left out


def service_without_namespace(name: str, namespace: str, client: Workload, cluster: Cluster) -> Service | None:
    """The Service beside the client that `name.namespace` means, where both leave out the namespace that hosts say."""
    service = cluster.services.get((client.id.namespace, name))
    if service is None or namespace in cluster.namespaces or _names_namespace(service):
        return None
    return None if _names_namespace(client) else service


def _perhaps_there(name: str, namespace: str, client: Workload | None, cluster: Cluster) -> str | None:
    """Why a Service that is missing in a namespace may be there when it runs; None where it cannot.

    There is one of that name elsewhere, and nothing says the namespace of that one, or of the client that asks in its
    own.
    """
    own = client is not None and namespace == client.id.namespace and _is_unsaid(client)
    for service in _by_name(cluster).get(name, ()):
        if _is_unsaid(service):
            return f"no manifest says which namespace Service {name} is in"
        if client is not None and own:
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


# ---------------------------------------------------------------- what operators make


def _maker_of(service: str, namespace: str, cluster: Cluster) -> Other | None:
    """The custom resource of the namespace for which an operator makes a Service of this name."""
    return next((other for glob, other in _made(cluster).get(namespace, ()) if matches(service, glob)), None)


@remembered
def _made(cluster: Cluster) -> Mapping[str, tuple[tuple[str, Other], ...]]:
    """By namespace: the Services that operators make, as globs."""
    found: defaultdict[str, list[tuple[str, Other]]] = defaultdict(list)
    for other in cluster.others:
        group = other.api_version.rpartition("/")[0]
        for pattern in _patterns().get((group, other.id.kind), ()):
            found[other.id.namespace].append((pattern.format(name=other.id.name), other))
    return {namespace: tuple(made) for namespace, made in found.items()}


def may_make_pods(other: Other, namespace: str) -> bool:
    """True for a custom resource of the namespace whose operator may start pods that no manifest shows."""
    if other.id.namespace != namespace:
        return False
    group = other.api_version.rpartition("/")[0]
    return "." in group and (group, other.id.kind) not in _podless() and (group, "*") not in _podless()


@cache
def _podless() -> frozenset[tuple[str, str]]:
    return frozenset(
        (str(row["group"]), kind)
        for row in load_table("operator-services", "podless")
        for kind in as_texts(row, "kinds")
    )


@cache
def _patterns() -> dict[tuple[str, str], tuple[str, ...]]:
    return {
        (str(row["group"]), str(row["kind"])): tuple(str(row["services"]).split())
        for row in load_table("operator-services", "operators")
    }

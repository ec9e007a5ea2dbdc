"""Services, and pods behind them, that may be there when it runs although no manifest shows them at that name.

Four reasons: manifests leave out their namespace, as `helm template` prints them (`helm install -n` would have decided
it; host names often say it all the same, and of several releases in one render some may name their namespace and
others not); operators make Services and pods for their custom resources; a controller in the cluster renders
releases of which the view holds only the order; and the control plane of a mesh is installed by a chart of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.kinds import texts_at
from mblint.cluster.objects import Object, Other, Service, Workload
from mblint.cluster.release_namespaces import names_namespace
from mblint.cluster.remembered import remembered, remembered_each
from mblint.cluster.services import services_in
from mblint.config import ClusterSettings
from mblint.facts.edits.slips import differ_by_a_letter
from mblint.facts.way.resolution import Resolution
from mblint.globs import matches
from mblint.settings.tables import as_text, as_texts, load_table
from mblint.software.images import is_among, reference


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
    release = unrendered_release(namespace, cluster)
    if release is not None and not _is_slip(service, namespace, cluster):
        what = f"{release.id.kind} {release.id.name}"
        return Resolution("unknown", reason=f"{what} brings objects to {namespace} that the view does not hold")
    if (program := _made_by_a_program(service, cluster)) is not None:
        return Resolution("unknown", reason=f"{namespace}/{service} may be made by {program}, which the view runs")
    if (plane := _control_plane_elsewhere(service, cluster)) is not None:
        return Resolution("unknown", reason=f"{namespace}/{service} belongs to {plane}, which is installed by itself")
    return Resolution("unknown-service", reason=f"no Service {namespace}/{service}", missing=(namespace, service))


def _is_slip(service: str, namespace: str, cluster: Cluster) -> bool:
    """Whether the name is one letter away from that of a Service of the namespace, and like that of no release which
    the view lacks."""
    if is_like_a_release(service, namespace, cluster):
        return False
    return any(differ_by_a_letter(service, each.id.name) for each in services_in(cluster, namespace))


# ---------------------------------------------------------------- namespaces that are left out


def service_without_namespace(name: str, namespace: str, client: Workload, cluster: Cluster) -> Service | None:
    """The Service beside the client that `name.namespace` means, where both leave out the namespace that hosts say."""
    service = cluster.services.get((client.id.namespace, name))
    if service is None or namespace in cluster.namespaces or names_namespace(service):
        return None
    return None if names_namespace(client) else service


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
    return of.id.namespace == "default" and not names_namespace(of)


# ---------------------------------------------------------------- what operators make


class _Made(Struct, frozen=True):
    """Services that an operator makes for a kind. See the head of the table for the meaning of each field."""

    services: str
    named: str | None
    anywhere: bool


def _maker_of(service: str, namespace: str, cluster: Cluster) -> Other | None:
    """The custom resource of the namespace for which an operator makes a Service of this name."""
    made = (*_made(cluster).get(namespace, ()), *_made(cluster).get("", ()))
    return next((other for glob, other in made if matches(service, glob)), None)


@remembered
def _made(cluster: Cluster) -> Mapping[str, tuple[tuple[str, Other], ...]]:
    """By namespace: the Services that operators make, as globs; "": in whatever namespace the operator is."""
    found: defaultdict[str, list[tuple[str, Other]]] = defaultdict(list)
    for other in cluster.others:
        group = other.api_version.rpartition("/")[0]
        for made in _patterns().get((group, other.id.kind), ()):
            for named in texts_at(other.place.value, made.named) if made.named else (other.id.name,):
                glob = made.services.format(name=other.id.name, named=named)
                found["" if made.anywhere else other.id.namespace].append((glob, other))
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
def _patterns() -> Mapping[tuple[str, str], tuple[_Made, ...]]:
    found: defaultdict[tuple[str, str], list[_Made]] = defaultdict(list)
    for row in load_table("operator-services", "operators"):
        named, anywhere = as_text(row, "named"), row.get("anywhere") is True
        made = (_Made(services, named, anywhere) for services in str(row["services"]).split())
        found[str(row["group"]), str(row["kind"])].extend(made)
    return {key: tuple(made) for key, made in found.items()}


# ---------------------------------------------------------------- control planes of their own


def _control_plane_elsewhere(service: str, cluster: Cluster) -> str | None:
    """What brings a Service of this name, where that has a chart of its own and the view runs none of its images."""
    for globs, images, brings in _control_planes():
        if any(matches(service, glob) for glob in globs):
            return None if _runs_any(cluster, images) else brings
    return None


def _made_by_a_program(service: str, cluster: Cluster) -> str | None:
    """The program of the view that makes Services of such a name when it runs, as people set it up in its pages."""
    for row in load_table("operator-services", "programs"):
        globs = str(row["services"]).split()
        if any(matches(service, glob) for glob in globs) and _runs_any(cluster, as_texts(row, "images")):
            return str(row["makes"])
    return None


@remembered_each
def _runs_any(cluster: Cluster, images: tuple[str, ...]) -> bool:
    return any(
        is_among(reference(container.image), images) is not False
        for workload in cluster.workloads
        for container in workload.pod.containers
        if container.image
    )


@cache
def _control_planes() -> tuple[tuple[tuple[str, ...], tuple[str, ...], str], ...]:
    return tuple(
        (tuple(str(row["services"]).split()), as_texts(row, "images"), str(row["brings"]))
        for row in load_table("operator-services", "control-planes")
    )


# ---------------------------------------------------------------- releases that are not rendered


def unrendered_release(namespace: str, cluster: Cluster) -> Other | None:
    """An object that has a controller render a release into the namespace, of which the view holds nothing."""
    return next(iter(_unrendered(cluster).get(namespace, ())), None)


def is_like_a_release(name: str, namespace: str, cluster: Cluster) -> bool:
    """Whether a name of the namespace may come of a release that the view lacks, by the name of that."""
    releases = (release.id.name for release in _unrendered(cluster).get(namespace, ()))
    return any(one in name or name in one or differ_by_a_letter(name, one) for one in releases)


@remembered
def _unrendered(cluster: Cluster) -> Mapping[str, Sequence[Other]]:
    found: defaultdict[str, list[Other]] = defaultdict(list)
    for group, kind, into, named in _releases():
        for held in cluster.of_kind(kind, group):
            namespace = _first_text(held, into) or held.id.namespace
            names = {held.id.name, _first_text(held, named) or held.id.name, f"{namespace}-{held.id.name}"}
            if isinstance(held, Other) and not any((namespace, name) in _rendered(cluster) for name in names):
                found[namespace].append(held)
    return found


@remembered
def _rendered(cluster: Cluster) -> frozenset[tuple[str, str]]:
    """The releases that objects say they are of, with the namespaces of these."""
    return frozenset((obj.id.namespace, obj.release) for obj in cluster.objects.values() if obj.release is not None)


def _first_text(held: Object, paths: Sequence[str]) -> str | None:
    values = (held.place.at(*path.split(".")).value for path in paths)
    return next((value for value in values if isinstance(value, str) and value), None)


@cache
def _releases() -> tuple[tuple[str, str, tuple[str, ...], tuple[str, ...]], ...]:
    return tuple(
        (str(row["group"]), str(row["kind"]), as_texts(row, "into"), as_texts(row, "named"))
        for row in load_table("operator-services", "releases")
    )

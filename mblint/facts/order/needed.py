"""What the pods of a workload need before they can start, or before they can do their work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import ContainerRole, Object, ObjectId, Other, Service, Workload, account_of
from mblint.cluster.pod_fields import pod_fields
from mblint.cluster.remembered import remembered
from mblint.facts.callers.dependencies import find
from mblint.facts.credentials.used import used_by
from mblint.facts.order.waits import words_of
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.settings.server_table import product_of
from mblint.software.programs import Programs

PERMISSIONS = "its permissions"
_CALLS_THE_API = frozenset(("kubectl", "helm", "oc"))


class Needed(Struct, frozen=True, eq=False):
    """An object of the view that a workload needs. `how`: the setting or field that says so."""

    object: Object
    how: str
    place: Place
    sure: bool = True


def needed_by(world: World, workload: Workload) -> Iterator[Needed]:
    """What the kubelet and the API server ask for before a pod runs, then what its containers call."""
    cluster = world.cluster
    for used in used_by(workload):
        if not used.optional and (held := cluster.objects.get(_id(workload, used.kind, used.name))) is not None:
            yield Needed(held, used.setting, used.place)
    account = cluster.objects.get(ObjectId(workload.id.namespace, "ServiceAccount", account_of(workload)[1]))
    if account is not None and account.id.name != "default":
        yield Needed(account, "its service account", workload.pod.place.at("serviceAccountName"))
    for volume in workload.pod.volumes.values():
        claim = cluster.objects.get(_id(workload, "PersistentVolumeClaim", volume.claim or ""))
        if claim is not None:
            yield Needed(claim, f"volume {volume.name}", volume.place)
    yield from _pull_secrets(cluster, workload)
    if any(_CALLS_THE_API & set(words_of(container)) for container in workload.pod.containers):
        yield from _permissions(cluster, workload)


def _pull_secrets(cluster: Cluster, workload: Workload) -> Iterator[Needed]:
    for name, place in pod_fields(workload).image_pull_secrets:
        held = cluster.objects.get(_id(workload, "Secret", name))
        if held is not None:
            yield Needed(held, "imagePullSecrets", Place(place.document, place.path[:-1]), sure=False)


def _id(workload: Workload, kind: str, name: str) -> ObjectId:
    return ObjectId(workload.id.namespace, kind, name)


# ---------------------------------------------------------------- permissions


def _permissions(cluster: Cluster, workload: Workload) -> Iterator[Needed]:
    """The bindings of its service account, and the Roles that they bind: for pods that run kubectl."""
    for binding in _bindings(cluster).get(account_of(workload), ()):
        yield Needed(binding, PERMISSIONS, workload.pod.place.at("serviceAccountName"))
        kind, name = binding.place.at("roleRef", "kind").value, binding.place.at("roleRef", "name").value
        namespace = "" if kind == "ClusterRole" else binding.id.namespace
        role = cluster.objects.get(ObjectId(namespace, str(kind), str(name)))
        if role is not None:
            yield Needed(role, PERMISSIONS, workload.pod.place.at("serviceAccountName"))


@remembered
def _bindings(cluster: Cluster) -> Mapping[tuple[str, str], Sequence[Other]]:
    """By the namespace and name of a service account: what binds it."""
    found: defaultdict[tuple[str, str], list[Other]] = defaultdict(list)
    for other in cluster.others:
        if other.id.kind in ("RoleBinding", "ClusterRoleBinding"):
            for account in _subjects(other):
                found[account].append(other)
    return found


def _subjects(binding: Other) -> Iterator[tuple[str, str]]:
    subjects = binding.place.at("subjects").value
    for subject in subjects if isinstance(subjects, list) else ():
        if isinstance(subject, dict) and subject.get("kind") == "ServiceAccount":
            yield str(subject.get("namespace") or binding.id.namespace), str(subject.get("name"))


# ---------------------------------------------------------------- databases


class Called(Struct, frozen=True, eq=False):
    """A database that a container calls: its Service, the workload behind it, and the setting that names it."""

    service: Service
    server: Workload
    setting: str
    place: Place


def databases_of(world: World, workload: Workload) -> Sequence[Called]:
    """The databases that the containers of a workload call, each setting once."""
    return _databases(world).get(workload.id, ())


@remembered
def _databases(world: World) -> Mapping[ObjectId, Sequence[Called]]:
    found: defaultdict[ObjectId, list[Called]] = defaultdict(list)
    for each in find(world):
        server, service, client = each.reached.server, each.reached.service, each.destination.setting.workload
        if server is not None and service is not None and is_database(server, world.programs):
            setting = each.destination.setting
            found[client.id].append(Called(service, server, setting.label, setting.place))
    return found


def is_database(workload: Workload, programs: Programs) -> bool:
    """Whether one of its containers is a server of the table that keeps its data on a volume."""
    products = (
        product_of(each.image, programs) for each in workload.pod.containers if each.role is not ContainerRole.INIT
    )
    return any(product is not None and product.stored == "volume" for product in products)

"""What all objects of a namespace ask for together, against its ResourceQuota.

Counted is what is there for certain when everything runs: pods that last, by the replicas that the manifests say,
claims with those of templates, and objects by their number. Pods of Jobs come and go; a node more makes a DaemonSet ask
for more. Both only add.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from mblint.cluster.cluster import Cluster
from mblint.cluster.limit_ranges import asked, ranges_of
from mblint.cluster.objects import Object, Workload
from mblint.cluster.pod_fields import claim_of
from mblint.cluster.quantities import quantity
from mblint.cluster.services import services_in
from mblint.cluster.workloads_by_label import workloads_in
from mblint.facts.admission.amounts import COUNTED, of_pod
from mblint.facts.admission.rows import Quota
from mblint.facts.rows import Related

# As quotas name what they count (Kubernetes, "Resource Quotas", "Object Count Quota"), and the kinds behind it.
_KINDS: Mapping[str, tuple[str, str]] = {
    "services": ("Service", ""),
    "secrets": ("Secret", ""),
    "configmaps": ("ConfigMap", ""),
    "deployments.apps": ("Deployment", "apps"),
    "statefulsets.apps": ("StatefulSet", "apps"),
    "jobs.batch": ("Job", "batch"),
    "cronjobs.batch": ("CronJob", "batch"),
    "ingresses.networking.k8s.io": ("Ingress", "networking.k8s.io"),
}
_ONE_ON_A_NODE = "DaemonSet"


def too_much(cluster: Cluster, quota: Object, hard: Mapping[str, str]) -> Iterator[Quota]:
    """A row for each thing of which the namespace asks for more than its quota has."""
    for counted, most in hard.items():
        parts, whole = list(_parts(cluster, quota.id.namespace, counted)), quantity(most)
        together = sum((amount for _, amount in parts), Decimal(0))
        if whole is None or together <= whole or (len(parts) == 1 and _is_told(counted, *parts[0], whole)):
            continue
        yield Quota(
            object=quota.id,
            place=quota.place.at("spec", "hard", counted),
            related=tuple(
                Related(f"{held.id.kind} {held.id.name} asks for {_shown(counted, amount)}", held.place, held.id)
                for held, amount in sorted(parts, key=lambda part: -part[1])[:6]
            ),
            linted=quota.linted,
            verdict="too-much",
            refused=f"Not all of namespace {quota.id.namespace} is created",
            by=f"{quota.id.kind} {quota.id.name}",
            resource=counted,
            containers=(),
            problem=f"it allows {most} of {counted}, and {_who(parts)} {_shown(counted, together)}"
            + (" together" if len(parts) > 1 else ""),
        )


def _who(parts: Sequence[tuple[Object, Decimal]]) -> str:
    if len(parts) > 1:
        return f"{len(parts)} objects ask for"
    return f"{parts[0][0].id.kind} {parts[0][0].id.name} asks for"


def _is_told(counted: str, held: Object, amount: Decimal, whole: Decimal) -> bool:
    """Whether one pod alone is too large, which is told where it stands."""
    return counted in COUNTED and isinstance(held, Workload) and amount / _count(held) > whole


def _parts(cluster: Cluster, namespace: str, counted: str) -> Iterator[tuple[Object, Decimal]]:
    """Who asks for how much of it; nobody of whom nothing is known."""
    name = counted.removeprefix("count/")
    lasting = [each for each in workloads_in(cluster, namespace) if each.lasting]
    if counted in COUNTED:
        yield from _of_pods(cluster, lasting, *COUNTED[counted])
    elif name == "pods":
        yield from ((each, Decimal(_count(each))) for each in lasting if _count(each))
    elif name == "persistentvolumeclaims" or counted == "requests.storage":
        yield from _claims(cluster, namespace, lasting, sizes=counted == "requests.storage")
    elif name in ("services.loadbalancers", "services.nodeports"):
        yield from _services(cluster, namespace, ports=name == "services.nodeports")
    elif name in _KINDS:
        kind, group = _KINDS[name]
        yield from ((each, Decimal(1)) for each in cluster.of_kind(kind, group) if each.id.namespace == namespace)


def _of_pods(cluster: Cluster, lasting: list[Workload], part: str, name: str) -> Iterator[tuple[Object, Decimal]]:
    for workload in lasting:
        ranges = ranges_of(cluster, workload.id.namespace)
        wanted = [(each, asked(each, part, name, ranges)) for each in workload.pod.containers]
        amount = of_pod([(each, value) for each, value in wanted if value is not None])
        if amount is not None and amount > 0 and _count(workload):
            yield workload, amount * _count(workload)


def _claims(
    cluster: Cluster, namespace: str, lasting: list[Workload], *, sizes: bool
) -> Iterator[tuple[Object, Decimal]]:
    for claim in cluster.of_kind("PersistentVolumeClaim", ""):
        size = quantity(claim_of(claim).size)
        if claim.id.namespace == namespace and (size is not None or not sizes):
            yield claim, size if sizes and size is not None else Decimal(1)
    for workload in lasting:
        for template in workload.claims:
            size = quantity(claim_of(template).size)
            if _count(workload) and (size is not None or not sizes):
                yield workload, (size if sizes and size is not None else Decimal(1)) * _count(workload)


def _services(cluster: Cluster, namespace: str, *, ports: bool) -> Iterator[tuple[Object, Decimal]]:
    """Load balancers; or the ports of nodes that Services get, load balancers too unless they say otherwise."""
    for service in services_in(cluster, namespace):
        allocates = service.place.at("spec", "allocateLoadBalancerNodePorts").value is not False
        balances = service.type == "LoadBalancer"
        if balances and not ports:
            yield service, Decimal(1)
        elif ports and service.ports and (service.type == "NodePort" or (balances and allocates)):
            yield service, Decimal(len(service.ports))


def _count(workload: Workload) -> int:
    """How many pods there are to be."""
    return 1 if workload.replicas is None or workload.id.kind == _ONE_ON_A_NODE else workload.replicas


def _shown(counted: str, amount: Decimal) -> str:
    """An amount as people write it."""
    if counted.endswith(("memory", "storage")):
        gibibytes = amount / 2**30
        return f"{gibibytes:.3g} Gi" if gibibytes >= 1 else f"{amount / 2**20:.3g} Mi"
    return f"{amount.normalize():f}"

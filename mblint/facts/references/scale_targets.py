"""What autoscalers scale, and whether the metrics that they scale by can be worked out.

A metric of utilisation is a share of what containers request; a pod with a container that requests nothing has none,
and the autoscaler does nothing. Source: Kubernetes, "Horizontal Pod Autoscaling", "Algorithm details".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Container, ContainerRole, Object, Workload
from mblint.cluster.quantities import quantity
from mblint.cluster.remembered import remembered
from mblint.facts.edits.near_names import only_near
from mblint.facts.references.rows import ScaleTarget
from mblint.facts.rows import Related
from mblint.facts.way.unseen import unrendered_release
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.manifests.nodes import Node
from mblint.manifests.partial import read_parts
from mblint.remedies.rendered import put

_SCALERS = (("HorizontalPodAutoscaler", "autoscaling"), ("ScaledObject", "keda.sh"))
_SCALED = ("Deployment", "StatefulSet", "ReplicaSet", "ReplicationController")


class _Metric(Struct, frozen=True):
    """A share of a request. `container` None: of all containers of a pod. `share`: the percentage to hold."""

    name: str
    container: str | None
    place: Place
    share: int | None = None


class _Asked(Struct, frozen=True):
    """What an autoscaler says. `others`: it also scales by what is no share of a request."""

    kind: str
    name: str
    at: Place
    metrics: tuple[_Metric, ...]
    others: bool


def scale_targets(world: World) -> Iterator[ScaleTarget]:
    """A row for each autoscaler without a target, and for each metric that is a share of a request."""
    for kind, group in _SCALERS:
        for scaler in world.cluster.of_kind(kind, group):
            asked, partial = read_parts(scaler.node, _read_keda if group == "keda.sh" else _read)
            if asked is not None and not partial.flaws and asked.kind in _SCALED and asked.name:
                yield from _rows(world.cluster, scaler, asked)


def _read(node: Node) -> _Asked:
    spec = node.get("spec")
    target = spec.get("scaleTargetRef")
    metrics = [_metric(each) for each in spec.get("metrics").items()]
    return _Asked(
        target.get("kind").text() or "",
        target.get("name").text() or "",
        target.place,
        tuple(metric for metric in metrics if metric is not None)
        + _first_version(spec.get("targetCPUUtilizationPercentage")),
        others=None in metrics,
    )


def _metric(node: Node) -> _Metric | None:
    kind = node.get("type").text()
    source = node.get({"Resource": "resource", "ContainerResource": "containerResource"}.get(kind or "", "none"))
    share = source.get("target").get("averageUtilization").absent and source.get("targetAverageUtilization").absent
    if source.absent or share:
        return None
    written = source.get("target").get("averageUtilization")
    asked = source.get("targetAverageUtilization") if written.absent else written
    return _Metric(source.get("name").text() or "", source.get("container").text(), node.place, asked.integer())


def _first_version(node: Node) -> tuple[_Metric, ...]:
    return () if node.absent else (_Metric("cpu", None, node.place, node.integer()),)


def _read_keda(node: Node) -> _Asked:
    spec = node.get("spec")
    target = spec.get("scaleTargetRef")
    triggers = list(spec.get("triggers").items())
    shares = [
        each
        for each in triggers
        if each.get("type").text() in ("cpu", "memory")
        and (each.get("metricType").text() or each.get("metadata").get("type").text()) == "Utilization"
    ]
    return _Asked(
        target.get("kind").text() or "Deployment",
        target.get("name").text() or "",
        target.place,
        tuple(
            _Metric(each.get("type").text() or "", each.get("metadata").get("containerName").text(), each.place)
            for each in shares
        ),
        others=len(shares) < len(triggers),
    )


def _rows(cluster: Cluster, scaler: Object, asked: _Asked) -> Iterator[ScaleTarget]:
    workload = _workloads(cluster).get((scaler.id.namespace, asked.kind, asked.name))
    if workload is None:
        yield _without_target(cluster, scaler, asked)
        return
    defaults = _gives_requests(cluster, scaler.id.namespace)
    lacking = {
        metric: tuple(
            container.name for container in workload.pod.containers if _lacks(container, metric) and not defaults
        )
        for metric in asked.metrics
    }
    # A metric that cannot be worked out forbids to scale down; the others still scale up.
    effect = "never scales down" if asked.others or not all(lacking.values()) else "scales nothing"
    for metric, without in lacking.items():
        if (problem := _never(workload, metric)) is not None:
            yield _useless(scaler, workload, asked, metric, problem)
            continue
        yield ScaleTarget(
            object=scaler.id,
            place=metric.place,
            related=(Related("this is what it scales", workload.place, workload.id),),
            linted=scaler.linted,
            target=f"{asked.kind} {asked.name}",
            metric=metric.name,
            containers=without,
            effect=effect,
            problem=f"{_and(without)} {'requests' if len(without) == 1 else 'request'} no {metric.name}",
            verdict="no-request" if without else "works",
        )


def _never(workload: Workload, metric: _Metric) -> str | None:
    """Why a metric can never be worked out, or never lead to more pods; None where it can."""
    names = [each.name for each in workload.pod.containers if each.role is not ContainerRole.INIT]
    if metric.container is not None and metric.container not in names:
        return f"it measures the container {metric.container}, which the pods do not have"
    counted = [each for each in workload.pod.containers if each.name in names]
    counted = [each for each in counted if metric.container in (None, each.name)]
    most = [_share(each, metric.name) for each in counted]
    shares = [each for each in most if each is not None]
    if metric.share is None or len(shares) < len(most) or not shares:
        return None
    asked, limit = sum(each[0] for each in shares), sum(each[1] for each in shares)
    if metric.name != "cpu" or not asked or limit * 100 > asked * metric.share:
        return None
    return (
        f"the limits let its pods use no more than {int(limit * 100 / asked)} % of the {metric.name} that they request"
    )


def _share(container: Container, name: str) -> tuple[Decimal, Decimal] | None:
    """What a container requests, and its limit; None where one is not known, which may be without bounds."""
    limit = container.limits.get(name)
    asked = container.requests.get(name, limit)
    least, most = quantity(None if asked is None else asked.text), quantity(None if limit is None else limit.text)
    return None if least is None or most is None else (least, most)


def _useless(scaler: Object, workload: Workload, asked: _Asked, metric: _Metric, problem: str) -> ScaleTarget:
    return ScaleTarget(
        object=scaler.id,
        place=metric.place,
        related=(Related("this is what it scales", workload.place, workload.id),),
        linted=scaler.linted,
        target=f"{asked.kind} {asked.name}",
        metric=metric.name,
        effect="never adds a pod" if len(asked.metrics) == 1 and not asked.others else "has a metric without effect",
        problem=problem,
        verdict="no-share",
    )


def _lacks(container: Container, metric: _Metric) -> bool:
    """Whether a container asks for nothing of the metric; a limit is a request, where there is none."""
    counted = container.role is not ContainerRole.INIT and metric.container in (None, container.name)
    return counted and metric.name not in container.requests and metric.name not in container.limits


def _and(names: tuple[str, ...]) -> str:
    return " and ".join(names[:2]) if len(names) <= 2 else f"{names[0]} and {len(names) - 1} more containers"


def _without_target(cluster: Cluster, scaler: Object, asked: _Asked) -> ScaleTarget:
    namespace = scaler.id.namespace
    own = [name for within, kind, name in _workloads(cluster) if within == namespace and kind == asked.kind]
    release = unrendered_release(namespace, cluster)
    reason = None
    if release is not None:
        reason = f"{release.id.kind} {release.id.name} brings objects to {namespace} that the view does not hold"
    elif not any(within == namespace for within, _, _ in _workloads(cluster)):
        reason = f"the view has no workload of {namespace}"
    nearest = only_near(asked.name, own) if reason is None else None
    edits = () if nearest is None or not isinstance(asked.at.value, dict) else (put(scaler, asked.at, "name", nearest),)
    return ScaleTarget(
        object=scaler.id,
        place=asked.at.at("name"),
        linted=scaler.linted,
        edits=edits,
        target=f"{asked.kind} {asked.name}",
        nearest=f"{asked.kind} {nearest}" if nearest is not None else None,
        problem=f"there is no {asked.kind} {asked.name}",
        verdict="no-target" if reason is None else "unknown",
        reason=reason,
    )


def _gives_requests(cluster: Cluster, namespace: str) -> bool:
    """Whether a LimitRange of the namespace fills in requests."""
    ranges = (each for each in cluster.of_kind("LimitRange", "") if each.id.namespace == namespace)
    limits = (each.place.at("spec", "limits").value for each in ranges)
    return any(
        isinstance(row, dict) and (row.get("defaultRequest") or row.get("default"))
        for rows in limits
        if isinstance(rows, list)
        for row in rows
    )


@remembered
def _workloads(cluster: Cluster) -> Mapping[tuple[str, str, str], Workload]:
    """Workloads by namespace, kind and name."""
    return {(each.id.namespace, each.id.kind, each.id.name): each for each in cluster.workloads}

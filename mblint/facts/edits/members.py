"""A Service that selects Jobs, too: a label that only its own pods carry, for them and for its selector.

The label's key is one that no pod carries and no selector names, so that nothing else selects other pods than before.
The selector of a Deployment cannot be changed, and stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Service, Workload
from mblint.cluster.policies.objects import Selector
from mblint.cluster.remembered import remembered
from mblint.facts.edits.near_rules import labelled
from mblint.manifests.documents import Value
from mblint.remedies.edits import Edit
from mblint.remedies.rendered import owner, put

_KEY, _VALUE = "app.kubernetes.io/component", "server"
_LIMIT = 63  # characters of a label's key


def apart_from_jobs(cluster: Cluster, service: Service, lasting: Sequence[Workload]) -> tuple[Edit, ...]:
    """The label for the pods that last, and for the selector; none where one of them is not ours to change."""
    fixed = ("Pod", "ReplicaSet")  # what runs of these keeps its labels
    if any(owner(cluster, one.place) is not one or one.id.kind in fixed for one in (service, *lasting)):
        return ()
    key, value = _unused(cluster, service)
    pods = (labelled(workload, key, value) for workload in lasting)
    return (*pods, put(service, service.place.at("spec", "selector"), key, value))


def _unused(cluster: Cluster, service: Service) -> tuple[str, str]:
    known = _keys(cluster)
    if _KEY not in known:
        return _KEY, _VALUE
    key = f"serves-{service.id.name}"[:_LIMIT].rstrip("-.")
    return (key, "true") if key not in known else (f"{key[: _LIMIT - 5]}-pods", "true")


@remembered
def _keys(cluster: Cluster) -> frozenset[str]:
    """Every key that a pod carries, or that a selector of this view names."""
    return frozenset(_all_keys(cluster))


def _all_keys(cluster: Cluster) -> Iterator[str]:
    for workload in cluster.workloads:
        yield from workload.pod.labels
    for service in cluster.services.values():
        yield from service.selector
    for policy in cluster.policies:
        yield from _of(policy.selector)
        for rule in (*(policy.egress or ()), *(policy.ingress or ())):
            for peer in rule.peers or ():
                yield from _of(peer.pods)
    for other in (*cluster.others, *cluster.plugin_policies, *cluster.unmodelled_policies, *cluster.admin_policies):
        yield from _written(other.place.value, depth=8)


def _of(selector: Selector | None) -> Iterator[str]:
    if selector is not None:
        yield from selector.labels
        yield from (requirement.key for requirement in selector.expressions)


def _written(value: Value, depth: int) -> Iterator[str]:
    """All keys, and all texts that may name one, in objects whose selectors are not read."""
    if depth == 0:
        return
    if isinstance(value, dict):
        yield from value
        for inner in value.values():
            yield from _written(inner, depth - 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _written(inner, depth - 1)
    elif isinstance(value, str) and _KEY in value:
        yield _KEY

"""Workloads as people name them: `web`, `shop/web`, `Deployment/web`, `shop/deploy/web`."""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Workload

_SHORT_KINDS = {  # as `kubectl api-resources` lists them
    "po": "pod",
    "deploy": "deployment",
    "sts": "statefulset",
    "ds": "daemonset",
    "rs": "replicaset",
    "rc": "replicationcontroller",
    "cj": "cronjob",
}


def workloads_named(cluster: Cluster, name: str) -> tuple[Workload, ...]:
    """The workloads that `[ns/][Kind/]name` means, in the order of their ids; several where it says too little.

    Of two parts the first is a namespace or a kind. Kinds are read as kubectl reads them: any case, plural, short.
    """
    *before, last = name.split("/")
    found = [workload for workload in cluster.workloads if workload.id.name == last and _fits(workload, before)]
    return tuple(sorted(found, key=lambda workload: workload.id))


def workloads_like(cluster: Cluster, name: str) -> tuple[Workload, ...]:
    """The workloads that a misspelt name may mean, the most similar first; those of the given namespace before all."""
    from difflib import get_close_matches  # noqa: PLC0415  only for what is a mistake

    *before, last = name.split("/")
    names = dict.fromkeys(workload.id.name for workload in cluster.workloads)
    similar = [last] * (last in names) + get_close_matches(last, names, n=3, cutoff=0.6)
    similar += [known for known in names if last and last in known][:3]
    rank = {known: number for number, known in reversed(list(enumerate(similar)))}
    found = [workload for workload in cluster.workloads if workload.id.name in rank]
    return tuple(sorted(found, key=lambda each: (rank[each.id.name], not _fits(each, before), each.id)))


def _fits(workload: Workload, before: list[str]) -> bool:
    match before:
        case []:
            return True
        case [one]:
            return one == workload.id.namespace or _is_kind(one, workload)
        case [namespace, kind]:
            return namespace == workload.id.namespace and _is_kind(kind, workload)
    return False


def _is_kind(word: str, workload: Workload) -> bool:
    return workload.id.kind.lower() in _kinds(word.lower())


def _kinds(word: str) -> Iterator[str]:
    yield word
    yield word.removesuffix("s")
    yield _SHORT_KINDS.get(word, word)

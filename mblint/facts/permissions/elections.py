"""What controllers ask of the Kubernetes API to elect one of their pods as the leader.

They read a Lease, create it where there is none, and update it (rules/tables/leader-election.yaml says when). Until
controller-runtime 0.12 they did so with ConfigMaps, too: an account that may make those, and nothing with Leases, is of
such a controller, and is not judged.
Source: https://github.com/kubernetes/client-go/blob/v0.37.0/tools/leaderelection/resourcelock/leaselock.go
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Container, TextAt, Workload, account_of
from mblint.facts.permissions.commands import Request
from mblint.facts.permissions.grants import Granted, granted_to
from mblint.facts.permissions.resources import Resource
from mblint.settings.elections import Election, elections, is_on, word_of

_LEASES = Resource("leases", "coordination.k8s.io")
_VERBS = ("get", "create", "update")
_EARLIER = ("configmaps", "endpoints")


def requests_of_elections(cluster: Cluster) -> Iterator[tuple[Workload, Container, Request]]:
    """Each request, with the container that makes it. Accounts whose Roles the view lacks are left out."""
    for workload in cluster.workloads:
        for container in workload.pod.containers:
            for election in elections():
                written = word_of(container, election.option)
                if written is None or not is_on(written, election.option):
                    continue
                lock = election.lock and _value(container, election.lock)
                if lock in (None, "", "leases"):
                    namespace = _namespace(container, election, workload.id.namespace)
                    granted = granted_to(cluster, account_of(workload))
                    if namespace is not None and granted.roles and _judged(granted, namespace):
                        yield workload, container, _request(election, written, namespace)


def _request(election: Election, written: TextAt, namespace: str) -> Request:
    return Request(f"a leader election (--{election.option})", _LEASES, _VERBS, written.place, namespace=namespace)


def _judged(granted: Granted, namespace: str) -> bool:
    if any(_allows(granted, _LEASES.group, _LEASES.name, verb, namespace) for verb in _VERBS):
        return True
    return not any(_allows(granted, "", earlier, "create", namespace) for earlier in _EARLIER)


def _allows(granted: Granted, group: str, resource: str, verb: str, namespace: str) -> bool:
    return any(
        rule.namespace in (None, namespace) and rule.allows(group, resource, verb, None) for rule in granted.rules
    )


def _namespace(container: Container, election: Election, own: str) -> str | None:
    """Where the Lease is; None where nobody can tell."""
    for option in election.namespace:
        said = _value(container, option)
        if said and not said.startswith("$("):
            return said
        if said and "NAMESPACE" not in said:
            return None
    return own


def _value(container: Container, option: str) -> str | None:
    said = word_of(container, option)
    return None if said is None else said.text.partition("=")[2]

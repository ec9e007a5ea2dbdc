"""Whether pods get the token of their service account, by which they speak to the Kubernetes API.

Source: https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#opt-out-of-api-credential-automounting
"""

from __future__ import annotations

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Workload, account_of
from mblint.cluster.pod_fields import pod_fields
from mblint.manifests.documents import Place
from mblint.manifests.partial import read_parts

_FIELD = "automountServiceAccountToken"


def token_refused_at(cluster: Cluster, workload: Workload) -> Place | None:
    """Where it is said that its pods get none; None where they do: by default, or as a projected volume."""
    refused = _said_at(cluster, workload)
    if refused is None or any("serviceAccountToken" in str(each.place.value) for each in workload.pod.volumes.values()):
        return None
    return refused


def _said_at(cluster: Cluster, workload: Workload) -> Place | None:
    """The field that is false; the pod's own word counts more than its account's."""
    own = pod_fields(workload).automount_service_account_token
    if own is not None:
        return None if own else workload.pod.place.at(_FIELD)
    account = account_of(workload)
    for held in cluster.of_kind("ServiceAccount", ""):
        if (held.id.namespace, held.id.name) == account:
            mounts, _ = read_parts(held.node, lambda node: node.get(_FIELD).boolean())
            return held.place.at(_FIELD) if mounts is False else None
    return None

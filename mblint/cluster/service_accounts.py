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
    if any("serviceAccountToken" in str(volume.place.value) for volume in workload.pod.volumes.values()):
        return None
    own = pod_fields(workload).automount_service_account_token
    if own is not None:
        return workload.pod.place.at(_FIELD) if own is False else None
    account = account_of(workload)
    for held in cluster.of_kind("ServiceAccount", ""):
        if (held.id.namespace, held.id.name) == account:
            mounts, _ = read_parts(held.node, lambda node: node.get(_FIELD).boolean())
            return held.place.at(_FIELD) if mounts is False else None
    return None

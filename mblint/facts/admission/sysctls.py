"""Settings of the kernel that pods ask for and that the kubelet of their node refuses.

It takes the safe ones of its list, and others only where it is told to (--allowed-unsafe-sysctls). What the kernel does
not keep apart by namespace can be set for no pod, and on the node's network none of its settings.
Sources: https://docs.redhat.com/ko/documentation/openshift_container_platform/4.16/html/nodes/nodes-containers-sysctls;
https://github.com/kubernetes/kubernetes/blob/v1.26.11/pkg/kubelet/sysctl/safe_sysctls.go; the list of the Pod Security
Standards, which is the same (rules/tables/pod-security.yaml).
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.objects import Workload
from mblint.facts.admission.pod_security import safe_sysctls
from mblint.facts.admission.rows import Sysctl
from mblint.facts.world import World
from mblint.manifests.documents import Place

# The kernel keeps these apart for each pod: those of IPC, and most of the network's.
_KEPT_APART = ("kernel.shm", "kernel.msg", "kernel.sem", "fs.mqueue.", "net.")


def sysctls(world: World) -> Iterator[Sysctl]:
    """A row for each setting of a pod template that is refused, or is unless the node allows it."""
    for workload in world.cluster.workloads:
        listed = workload.pod.place.at("securityContext", "sysctls")
        for index, entry in enumerate(listed.value if isinstance(listed.value, list) else ()):
            name = entry.get("name") if isinstance(entry, dict) else None
            if isinstance(name, str) and name:
                found = _refused(workload, name.replace("/", "."))
                if found is not None:
                    yield _row(workload, name, listed.at(index, "name"), *found)


def _refused(workload: Workload, name: str) -> tuple[str, str] | None:
    if not name.startswith(_KEPT_APART):
        return "never", "the kernel has one of it for the whole node"
    if name.startswith("net.") and workload.pod.host_network:
        return "never", "the pod is on the network of its node"
    return None if name in safe_sysctls() else ("unsafe", "it is none of the safe ones")


def _row(workload: Workload, name: str, place: Place, verdict: str, because: str) -> Sysctl:
    return Sysctl(
        object=workload.id,
        place=place,
        linted=workload.linted,
        name=name,
        because=because,
        verdict=verdict,
    )

"""Why mblint and netpol-analyzer may differ on purpose, as far as the manifests show it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.manifests.documents import Value
from mblint.manifests.read import Manifests

_NETWORKS = ("UserDefinedNetwork", "ClusterUserDefinedNetwork", "NetworkAttachmentDefinition", "MultiNetworkPolicy")


class Known(Struct, frozen=True):
    """What explains differences. `names`: by id of a workload the name that netpol-analyzer has for it."""

    names: Mapping[str, str]
    shared: frozenset[str]  # names of several workloads, of which netpol-analyzer keeps one
    host_network: frozenset[str]
    managed: frozenset[str]  # names for pods that mblint counts to a workload of the view
    networks: bool
    virtual_machines: bool
    broken: bool  # documents that are no YAML: mblint reports them, and reads the others

    def cause(self, source: str, target: str) -> str:
        """Of a difference between two ends; "unexplained" where it has none."""
        ends = {source, target}
        if "{ingress-controller}" in ends:
            return "its own node for ingress controllers"
        if self.virtual_machines and any("VirtualMachine" in end or "/virt-launcher-" in end for end in ends):
            return "virtual machines"
        if self.networks:
            return "secondary and user-defined networks"
        if ends & self.shared:
            return "pods of one owner are one node"
        if ends & self.host_network:
            return "hostNetwork"
        if ends & self.managed:
            return "pods beside the workload that manages them are that workload"
        if self.broken:
            return "what follows a broken document"
        return "unexplained"


def known(read: Manifests, cluster: Cluster) -> Known:
    """Reads what the cluster view does not keep: who owns a pod, and kinds that mblint does not model."""
    objects = [each for document in read.documents for each in _opened(document.value)]
    kinds = {each.get("kind") for each in objects}
    owners = {_id(each): owner for each in objects if each.get("kind") == "Pod" and (owner := _owner(each))}
    names = {str(workload.id): owners.get(str(workload.id), str(workload.id)) for workload in cluster.workloads}
    often = Counter(names.values())
    here = {str(workload.id) for workload in cluster.workloads}
    return Known(
        names,
        frozenset(name for name, number in often.items() if number > 1),
        frozenset(names[str(workload.id)] for workload in cluster.workloads if workload.pod.host_network),
        frozenset(owner for pod, owner in owners.items() if pod not in here),
        any(kind in kinds for kind in _NETWORKS),
        "VirtualMachine" in kinds or any("/virt-launcher-" in name for name in names),
        bool(read.errors),
    )


def _opened(value: Value) -> list[dict[str, Value]]:
    if not isinstance(value, dict):
        return []
    items, kind = value.get("items"), str(value.get("kind", ""))
    if kind.endswith("List") and isinstance(items, list):
        return [{"kind": kind.removesuffix("List"), **each} for each in items if isinstance(each, dict)]
    return [value]


def _metadata(each: Mapping[str, Value]) -> dict[str, Value]:
    metadata = each.get("metadata")
    return metadata if isinstance(metadata, dict) else {}


def _id(each: Mapping[str, Value]) -> str:
    metadata = _metadata(each)
    return f"{metadata.get('namespace') or 'default'}/{each.get('kind')}/{metadata.get('name')}"


def _owner(each: Mapping[str, Value]) -> str | None:
    """The name that netpol-analyzer has for a pod with an owner."""
    owners = _metadata(each).get("ownerReferences")
    first = owners[0] if isinstance(owners, list) and owners else None
    if not isinstance(first, dict) or first.get("kind") == "Node":
        return None
    return f"{_metadata(each).get('namespace') or 'default'}/{first.get('kind') or 'Pod'}/{first.get('name')}"

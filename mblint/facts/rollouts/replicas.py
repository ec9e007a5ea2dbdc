"""How many pods of a workload there are to be, and how they replace each other."""

from __future__ import annotations

from math import ceil

from mblint.cluster.objects import Workload
from mblint.cluster.pod_fields import pod_fields, roll_out

_ONE_NODE = "kubernetes.io/hostname"


def replicas_of(workload: Workload) -> int:
    """The replicas that the manifest asks for; 1 where it says nothing, as the API server fills in."""
    return 1 if workload.replicas is None else workload.replicas


def strategy_of(workload: Workload) -> str:
    """How its pods are replaced; the API server fills in RollingUpdate."""
    return roll_out(workload).strategy or "RollingUpdate"


def surge_of(workload: Workload) -> int:
    """How many pods a roll-out starts before any old one may end: a Deployment's; nobody else starts any.

    None where an old pod may be unavailable: that one goes at once, and makes room.
    """
    if workload.id.kind != "Deployment" or strategy_of(workload) != "RollingUpdate":
        return 0
    asked = roll_out(workload)
    if _rounded_down("25%" if asked.max_unavailable is None else asked.max_unavailable, replicas_of(workload)):
        return 0
    return share_of("25%" if asked.max_surge is None else asked.max_surge, replicas_of(workload))


def _rounded_down(asked: int | str, replicas: int) -> int:
    """As Kubernetes rounds what may be unavailable during a roll-out."""
    return asked if isinstance(asked, int) else -share_of(asked, -replicas)


def share_of(asked: int | str, replicas: int) -> int:
    """A number of pods, or a percentage of them, rounded up, as Kubernetes rounds surges and budgets."""
    if isinstance(asked, int):
        return asked
    percent = asked.removesuffix("%")
    return ceil(int(percent) * replicas / 100) if percent.isdigit() else 0


def on_one_node(workload: Workload) -> bool:
    """Whether all its pods go to the one node that it names."""
    return _ONE_NODE in pod_fields(workload).node_selector


def spread(workload: Workload) -> bool:
    """Whether it asks for its pods to be on different nodes."""
    fields = pod_fields(workload)
    spreading = any(each.get("topologyKey").value == _ONE_NODE for each in fields.topology_spread)
    return spreading or fields.affinity.place.at("podAntiAffinity").value is not None

"""Views of plugin policies: as the engine has them, and as a plain reading judges the two sides of a connection."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import assume

from mblint.cluster.build import build_cluster
from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Workload
from mblint.cluster.policies.objects import Direction
from mblint.manifests.documents import Document

from .agreement import End, SideAllows
from .plain_objects import Manifest, Peer

_UNDECIDED = "toServices that select no Service of the render, beside ports"

# The manifests, the judged side, its peer, direction, protocol, port.
PlainReading = Callable[[list[Manifest], Peer, Peer, str, str, int], bool]


def modelled_cluster(objects: list[Manifest]) -> Cluster:
    """A cluster of which every policy is modelled. Drawn objects may hold the one thing that no reading decides."""
    cluster = build_cluster(Document("-", "", 1, value, None, True) for value in objects)
    assert not cluster.invalid
    left_open = [policy.field for policy in cluster.unmodelled_policies]
    assume(not any(field is not None and field.endswith(_UNDECIDED) for field in left_open))
    assert left_open == []
    return cluster


def plainly(objects: list[Manifest], reading: PlainReading) -> SideAllows:
    """The reading, asked by workloads and addresses."""
    pods = {one["metadata"]["name"]: one for one in objects if one["kind"] == "Pod"}

    def peer(end: End) -> Peer:
        return pods[end.id.name] if isinstance(end, Workload) else end

    def allows(judged: End, other: End, direction: Direction, protocol: str, port: int) -> bool:
        return reading(objects, peer(judged), peer(other), direction.value, protocol, port)

    return allows

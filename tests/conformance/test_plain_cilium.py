"""The engine agrees with a plain reading of Cilium's policies, for every pair, port and protocol."""

from __future__ import annotations

from hypothesis import given, settings

from mblint.cluster.build import build_cluster
from mblint.cluster.cluster import Cluster
from mblint.cluster.engine.decision import Outcome
from mblint.cluster.objects import Workload
from mblint.cluster.policies.objects import Direction
from mblint.manifests.documents import Document

from .agreement import End, Ports, SideAllows, contradicts, decisions, disagreements
from .plain_cilium import side_allows
from .plain_objects import Manifest, Peer
from .random_cilium import cilium_views
from .random_plugin_objects import some_ports

EXAMPLES = settings().max_examples  # 100, but where a profile says otherwise: benchmarks/mutation


def _cluster(objects: list[Manifest]) -> Cluster:
    cluster = build_cluster(Document("-", "", 1, value, None, True) for value in objects)
    assert not cluster.invalid
    assert [policy.field for policy in cluster.unmodelled_policies] == []
    return cluster


def _plain(objects: list[Manifest]) -> SideAllows:
    pods = {one["metadata"]["name"]: one for one in objects if one["kind"] == "Pod"}

    def peer(end: End) -> Peer:
        return pods[end.id.name] if isinstance(end, Workload) else end

    def allows(judged: End, other: End, direction: Direction, protocol: str, port: int) -> bool:
        return side_allows(objects, peer(judged), peer(other), direction.value, protocol, port)

    return allows


@settings(max_examples=EXAMPLES * 3 // 5, deadline=None)
@given(cilium_views(), some_ports)
def test_ciliums_policies_mean_what_a_plain_reading_says(objects: list[Manifest], asked: Ports) -> None:
    assert disagreements(_cluster(objects), _plain(objects), asked) == []


@settings(max_examples=EXAMPLES * 2 // 5, deadline=None)
@given(cilium_views(), some_ports)
def test_single_answers_are_those_of_the_plain_reading(objects: list[Manifest], asked: Ports) -> None:
    """Certain all of them, but where a pod of the host's network arrives as a node."""
    plain = _plain(objects)
    for judged, peer, direction, protocol, port, decision in decisions(_cluster(objects), asked):
        where = f"{judged} {direction} {peer} {protocol}/{port}"
        assert not contradicts(decision, plain(judged, peer, direction, protocol, port)), where
        assert peer.pod.host_network or decision.outcome is not Outcome.UNKNOWN, where

"""The engine agrees with a plain reading of Cilium's policies, for every pair, port and protocol."""

from __future__ import annotations

from hypothesis import given, settings

from mblint.cluster.engine.decision import Outcome

from .agreement import Ports, contradicts, decisions, disagreements
from .plain_cilium import side_allows
from .plain_objects import Manifest
from .plain_plugins import modelled_cluster, plainly
from .random_cilium import cilium_views
from .random_plugin_objects import some_ports

EXAMPLES = settings().max_examples  # 100, but where a profile says otherwise: benchmarks/mutation


@settings(max_examples=EXAMPLES * 3 // 5, deadline=None)
@given(cilium_views(), some_ports)
def test_ciliums_policies_mean_what_a_plain_reading_says(objects: list[Manifest], asked: Ports) -> None:
    assert disagreements(modelled_cluster(objects), plainly(objects, side_allows), asked) == []


@settings(max_examples=EXAMPLES * 2 // 5, deadline=None)
@given(cilium_views(), some_ports)
def test_single_answers_are_those_of_the_plain_reading(objects: list[Manifest], asked: Ports) -> None:
    """Certain all of them, but where a pod of the host's network arrives as a node."""
    plain = plainly(objects, side_allows)
    for judged, peer, direction, protocol, port, decision in decisions(modelled_cluster(objects), asked):
        where = f"{judged} {direction} {peer} {protocol}/{port}"
        assert not contradicts(decision, plain(judged, peer, direction, protocol, port)), where
        assert peer.pod.host_network or decision.outcome is not Outcome.UNKNOWN, where

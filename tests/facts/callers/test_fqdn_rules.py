"""Rules of Cilium's policies for names, of policies that cannot be read as a whole."""

import pytest
from msgspec.structs import replace

from mblint.cluster.build import build_cluster
from mblint.facts.callers.fqdn_rules import names_rules
from mblint.manifests.read import read_text
from tests.facts.worlds import pods, world

POLICY = """
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: shop}
"""
RULE = "endpointSelector: {matchLabels: {app: shop}}, egress: [{toFQDNs: [{matchName: pay.example.org}]}]"


def test_a_rule_for_a_name_is_read_from_spec_and_specs() -> None:
    read = world(pods(name="shop") + POLICY + f"spec: {{{RULE}}}\nspecs: [{{{RULE}}}]\n")
    assert [row.object.name for row in names_rules(read)] == ["shop", "shop"]


@pytest.mark.parametrize(
    "broken",
    [
        f"specs: {{{RULE}}}",
        "spec: {endpointSelector: {}, egress: {toFQDNs: x}}",
        "spec: {endpointSelector: {}, egress: [x]}",
        "spec: [1]",
        "specs: [1, [2]]",
    ],
)
def test_what_cannot_be_read_is_left_out(broken: str) -> None:
    cluster = build_cluster(read_text(pods(name="shop") + POLICY + broken + "\n").documents)
    assert cluster.invalid
    assert list(names_rules(replace(world(""), cluster=cluster))) == []

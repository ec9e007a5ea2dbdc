"""Ports by name: what the destination's pods call so, of the protocol that is asked for."""

from __future__ import annotations

from mblint.cluster.engine.rule_ports import (
    covers_by_number,
    has_named_ports,
    named_ports_at,
    numbered_ports,
    rule_ports,
)
from mblint.cluster.policies.objects import AdminPolicy, NetworkPolicy

from .views import view, workload

POD = """
---
apiVersion: v1
kind: Pod
metadata: {name: server}
spec:
  containers:
    - name: one
      image: example
      ports: [{name: web, containerPort: 8080}, {name: dns, containerPort: 53, protocol: UDP}]
    - {name: two, image: example, ports: [{name: dns, containerPort: 5353}]}
"""
POLICY = """
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p}
spec: {ingress: [{ports: %s}]}
"""
ADMIN = """
---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: p}
spec: {priority: 1, subject: {namespaces: {}}, ingress: [{action: Deny, from: [{namespaces: {}}], ports: %s}]}
"""


def _names(text: str) -> list[str]:
    cluster = view(POD + text)
    policies: tuple[NetworkPolicy | AdminPolicy, ...] = (*cluster.policies, *cluster.admin_policies)
    (rule,) = policies[0].ingress or ()
    assert has_named_ports(rule)
    return rule_ports(rule, workload(cluster, "server")).names()


def test_several_names_add_up() -> None:
    assert _names(POLICY % "[{port: web}, {port: dns, protocol: UDP}]") == ["TCP/8080", "UDP/53"]
    assert _names(POLICY % "[{port: dns}, {port: web}, {port: 81}]") == ["TCP/81", "TCP/5353", "TCP/8080"]


def test_a_name_that_the_pods_do_not_have_adds_nothing() -> None:
    assert _names(POLICY % "[{port: web, protocol: SCTP}, {port: 81}]") == ["TCP/81"]


def test_admin_policies_name_ports_of_any_protocol() -> None:
    assert _names(ADMIN % "[{namedPort: dns}]") == ["TCP/5353", "UDP/53"]


def test_a_rule_without_names_covers_the_same_ports_everywhere() -> None:
    cluster = view(POD + POLICY % "[{port: 80, endPort: 90}, {protocol: SCTP}]")
    (rule,) = cluster.policies[0].ingress or ()
    assert not has_named_ports(rule)
    assert numbered_ports(rule).names() == ["SCTP/1-65535", "TCP/80-90"]
    assert not named_ports_at(rule, workload(cluster, "server"))


def test_a_rule_of_all_ports_covers_what_is_one() -> None:
    cluster = view(POD + POLICY.replace("{ports: %s}", "{}"))
    (rule,) = cluster.policies[0].ingress or ()
    assert covers_by_number(rule, 65535, "UDP")
    assert not covers_by_number(rule, 65536, "UDP")
    assert not covers_by_number(rule, 80, "ICMP")

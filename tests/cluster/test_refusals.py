# ruff: noqa: E501
"""What is said of a policy that the API server refuses: the field at fault, and what it must be instead."""

from __future__ import annotations

import pytest

from .views import view

_NETWORK_POLICY = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec: "
_ALPHA1 = "apiVersion: policy.networking.k8s.io/v1alpha1\nkind: %s\nmetadata: {name: p}\nspec: "
_ALPHA2 = "apiVersion: policy.networking.k8s.io/v1alpha2\nkind: ClusterNetworkPolicy\nmetadata: {name: p}\nspec: "


def _said(text: str) -> str:
    (wrong,) = view(text).invalid
    return wrong.message


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("{policyTypes: [ingress]}", "policyTypes must be Ingress or Egress, not ingress"),
        ("{policyTypes: [Ingress, Egress, Ingress]}", "policyTypes has at most two entries"),
        ("{podSelector: {matchExpressions: [{key: a, operator: Is}]}}", "operator must be In, NotIn, Exists or DoesNotExist, not Is"),
        ("{podSelector: {matchExpressions: [{key: a, operator: In}]}}", "values is required where the operator is In"),
        ("{podSelector: {matchExpressions: [{key: a, operator: Exists, values: [b]}]}}", "values must be empty where the operator is Exists"),
        ("{ingress: [{from: [{}]}]}", "a peer needs a podSelector, a namespaceSelector or an ipBlock"),
        ("{ingress: [{from: [{podSelector: {}, ipBlock: {cidr: 10.0.0.0/8}}]}]}", "a peer cannot have an ipBlock beside selectors"),
        ("{ingress: [{from: [{ipBlock: {cidr: 10.0.0.0}}]}]}", "'10.0.0.0' is no address range"),
        ("{ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [11.0.0.0/9]}}]}]}", "except must be inside of 10.0.0.0/8, and smaller"),
        ("{ingress: [{ports: [{port: 0}]}]}", "0 is no port: ports are 1 to 65535"),
        ("{ingress: [{ports: [{port: 80, protocol: tcp}]}]}", "protocol must be TCP, UDP or SCTP, not tcp"),
        ("{ingress: [{ports: [{port: 80, endPort: 79}]}]}", "endPort needs a numeric port that is not above it"),
        ("{ingress: [{ports: [{port: '80'}]}]}", "'80' is no name of a port: at most 15 of a-z, 0-9 and -, with a letter"),
    ],
)  # fmt: skip
def test_of_a_network_policy(spec: str, message: str) -> None:
    assert _said(_NETWORK_POLICY + spec) == message


@pytest.mark.parametrize(
    ("kind", "spec", "message"),
    [
        ("AdminNetworkPolicy", "subject: {namespaces: {}}", "priority is required"),
        ("AdminNetworkPolicy", "priority: 1001, subject: {namespaces: {}}", "priority must be 0 to 1000, not 1001"),
        ("AdminNetworkPolicy", "priority: 1, subject: {}", "a subject needs exactly one of namespaces and pods"),
        ("BaselineAdminNetworkPolicy", "subject: {namespaces: {}}", 'a BaselineAdminNetworkPolicy must be named "default"'),
    ],
)  # fmt: skip
def test_of_an_admin_policy(kind: str, spec: str, message: str) -> None:
    assert _said(f"{_ALPHA1 % kind}{{{spec}}}") == message


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("{action: Accept, to: [{namespaces: {}}]}", "action must be Allow, Deny, Pass, not Accept"),
        ("{action: Deny}", "to is required, with at least one peer"),
        ("{action: Deny, to: [{}]}", "a peer needs exactly one of namespaces and pods"),
        ("{action: Deny, to: [{namespaces: {}, networks: ['::/0']}]}", "a peer needs exactly one field"),
        ("{action: Deny, to: [{namespaces: {}}], ports: []}", "ports needs at least one entry where it is set"),
        ("{action: Deny, to: [{namespaces: {}}], ports: [{}]}", "a port needs exactly one of portNumber, portRange and namedPort"),
        ("{action: Deny, to: [{namespaces: {}}], ports: [{portNumber: {}}]}", "port is required"),
        ("{action: Deny, to: [{namespaces: {}}], ports: [{portRange: {end: 2}}]}", "start is required"),
        ("{action: Deny, to: [{namespaces: {}}], ports: [{portRange: {start: 2}}]}", "end is required"),
        ("{action: Deny, to: [{namespaces: {}}], ports: [{portRange: {start: 9, end: 2}}]}", "end must not be below start"),
    ],
)  # fmt: skip
def test_of_a_rule_of_an_admin_policy(rule: str, message: str) -> None:
    spec = f"{{priority: 1, subject: {{namespaces: {{}}}}, egress: [{rule}]}}"
    assert _said(_ALPHA1 % "AdminNetworkPolicy" + spec) == message


@pytest.mark.parametrize(
    ("rest", "message"),
    [
        ("tier: Middle", "tier must be Admin or Baseline, not Middle"),
        ("tier: Admin, ingress: [{action: Allow, from: [{namespaces: {}}]}]", "action must be Accept, Deny, Pass, not Allow"),
        ("tier: Admin, ingress: [{action: Deny, from: [{networks: [10.0.0.0/8]}]}]", "networks cannot be a peer of an ingress rule"),
        ("tier: Admin, ingress: [{action: Deny, from: [{namespaces: {}}], protocols: []}]", "protocols needs at least one entry where it is set"),
        ("tier: Admin, ingress: [{action: Deny, from: [{namespaces: {}}], protocols: [{tcp: {}, udp: {}}]}]", "a protocol needs exactly one of tcp, udp, sctp and destinationNamedPort"),
        ("tier: Admin, ingress: [{action: Deny, from: [{namespaces: {}}], protocols: [{tcp: {destinationPort: {range: {start: 5, end: 5}}}}]}]", "start must be below end"),
        ("tier: Admin, ingress: [" + "{action: Deny, from: [{namespaces: {}}]}, " * 26 + "]", "at most 25 entries are allowed"),
    ],
)  # fmt: skip
def test_of_a_cluster_network_policy(rest: str, message: str) -> None:
    assert _said(f"{_ALPHA2}{{priority: 1, subject: {{namespaces: {{}}}}, {rest}}}") == message


def test_of_a_network_set() -> None:
    text = "apiVersion: projectcalico.org/v3\nkind: NetworkSet\nmetadata: {name: s}\nspec: {nets: [nowhere]}"
    assert _said(text) == "spec.nets[0] must be an address range, not a string"

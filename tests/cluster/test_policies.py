# ruff: noqa: E501
"""What the API server refuses is told with the place of the value at fault, and is no policy."""

from __future__ import annotations

import pytest

from mblint.cluster.policies.objects import Direction

from .views import view

V1 = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec: "
ADMIN = "apiVersion: policy.networking.k8s.io/v1alpha1\nkind: AdminNetworkPolicy\nmetadata: {name: p}\nspec: "
CLUSTER = "apiVersion: policy.networking.k8s.io/v1alpha2\nkind: ClusterNetworkPolicy\nmetadata: {name: p}\nspec: "
RULE = "{action: Deny, from: [{namespaces: {}}]}, "


@pytest.mark.parametrize(
    ("spec", "path"),
    [
        ("{policyTypes: [ingress]}", "policyTypes.0"),
        ("{podSelector: {matchLabels: {a: 1}}}", "podSelector.matchLabels.a"),
        ("{podSelector: {matchExpressions: [{key: a, operator: Is}]}}", "podSelector.matchExpressions.0.operator"),
        ("{podSelector: {matchExpressions: [{key: a, operator: In}]}}", "podSelector.matchExpressions.0"),
        (
            "{podSelector: {matchExpressions: [{key: a, operator: Exists, values: [b]}]}}",
            "podSelector.matchExpressions.0.values",
        ),
        ("{podSelector: {matchExpressions: [{operator: Exists}]}}", "podSelector.matchExpressions.0.key"),
        ("{ingress: {}}", "ingress"),
        ("{ingress: [{from: [{}]}]}", "ingress.0.from.0"),
        ("{ingress: [{from: {podSelector: {}}}]}", "ingress.0.from"),
        ("{ingress: [{from: [{podSelector: {}, ipBlock: {cidr: 10.0.0.0/8}}]}]}", "ingress.0.from.0.ipBlock"),
        ("{ingress: [{from: [{ipBlock: {cidr: 10.0.0.0}}]}]}", "ingress.0.from.0.ipBlock.cidr"),
        ("{ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/33}}]}]}", "ingress.0.from.0.ipBlock.cidr"),
        ("{ingress: [{from: [{ipBlock: {}}]}]}", "ingress.0.from.0.ipBlock.cidr"),
        ("{ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [11.0.0.0/9]}}]}]}", "ingress.0.from.0.ipBlock.except.0"),
        ("{ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.0.0.0/8]}}]}]}", "ingress.0.from.0.ipBlock.except.0"),
        ("{ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: ['fd00::/9']}}]}]}", "ingress.0.from.0.ipBlock.except.0"),
        ("{ingress: [{ports: [{port: 0}]}]}", "ingress.0.ports.0.port"),
        ("{ingress: [{ports: [{port: 65536}]}]}", "ingress.0.ports.0.port"),
        ("{ingress: [{ports: [{port: 1.5}]}]}", "ingress.0.ports.0.port"),
        ("{ingress: [{ports: [{port: 80, protocol: tcp}]}]}", "ingress.0.ports.0.protocol"),
        ("{ingress: [{ports: [{port: 80, endPort: 79}]}]}", "ingress.0.ports.0.endPort"),
        ("{ingress: [{ports: [{port: web, endPort: 90}]}]}", "ingress.0.ports.0.endPort"),
        ("{ingress: [{ports: [{endPort: 90}]}]}", "ingress.0.ports.0.endPort"),
        ("{ingress: [{ports: [{port: 80, endPort: 70000}]}]}", "ingress.0.ports.0.endPort"),
        ("{policyTypes: [Ingress, Egress, Ingress]}", "policyTypes"),
        ("{ingress: [{ports: [{port: '80'}]}]}", "ingress.0.ports.0.port"),
        ("{ingress: [{ports: [{port: HTTP}]}]}", "ingress.0.ports.0.port"),
        ("{ingress: [{ports: [{port: a--b}]}]}", "ingress.0.ports.0.port"),
        ("{ingress: [{ports: [{port: -a}]}]}", "ingress.0.ports.0.port"),
        ("{ingress: [{ports: [{port: a23456789012345-}]}]}", "ingress.0.ports.0.port"),
        ("{ingress: [{ports: [{port: web_ui}]}]}", "ingress.0.ports.0.port"),
        ("{ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/255.0.0.0}}]}]}", "ingress.0.from.0.ipBlock.cidr"),
    ],
)  # fmt: skip
def test_network_policies_that_the_api_refuses_are_told(spec: str, path: str) -> None:
    cluster = view(V1 + spec)
    assert cluster.policies == ()
    (wrong,) = cluster.invalid
    assert ".".join(map(str, wrong.place.path)) == f"spec.{path}"


@pytest.mark.parametrize(
    ("head", "spec", "path"),
    [
        (ADMIN, "{subject: {namespaces: {}}}", ""),
        (ADMIN, "{priority: 1001, subject: {namespaces: {}}}", "priority"),
        (ADMIN, "{priority: -1, subject: {namespaces: {}}}", "priority"),
        (ADMIN, "{priority: 1}", "subject"),
        (ADMIN, "{priority: 1, subject: {}}", "subject"),
        (ADMIN, "{priority: 1, subject: {namespaces: {}, pods: {}}}", "subject"),
        (ADMIN, "{priority: 1, subject: {namespaces: {}}, ingress: [{from: [{namespaces: {}}]}]}", "ingress.0.action"),
        (ADMIN, "{priority: 1, subject: {namespaces: {}}, ingress: [{action: Accept, from: [{namespaces: {}}]}]}", "ingress.0.action"),
        (ADMIN, "{priority: 1, subject: {namespaces: {}}, ingress: [{action: Deny}]}", "ingress.0.from"),
        (ADMIN, "{priority: 1, subject: {namespaces: {}}, ingress: [{action: Deny, from: [{}]}]}", "ingress.0.from.0"),
        (ADMIN, "{priority: 1, subject: {namespaces: {}}, ingress: [{action: Deny, from: [{networks: [10.0.0.0/8]}]}]}", "ingress.0.from.0"),
        (ADMIN, "{priority: 1, subject: {namespaces: {}}, egress: [{action: Deny, to: [{networks: [zc00::/8]}]}]}", "egress.0.to.0.networks.0"),
        (ADMIN, "{priority: 1, subject: {namespaces: {}}, egress: [{action: Deny, to: [{namespaces: {}, networks: ['::/0']}]}]}", "egress.0.to.0"),
        (ADMIN, "{priority: 1, subject: {namespaces: {}}, egress: [{action: Deny, to: [{namespaces: {}}], ports: [{}]}]}", "egress.0.ports.0"),
        (ADMIN, "{priority: 1, subject: {namespaces: {}}, egress: [{action: Deny, to: [{namespaces: {}}], ports: [{portRange: {start: 9, end: 2}}]}]}", "egress.0.ports.0.portRange"),
        (ADMIN, "{priority: 1, subject: {namespaces: {}}, egress: [{action: Deny, to: [{namespaces: {}}], ports: [{portNumber: {}}]}]}", "egress.0.ports.0.portNumber"),
        (ADMIN, "{priority: 1, subject: {namespaces: {}}, egress: [{action: Deny, to: [{namespaces: {}}], ports: []}]}", "egress.0.ports"),
        (ADMIN, "{priority: 1, subject: {namespaces: {}}, ingress: [" + RULE * 101 + "]}", "ingress"),
        (CLUSTER, "{tier: Admin, priority: 1, subject: {namespaces: {}}, ingress: [" + RULE * 26 + "]}", "ingress"),
        (CLUSTER, "{tier: Admin, priority: 1, subject: {namespaces: {}}, ingress: [{action: Deny, from: [{namespaces: {}}], protocols: [{tcp: {destinationPort: {range: {start: 5, end: 5}}}}]}]}", "ingress.0.protocols.0.tcp.destinationPort.range"),
        (ADMIN, "{priority: 1, subject: {namespaces: {}}, ingress: [{action: Deny, from: [{namespaces: {sameLabels: [team]}}]}]}", "ingress.0.from.0.namespaces.sameLabels"),
        (ADMIN, "{priority: 1, subject: {namespaces: {}}, ingress: [{action: Deny, from: [{pods: {namespaces: {notSameLabels: [team]}, podSelector: {}}}]}]}", "ingress.0.from.0.pods.namespaces.notSameLabels"),
        (CLUSTER, "{priority: 1, subject: {namespaces: {}}}", "tier"),
        (CLUSTER, "{tier: Middle, priority: 1, subject: {namespaces: {}}}", "tier"),
        (CLUSTER, "{tier: Admin, priority: 1, subject: {namespaces: {}}, ingress: [{action: Allow, from: [{namespaces: {}}]}]}", "ingress.0.action"),
        (CLUSTER, "{tier: Admin, priority: 1, subject: {namespaces: {}}, ingress: [{action: Deny, from: [{namespaces: {}}], protocols: [{tcp: {}, udp: {}}]}]}", "ingress.0.protocols.0"),
    ],
)  # fmt: skip
def test_admin_policies_that_the_api_refuses_are_told(head: str, spec: str, path: str) -> None:
    cluster = view(head + spec)
    assert cluster.admin_policies == ()
    (wrong,) = cluster.invalid
    assert ".".join(map(str, wrong.place.path)) == f"spec.{path}".rstrip(".")


def test_the_longest_port_name_is_taken() -> None:
    assert view(V1 + "{ingress: [{ports: [{port: a-3456789012345}]}]}").policies
    assert not view(V1 + "{ingress: [{ports: [{port: a-34567890123456}]}]}").policies


def test_the_first_and_the_last_address_of_a_range_may_be_excepted() -> None:
    excepted = "[10.0.0.0/32, 10.255.255.255/32]"
    assert view(V1 + f"{{ingress: [{{from: [{{ipBlock: {{cidr: 10.0.0.0/8, except: {excepted}}}}}]}}]}}").policies


def test_a_baseline_policy_is_named_default() -> None:
    text = "apiVersion: policy.networking.k8s.io/v1alpha1\nkind: BaselineAdminNetworkPolicy\nmetadata: {name: %s}\n"
    text += "spec: {subject: {namespaces: {}}}\n"
    assert view(text % "default").admin_policies
    (wrong,) = view(text % "other").invalid
    assert wrong.place.path == ("metadata", "name")


def test_a_policy_that_is_refused_leaves_unknown_what_holds() -> None:
    pod = (
        "\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: main, image: example}]}\n"
    )
    cluster = view(V1 + "{podSelector: {}, ingress: [{from: [{}]}]}" + pod)
    assert [found.id.name for found in cluster.workloads] == ["web"]
    assert cluster.policies == ()
    (refused,) = cluster.unmodelled_policies
    assert refused.directions == set(Direction)

"""Istio's policies are not modelled. What comes in is unknown for the pods that they may be about, and only for those.

Source: istio.io/latest/docs/reference/config/security, "AuthorizationPolicy" and "PeerAuthentication": a policy without
a selector is about all workloads of its namespace, one of the root namespace about those of the whole mesh.
"""

from __future__ import annotations

import pytest

from mblint.cluster.cluster import Cluster
from mblint.cluster.engine.decision import Outcome
from mblint.cluster.engine.engine import PolicyEngine

from .views import deployment, view, workload

PODS = (
    deployment("web", "{app: web}")
    + deployment("api", "{app: api}")
    + deployment("far", "{app: api}").replace("name: far}", "name: far, namespace: far}", 1)
)


def _cluster(kind: str, spec: str, namespace: str = "default") -> Cluster:
    text = f"""
---
apiVersion: security.istio.io/v1
kind: {kind}
metadata: {{name: mesh, namespace: {namespace}}}
spec: {spec}
"""
    return view(PODS + text)


def _unknown(cluster: Cluster) -> list[str]:
    """The servers whose ingress is unknown."""
    engine = PolicyEngine(cluster)
    web = workload(cluster, "web")
    found = {server.id.name: engine.ingress(server, web, 8080) for server in cluster.workloads if server is not web}
    assert all(engine.egress(web, workload(cluster, name), 8080).outcome is Outcome.ALLOWED for name in found)
    return sorted(name for name, decision in found.items() if decision.outcome is Outcome.UNKNOWN)


@pytest.mark.parametrize(
    ("namespace", "spec", "servers"),
    [
        ("default", "{}", ["api"]),
        ("far", "{}", ["far"]),
        ("istio-system", "{}", ["api", "far"]),
        ("istio-system", "{selector: {matchLabels: {app: api}}}", ["api", "far"]),
        ("default", "{selector: {matchLabels: {app: other}}}", []),
        ("default", "{selector: {matchLabels: {app: api}}}", ["api"]),
        ("default", "{selector: {matchLabels: [api]}}", ["api"]),
    ],
)
def test_authorization_is_about_the_selected_pods_of_its_namespace(
    namespace: str, spec: str, servers: list[str]
) -> None:
    assert _unknown(_cluster("AuthorizationPolicy", spec, namespace)) == servers


@pytest.mark.parametrize(
    ("spec", "servers"),
    [
        ("{rules: [{}]}", []),
        ("{action: AUDIT, rules: [{from: [{source: {namespaces: [x]}}]}]}", []),
        ("{action: DENY, rules: [{to: [{operation: {methods: [DELETE]}}]}]}", []),
        ("{action: DENY, rules: [{from: [{source: {}}], to: [{operation: {paths: [/admin]}}]}]}", []),
        ("{action: DENY}", []),
        ("{rules: [{from: [{source: {namespaces: [x]}}]}]}", ["api"]),
        ("{rules: [{to: [{operation: {methods: [GET]}}]}]}", ["api"]),
        ("{action: DENY, rules: [{to: [{operation: {ports: ['80']}}]}]}", ["api"]),
        ("{action: DENY, rules: [{from: [{source: {notNamespaces: [x]}}]}]}", ["api"]),
        ("{action: DENY, rules: [{to: [{operation: {methods: [GET]}}]}, {}]}", ["api"]),
        ("{action: CUSTOM, rules: [{}]}", ["api"]),
    ],
)
def test_authorization_that_closes_nothing(spec: str, servers: list[str]) -> None:
    assert _unknown(_cluster("AuthorizationPolicy", spec)) == servers


@pytest.mark.parametrize(("mode", "servers"), [("STRICT", ["api"]), ("PERMISSIVE", []), ("DISABLE", [])])
def test_authentication_matters_where_it_refuses_plain_text(mode: str, servers: list[str]) -> None:
    assert _unknown(_cluster("PeerAuthentication", f"{{mtls: {{mode: {mode}}}}}")) == servers


def test_authentication_without_a_mode_takes_plain_text() -> None:
    assert _unknown(_cluster("PeerAuthentication", "{}")) == []
    assert _unknown(_cluster("PeerAuthentication", "{selector: {matchLabels: {app: api}}}")) == []


def test_the_answer_names_the_policy() -> None:
    cluster = _cluster("AuthorizationPolicy", "{}")
    decision = PolicyEngine(cluster).ingress(workload(cluster, "api"), workload(cluster, "web"), 8080)
    assert decision.reason == "AuthorizationPolicy mesh may select its pods, and such policies are not modelled"


@pytest.mark.parametrize(
    ("api_version", "kind"), [("cilium.io/v2", "CiliumNode"), ("example.org/v1", "Tier"), ("cilium.io/v2", "Tier")]
)
def test_other_kinds_of_a_plugin_say_nothing_about_connections(api_version: str, kind: str) -> None:
    text = f"\n---\n{{apiVersion: {api_version}, kind: {kind}, metadata: {{name: a}}, spec: {{order: first}}}}\n"
    cluster = view(PODS + text)
    assert not cluster.invalid
    assert [one.id.kind for one in cluster.others] == [kind]


@pytest.mark.parametrize(
    ("api_version", "kind", "spec", "servers"),
    [
        ("policy.linkerd.io/v1beta3", "Server", "{podSelector: {matchLabels: {app: api}}, port: 8080}", ["api"]),
        ("policy.linkerd.io/v1beta3", "Server", "{podSelector: {matchLabels: {app: other}}, port: 8080}", []),
        ("crd.antrea.io/v1beta1", "NetworkPolicy", "{priority: 5, appliedTo: [{podSelector: {}}]}", ["api"]),
        ("crd.antrea.io/v1beta1", "ClusterNetworkPolicy", "{priority: 5}", ["api", "far"]),
        ("consul.hashicorp.com/v1alpha1", "ServiceIntentions", "{destination: {name: api}}", ["api"]),
        ("kuma.io/v1alpha1", "MeshTrafficPermission", "{targetRef: {kind: Mesh}}", ["api"]),
        ("nsx.vmware.com/v1alpha1", "SecurityPolicy", "{rules: []}", ["api"]),
        ("vpcresources.k8s.aws/v1beta1", "SecurityGroupPolicy", "{podSelector: {matchLabels: {app: api}}}", ["api"]),
        ("example.org/v1", "SecurityPolicy", "{rules: []}", []),
    ],
)
def test_policies_of_other_projects_leave_unknown_whom_they_may_concern(
    api_version: str, kind: str, spec: str, servers: list[str]
) -> None:
    text = f"\n---\napiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: wall}}\nspec: {spec}\n"
    cluster = view(PODS + text)
    engine, web = PolicyEngine(cluster), workload(cluster, "web")
    found = [engine.ingress(server, web, 8080) for server in cluster.workloads if server is not web]
    assert sum(answer.outcome is Outcome.UNKNOWN for answer in found) == len(servers)
    for answer in found:
        assert answer.outcome is not Outcome.UNKNOWN or f"{kind} wall may select its pods" in (answer.reason or "")


def test_a_sidecar_of_the_mesh_limits_what_goes_out() -> None:
    text = """
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: few}
spec: {workloadSelector: {labels: {app: web}}, egress: [{hosts: ["./*"]}]}
"""
    cluster = view(PODS + text)
    engine, web, api = PolicyEngine(cluster), workload(cluster, "web"), workload(cluster, "api")
    assert engine.egress(web, api, 8080).outcome is Outcome.UNKNOWN
    assert engine.egress(api, web, 8080).outcome is Outcome.ALLOWED

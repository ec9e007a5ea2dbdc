from __future__ import annotations

import pytest

from mblint.cluster.cluster import Cluster
from mblint.cluster.services import members, pod_ports, possible_members, run_time_keys, service_at, services_in

from .views import deployment, view, workload


def service(selector: str, ports: str = "[{port: 80}]", extra: str = "") -> str:
    return f"""
---
apiVersion: v1
kind: Service
metadata: {{name: s}}
spec: {{selector: {selector}, ports: {ports}{extra}}}
"""


def stateful(replicas: str = "") -> str:
    return f"""
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {{name: db}}
spec:
  {replicas}
  template:
    metadata: {{labels: {{app: db}}}}
    spec: {{containers: [{{name: main, image: example}}]}}
"""


def _names(cluster: Cluster) -> list[str]:
    return [found.id.name for found in members(cluster, cluster.services["default", "s"])]


def test_a_service_selects_pods_of_its_namespace_by_template_labels() -> None:
    text = deployment("web", "{app: web, tier: front}") + deployment("other", "{app: other}")
    elsewhere = deployment("web", "{app: web}").replace("name: web}", "name: web, namespace: far}", 1)
    assert _names(view(text + elsewhere + service("{app: web}"))) == ["web"]
    assert _names(view(text + elsewhere + service("{app: web, tier: back}"))) == []


def test_a_label_that_pods_may_get_when_they_run_rules_none_out() -> None:
    text = deployment("web", "{app: web}") + deployment("db", "{app: db}") + stateful()
    cluster = view(text + service("{role: primary}"))
    found = possible_members(cluster, cluster.services["default", "s"])
    assert [(one.id.kind, one.id.name) for one in found] == [
        ("Deployment", "web"),
        ("Deployment", "db"),
        ("StatefulSet", "db"),
    ]
    assert _names(view(text + service("{role: frontend}"))) == []


@pytest.mark.parametrize("selector", ["{app: web}", "{role: primary}"])
def test_a_service_alone_in_its_namespace_has_no_members(selector: str) -> None:
    elsewhere = deployment("web", "{app: web}").replace("name: web}", "name: web, namespace: far}", 1)
    cluster = view(elsewhere + service(selector))
    assert possible_members(cluster, cluster.services["default", "s"]) == ()


def test_a_service_is_found_by_its_address() -> None:
    cluster = view(service("{app: web}", extra=", clusterIP: 10.96.0.7"))
    found = service_at(cluster, "10.96.0.7")
    assert found is not None
    assert found.id.name == "s"
    assert service_at(cluster, "10.96.0.8") is None


@pytest.mark.parametrize("selector", ["null", "{}"])
def test_a_service_without_selector_has_no_members(selector: str) -> None:
    assert _names(view(deployment("web", "{app: web}") + service(selector))) == []


def test_an_external_name_has_no_members_and_is_not_headless() -> None:
    text = service("{app: web}", extra=", type: ExternalName, externalName: db.example.org, clusterIP: None")
    cluster = view(deployment("web", "{app: web}") + text)
    assert _names(cluster) == []
    found = cluster.services["default", "s"]
    assert (found.type, found.external_name, found.headless) == ("ExternalName", "db.example.org", False)


@pytest.mark.parametrize(
    ("extra", "headless"), [("", False), (', clusterIP: "None"', True), (", clusterIP: null", False)]
)
def test_headless_is_the_cluster_ip_none(extra: str, headless: bool) -> None:
    assert view(service("{app: web}", extra=extra)).services["default", "s"].headless is headless


def test_target_ports_default_to_the_port_and_names_resolve_by_protocol() -> None:
    ports = "[{port: 80, name: a}, {port: 81, name: b, targetPort: web}, {port: 82, name: c, targetPort: nope},"
    ports += " {port: 83, name: d, targetPort: web, protocol: UDP}, {port: 84, name: e, targetPort: 9}]"
    cluster = view(deployment("web", "{app: web}") + service("{app: web}", ports))
    found = [pod_ports(workload(cluster, "web"), port) for port in cluster.services["default", "s"].ports]
    assert found == [80, 8080, None, None, 9]


@pytest.mark.parametrize(
    ("selector", "found"),
    [
        ("{app: db, statefulset.kubernetes.io/pod-name: db-0}", ["db"]),
        ("{app: db, statefulset.kubernetes.io/pod-name: db-2}", []),
        ("{app: db, apps.kubernetes.io/pod-index: '1'}", ["db"]),
        ("{app: other, statefulset.kubernetes.io/pod-name: db-0}", []),
    ],
)
def test_pods_of_a_stateful_set_are_selected_by_their_own_names(selector: str, found: list[str]) -> None:
    assert _names(view(stateful("replicas: 2") + service(selector))) == found


def test_labels_that_operators_set_make_members_possible_only() -> None:
    cluster = view(stateful() + service("{app: db, vault-active: 'true'}"))
    found = cluster.services["default", "s"]
    assert members(cluster, found) == ()
    assert possible_members(cluster, found) == cluster.workloads
    assert run_time_keys(found) == ("vault-active",)


def test_a_role_is_set_at_run_time_only_where_it_is_one_of_a_database() -> None:
    for role, expected, keys in (("primary", ("db",), ("role",)), ("frontend", (), ())):
        cluster = view(stateful() + service(f"{{app: db, role: {role}}}"))
        found = cluster.services["default", "s"]
        assert tuple(each.id.name for each in possible_members(cluster, found)) == expected
        assert run_time_keys(found) == keys


def test_the_services_of_a_namespace() -> None:
    cluster = view(service("{app: a}") + service("{app: b}").replace("{name: s}", "{name: t, namespace: far}"))
    assert [found.id.name for found in services_in(cluster, "default")] == ["s"]
    assert [found.id.name for found in services_in(cluster, "far")] == ["t"]
    assert services_in(cluster, "nowhere") == ()

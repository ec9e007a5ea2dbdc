"""Objects of which something cannot be read: they are there, and what depends on the rest is unknown."""

from __future__ import annotations

import pytest

from mblint.cluster.cluster import Cluster
from mblint.cluster.engine.decision import Decision, Outcome
from mblint.cluster.engine.engine import PolicyEngine
from mblint.cluster.objects import Namespace, Unread
from mblint.cluster.unread import pods_of_unknown_labels

from .views import deployment, view, workload

PODS = deployment("web", "{app: web}") + deployment("api", "{app: api}") + deployment("db", "{app: db}")
POD = (
    "apiVersion: v1\nkind: Pod\nmetadata: {name: web, labels: {app: web}}\n"
    "spec: {hostNetwork: maybe, containers: [{name: web, image: example}]}\n"
)
POLICY = "\n---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: wall}\nspec: %s\n"


def _ingress(cluster: Cluster, server: str) -> Decision:
    return PolicyEngine(cluster).ingress(workload(cluster, server), workload(cluster, "web"), 8080)


def test_of_a_policy_that_cannot_be_read_the_pods_that_it_selects_are_unknown_by_its_name() -> None:
    cluster = view(PODS + POLICY % "{podSelector: {matchLabels: {app: api}}, ingress: [{from: {podSelector: {}}}]}")
    unknown = _ingress(cluster, "api")
    assert unknown.outcome is Outcome.UNKNOWN
    assert unknown.reason is not None
    assert unknown.reason.startswith("NetworkPolicy wall may select its pods, and is refused: spec.ingress[0].from")
    assert _ingress(cluster, "db").outcome is Outcome.ALLOWED


@pytest.mark.parametrize("spec", ["[]", "{podSelector: [app]}", "{podSelector: {matchLabels: {app: 1}}}"])
def test_where_its_selector_cannot_be_read_it_may_select_every_pod_of_its_namespace(spec: str) -> None:
    cluster = view(PODS + POLICY % spec)
    assert {_ingress(cluster, name).outcome for name in ("api", "db")} == {Outcome.UNKNOWN}
    assert not cluster.policies


def test_a_denial_by_another_policy_does_not_stand_beside_one_that_cannot_be_read() -> None:
    deny = POLICY.replace("wall", "closed") % "{podSelector: {}, policyTypes: [Ingress]}"
    cluster = view(PODS + deny + POLICY % "{podSelector: {matchLabels: {app: api}}, ingress: {}}")
    assert _ingress(cluster, "api").outcome is Outcome.UNKNOWN
    assert _ingress(cluster, "db").outcome is Outcome.DENIED


def test_a_workload_is_there_with_what_can_be_read_of_it() -> None:
    found = workload(view(POD), "web")
    assert found.pod.labels == {"app": "web"}
    assert len(found.pod.containers) == 1


def test_pods_whose_labels_cannot_be_read_may_be_anybody() -> None:
    deny = (
        POLICY
        % "{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {app: api}}}]}]}"
    )
    cluster = view(deployment("web", "{app: api, version: 1}") + deployment("db", "{app: db}") + deny)
    assert workload(cluster, "web").pod.labels_unread
    assert _ingress(cluster, "db").outcome is Outcome.UNKNOWN
    unknown = pods_of_unknown_labels(cluster, "default")
    assert unknown is not None
    assert unknown.name == "web"
    assert pods_of_unknown_labels(cluster, "other") is None


def test_paths_in_and_around_what_cannot_be_read_are_unread() -> None:
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}, {port: web}]}\n"
    cluster = view(service)
    (held,) = cluster.services.values()
    assert [port.port for port in held.ports] == [80]
    assert cluster.is_unread(held.id)
    assert cluster.is_unread(held.id, "spec")
    assert cluster.is_unread(held.id, "spec", "ports", 1, "port")
    assert not cluster.is_unread(held.id, "spec", "ports", 0)
    assert not cluster.is_unread(held.id, "spec", "selector")


def test_a_namespace_whose_labels_cannot_be_read_is_as_one_that_is_not_in_the_view() -> None:
    cluster = view("apiVersion: v1\nkind: Namespace\nmetadata: {name: far, labels: {team: 1, env: x}}\n" + PODS)
    (held,) = cluster.of_kind("Namespace", "")
    assert isinstance(held, Unread)
    assert not isinstance(held, Namespace)


def test_a_key_of_a_config_map_that_cannot_be_read_is_unread_and_the_others_are_read() -> None:
    cluster = view("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: b, port: 8080}\n")
    (held,) = cluster.config_maps.values()
    assert set(held.entries) == {"a"}
    assert cluster.is_unread(held.id, "data", "port")


def test_what_was_read_anew_is_read() -> None:
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {port: %s}\n"
    assert not view(f"{text % '8080'}---\n{text % repr('8080')}").unread

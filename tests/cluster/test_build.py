from __future__ import annotations

import pytest

from mblint.cluster.build import build_cluster
from mblint.cluster.objects import ObjectId, Other
from mblint.manifests.documents import Document, Value
from mblint.manifests.locate import locate
from mblint.manifests.read import read_text

from .views import deployment, view, workload

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: %s%s}\nspec: {containers: [{name: main, image: example}]}\n"


def pod(name: str, metadata: str = "") -> str:
    return "---\n" + POD % (name, metadata)


@pytest.mark.parametrize(
    ("api_version", "kind", "spec"),
    [
        ("apps/v1", "Deployment", "template: {TEMPLATE}"),
        ("apps/v1", "StatefulSet", "template: {TEMPLATE}"),
        ("apps/v1", "DaemonSet", "template: {TEMPLATE}"),
        ("apps/v1", "ReplicaSet", "template: {TEMPLATE}"),
        ("v1", "ReplicationController", "template: {TEMPLATE}"),
        ("batch/v1", "Job", "template: {TEMPLATE}"),
        ("batch/v1", "CronJob", "jobTemplate: {spec: {template: {TEMPLATE}}}"),
        ("extensions/v1beta1", "Deployment", "template: {TEMPLATE}"),
    ],
)
def test_every_kind_of_workload_is_read_with_its_template(api_version: str, kind: str, spec: str) -> None:
    template = "metadata: {labels: {app: web}}, spec: {containers: [{name: main, image: example}]}"
    written = spec.replace("TEMPLATE", template)
    text = f"apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: web}}\nspec: {{{written}}}"
    cluster = view(text)
    assert [str(found.id) for found in cluster.workloads] == [f"default/{kind}/web"]
    assert cluster.workloads[0].pod.labels == {"app": "web"}
    assert cluster.workloads[0].lasting is (kind not in ("Job", "CronJob"))


def test_lists_are_opened_and_their_items_take_what_the_list_implies() -> None:
    cluster = view(
        """
        apiVersion: v1
        kind: PodList
        items:
          - metadata: {name: one}
            spec: {containers: [{name: main, image: example}]}
          - apiVersion: v1
            kind: Pod
            metadata: {name: two}
            spec: {containers: [{name: main, image: example}]}
        ---
        apiVersion: v1
        kind: List
        items:
          - apiVersion: v1
            kind: List
            items:
              - {apiVersion: v1, kind: ConfigMap, metadata: {name: three}, data: {key: value}}
        ---
        apiVersion: apps/v1
        kind: DeploymentList
        items: null
        """
    )
    assert [found.id.name for found in cluster.workloads] == ["one", "two"]
    place = cluster.config_maps["default", "three"].entries["key"].place
    assert place.path == ("items", 0, "items", 0, "data", "key")
    assert cluster.skipped == 0


def test_what_is_no_kubernetes_object_is_counted_and_otherwise_ignored() -> None:
    cluster = view("replicas: 3\n---\n- 1\n---\nkind: Pod\n---\napiVersion: 1\nkind: Pod\n---\n" + pod("web"))
    assert cluster.skipped == 2
    assert len(cluster.objects) == 1
    assert [one.message for one in cluster.invalid] == ["apiVersion is required"] * 2  # a kind makes it an object


def test_namespaces_are_the_objects_own_then_the_given_then_the_releases_then_default() -> None:
    text = (
        pod("own", ", namespace: mine, labels: {app.kubernetes.io/instance: web}")
        + pod("mate", ", namespace: null, labels: {app.kubernetes.io/instance: web}")
        + pod("stranger", ", labels: {app.kubernetes.io/instance: other}")
        + pod("annotated", ", annotations: {meta.helm.sh/release-name: web}")
    )
    by_name = {found.id.name: found.id.namespace for found in view(text).workloads}
    assert by_name == {"own": "mine", "mate": "mine", "stranger": "default", "annotated": "mine"}
    by_name = {found.id.name: found.id.namespace for found in view(text, "given").workloads}
    assert by_name == {"own": "mine", "mate": "given", "stranger": "given", "annotated": "given"}


def test_a_release_whose_objects_disagree_or_sit_with_the_system_tells_no_namespace() -> None:
    labels = ", labels: {app.kubernetes.io/instance: web}"
    torn = pod("one", ", namespace: a" + labels) + pod("two", ", namespace: b" + labels) + pod("three", labels)
    assert workload(view(torn), "three").id.namespace == "default"
    system = pod("one", ", namespace: kube-system" + labels) + pod("two", labels)
    assert workload(view(system), "two").id.namespace == "default"


def test_objects_without_release_labels_follow_their_chart() -> None:
    text = "---\n# Source: web/templates/a.yaml\n" + POD % ("one", ", namespace: mine")
    text += "---\n# Source: web/charts/db/templates/b.yaml\n" + POD % ("two", "")
    text += "---\n# Source: other/templates/c.yaml\n" + POD % ("three", "")
    by_name = {found.id.name: found.id.namespace for found in view(text).workloads}
    assert by_name == {"one": "mine", "two": "mine", "three": "default"}


def test_cluster_wide_objects_have_no_namespace_and_custom_resources_do() -> None:
    cluster = view(
        """
        {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: r, namespace: ignored}}
        ---
        {apiVersion: example.org/v1, kind: Widget, metadata: {name: w}}
        """
    )
    assert set(cluster.objects) == {ObjectId("", "ClusterRole", "r"), ObjectId("default", "Widget", "w")}


def test_every_namespace_carries_its_name_as_a_label() -> None:
    text = "{apiVersion: v1, kind: Namespace, metadata: {name: a, labels: {team: blue}}}\n" + pod("p", ", namespace: b")
    namespaces = view(text).namespaces
    assert namespaces["a"].labels == {"team": "blue", "kubernetes.io/metadata.name": "a"}
    assert namespaces["b"].labels == {"kubernetes.io/metadata.name": "b"}
    assert namespaces["b"].id == ObjectId("", "Namespace", "b")


def test_the_last_of_two_objects_wins() -> None:
    template = "{{apiVersion: v1, kind: ConfigMap, metadata: {{name: c}}, data: {{key: {}}}}}\n---\n"
    cluster = view(template.format("old") + template.format("new"))
    assert cluster.config_maps["default", "c"].entries["key"].text == "new"
    assert len(cluster.objects) == 1


def test_groups_that_serve_the_same_objects_are_one() -> None:
    new = deployment("web", "{app: new}")
    cluster = view(deployment("web", "{app: old}").replace("apps/v1", "extensions/v1beta1") + new)
    (found,) = cluster.workloads
    assert found.pod.labels == {"app": "new"}


def test_an_object_of_a_modelled_kind_is_found_by_its_identifier_beside_one_of_another_group() -> None:
    core = "---\n{apiVersion: v1, kind: Service, metadata: {name: web}}\n"
    other = "---\n{apiVersion: serving.knative.dev/v1, kind: Service, metadata: {name: web}}\n"
    for text in (core + other, other + core):
        cluster = view(text)
        assert cluster.objects[ObjectId("default", "Service", "web")] is cluster.services["default", "web"]
        assert len(cluster.others) == 1


def test_a_linted_object_wins_over_the_context_whatever_comes_last() -> None:
    def documents(text: str, *, linted: bool) -> tuple[Document, ...]:
        return read_text(text, linted=linted).documents

    new, old = documents(POD % ("web", ", labels: {v: new}"), linted=True), documents(POD % ("web", ""), linted=False)
    for order in ((*new, *old), (*old, *new)):
        (found,) = build_cluster(order).workloads
        assert found.linted
        assert found.labels == {"v": "new"}


def test_pods_of_a_deployment_of_the_view_are_no_workloads_of_their_own() -> None:
    owned = """, ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web-6f, controller: true}]"""
    hashed = owned + ", labels: {pod-template-hash: 6f}"
    cluster = view(deployment("web", "{app: web}") + pod("web-6f-x", hashed) + pod("alone", owned))
    assert [str(found.id) for found in cluster.workloads] == ["default/Deployment/web", "default/Pod/alone"]


def test_kinds_of_other_groups_are_other_objects() -> None:
    cluster = view("{apiVersion: serving.knative.dev/v1, kind: Service, metadata: {name: web}, spec: {template: 3}}")
    assert not cluster.services
    assert not cluster.invalid
    assert isinstance(cluster.others[0], Other)


def test_generated_names_keep_their_objects_apart() -> None:
    spec = "{template: {spec: {containers: [{name: main}]}}}"
    text = f"---\n{{apiVersion: batch/v1, kind: Job, metadata: {{generateName: run-}}, spec: {spec}}}\n"
    names = [found.id.name for found in view(text * 2).workloads]
    assert len(set(names)) == 2
    assert all(name.startswith("run-") for name in names)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("apiVersion: v1\nkind: Pod\nmetadata:\n  labels: {a: b}\n", 4),
        ("apiVersion: v1\nkind: Pod\nmetadata:\n  name: 3\n", 4),
        ("apiVersion: v1\nkind: Service\nmetadata:\n  name: p\n  labels:\n    a: 1\n", 6),
        ("apiVersion: v1\nkind: Pod\nmetadata: []\n", 3),
        ("apiVersion: v1\nkind: Service\nmetadata:\n  name: s\nspec:\n  ports:\n    - port: web\n", 7),
        ("apiVersion: v1\nkind: Service\nmetadata:\n  name: s\nspec:\n  ports:\n    - name: web\n", 7),
        ("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\ndata:\n  a: b\n  key: 1\n", 7),
        ("apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: d\nspec:\n  replicas: 1\n", 6),
        ("apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  containers: []\n", 6),
    ],
)
def test_what_an_object_lacks_of_its_kind_is_told_and_the_object_is_known(text: str, at: int) -> None:
    cluster = view(text)
    named = "name: 3" not in text and ("metadata:\n  name" in text)
    assert len(cluster.objects) == len(cluster.unread) == named
    (wrong,) = cluster.invalid
    assert wrong.message
    assert locate(wrong.place).line == at


@pytest.mark.parametrize("containers", ["containers", "containers: [{name: main, image: x}]\n  initContainers"])
def test_a_container_without_a_name_and_a_port_without_a_number_are_told_and_the_rest_is_read(containers: str) -> None:
    cluster = view(
        f"apiVersion: v1\nkind: Pod\nmetadata: {{name: p, labels: {{a: b}}}}\nspec:\n  {containers}:\n"
        "    - image: example/y\n      ports:\n        - {name: web, containerPort: 80}\n        - {name: dns}\n"
    )
    (pod,) = cluster.workloads
    assert [port.name for container in pod.pod.containers for port in container.ports] == ["web"]
    unnamed, unnumbered = cluster.invalid
    assert unnamed.message == f"spec.{containers.rsplit(maxsplit=1)[-1].rstrip(':')}[0].name is required"
    assert unnumbered.message.endswith("[0].ports[1].containerPort is required")
    assert not unnamed.left_out
    assert not unnumbered.left_out


scalars: tuple[Value, ...] = ("text", 7, 1.5, True, None, [], ["x"], {}, {"x": "y"})


@pytest.mark.parametrize("kind", ["Pod", "Deployment", "Service", "Secret", "Ingress", "NetworkPolicy", "CronJob"])
@pytest.mark.parametrize("spec", scalars, ids=repr)
def test_no_value_of_a_wrong_type_raises(kind: str, spec: Value) -> None:
    groups = {"Deployment": "apps/v1", "CronJob": "batch/v1"}
    version = groups.get(kind, "networking.k8s.io/v1" if kind in ("Ingress", "NetworkPolicy") else "v1")
    for path in ("spec", "data", "metadata", "labels"):
        value: dict[str, Value] = {"apiVersion": version, "kind": kind, "metadata": {"name": "x"}, path: spec}
        if path == "labels":
            value["metadata"] = {"name": "x", "labels": spec}
        build_cluster([Document("-", "", 1, value, None, True)])

"""What the API server refuses of objects that can be read, and what it takes that looks the same."""

from __future__ import annotations

import pytest

from mblint.cluster.flaws.kinds import meant
from tests.cluster.views import view

WEB = """
apiVersion: apps/v1
kind: %(kind)s
metadata: {name: web}
spec:
  %(spec)s
  template:
    metadata: {labels: {app: web}}
    spec:
      %(pod)s
      containers:
        - {name: web, image: registry.example/web:1.0, %(container)s}
"""
SELECTOR = "selector: {matchLabels: {app: web}}"


def _flaws(text: str) -> list[str]:
    cluster = view(text)
    assert not cluster.unread
    return [one.message for one in cluster.invalid]


def _web(kind: str = "Deployment", spec: str = SELECTOR, pod: str = "", container: str = "") -> list[str]:
    return _flaws(WEB % {"kind": kind, "spec": spec, "pod": pod, "container": container})


@pytest.mark.parametrize(
    ("container", "message"),
    [
        ("resources: {limits: {cpu: -1}}", "resources.limits.cpu is -1, and must be 0 or more"),
        ("resources: {requests: {memory: -1Gi}}", "resources.requests.memory is -1Gi, and must be 0 or more"),
        (
            "resources: {requests: {cpu: '2'}, limits: {cpu: 500m}}",
            "resources.requests.cpu is 2, above the limit of 500m",
        ),
        ("volumeMounts: [{name: a, mountPath: /a}]", "mounts the volume a, which the pod does not have"),
        (
            "env: [{name: A, value: b, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]",
            "has both a value and valueFrom",
        ),
        ("livenessProbe: {periodSeconds: 5}", "livenessProbe has no handler"),
        ("startupProbe: {tcpSocket: {port: 80}, exec: {command: [a]}}", "startupProbe has exec and tcpSocket"),
        ("livenessProbe: {tcpSocket: {port: 80}, successThreshold: 2}", "livenessProbe.successThreshold must be 1"),
        ("ports: [{name: a, containerPort: 80}, {name: a, containerPort: 81}]", "is a second port named a"),
    ],
)
def test_containers(container: str, message: str) -> None:
    (found,) = _web(container=container)
    assert message in found


def test_two_mounts_at_one_path_and_two_volumes_of_one_name() -> None:
    pod = "volumes: [{name: a, emptyDir: {}}, {name: a, emptyDir: {}}]"
    twice, mounted = _web(pod=pod, container="volumeMounts: [{name: a, mountPath: /a}, {name: a, mountPath: /a}]")
    assert "is a second volume named a" in twice
    assert "is a second mount at /a" in mounted


@pytest.mark.parametrize(
    ("kind", "spec", "message"),
    [
        ("Deployment", "replicas: 1", "spec.selector is required"),
        ("Deployment", "selector: {}", "spec.selector is required"),
        ("DaemonSet", "selector: {matchLabels: {app: other}}", "does not match the labels of the pod template"),
        (
            "StatefulSet",
            "selector: {matchExpressions: [{key: app, operator: NotIn, values: [web]}]}",
            "does not match the labels",
        ),
        (
            "Deployment",
            SELECTOR + "\n  strategy: {type: Recreate, rollingUpdate: {maxSurge: 1}}",
            "spec.strategy.rollingUpdate must not stand beside the type Recreate",
        ),
    ],
)
def test_workloads(kind: str, spec: str, message: str) -> None:
    (found,) = _web(kind, spec)
    assert message in found


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("{ports: [{port: 80}, {name: b, port: 81}]}", "spec.ports[0] needs a name"),
        ("{ports: [{name: a, port: 80}, {name: a, port: 81}]}", "is a second port named a"),
        ("{ports: [{name: a, port: 80}, {name: b, port: 80}]}", "is a second port 80/TCP"),
        (
            "{type: NodePort, ports: [{name: a, port: 80, nodePort: 30080}, {name: b, port: 81, nodePort: 30080}]}",
            "nodePort 30080",
        ),
        ("{ports: [{port: 70000}]}", "spec.ports[0].port is 70000"),
        ("{selector: {app: web}}", "spec.ports is required"),
        ("{selector: {app: 'a b'}, ports: [{port: 80}]}", "a label's value has no ' '"),
    ],
)
def test_services(spec: str, message: str) -> None:
    (found,) = _flaws(f"apiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec: {spec}\n")
    assert message in found


@pytest.mark.parametrize("spec", ["{clusterIP: None}", "{type: ExternalName, externalName: example.org}"])
def test_services_without_ports(spec: str) -> None:
    assert not _flaws(f"apiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec: {spec}\n")


@pytest.mark.parametrize(
    ("value", "taken"),
    [("a" * 63, True), ("a" * 64, False), ("-a", False), ("a.", False), ("1.0_b", True), ("a+b", False), ("", True)],
)
def test_values_of_labels(value: str, taken: bool) -> None:
    text = f"apiVersion: example.org/v1\nkind: Thing\nmetadata: {{name: a, labels: {{chart: {value!r}}}}}\n"
    assert (not _flaws(text)) == taken


@pytest.mark.parametrize(
    ("kind", "name", "taken"),
    [
        ("Service", "a" * 63, True),
        ("Service", "a" * 64, False),
        ("Service", "web.one", False),
        ("ConfigMap", "web.one", True),
        ("ConfigMap", "Web", False),
        ("Secret", "a" * 253, True),
        ("Secret", "a_b", False),
    ],
)
def test_names(kind: str, name: str, taken: bool) -> None:
    rest = "spec: {ports: [{port: 80}]}\n" if kind == "Service" else ""
    assert (not _flaws(f"apiVersion: v1\nkind: {kind}\nmetadata: {{name: {name}}}\n{rest}")) == taken


@pytest.mark.parametrize(
    ("api_version", "kind", "real"),
    [
        ("apps/v1", "deployment", ("apps/v1", "Deployment")),
        ("app/v1", "Deployment", ("apps/v1", "Deployment")),
        ("v1", "Deployment", ("apps/v1", "Deployment")),
        ("apps/v1", "Service", ("v1", "Service")),
        ("networking.k8s.oi/v1", "Ingress", ("networking.k8s.io/v1", "Ingress")),
        ("v1", "Sevice", ("v1", "Service")),
        ("v1", "Secret", None),
        ("networking.k8s.aws/v1", "NetworkPolicy", None),
        ("extensions/v1beta1", "Deployment", None),
        ("apps.example.org/v1", "Deployment", None),
        ("autoscaling/v2", "Anything", None),
        ("serving.knative.dev/v1", "Service", None),
    ],
)
def test_kinds_that_are_written_wrong(api_version: str, kind: str, real: tuple[str, str] | None) -> None:
    assert meant(api_version, kind) == real


def test_a_kind_that_is_written_wrong_is_read_as_what_is_meant() -> None:
    text = WEB % {"kind": "deployment", "spec": SELECTOR, "pod": "", "container": ""}
    assert [one.id.kind for one in view(text).workloads] == ["Deployment"]

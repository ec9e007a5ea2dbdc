"""What the table of requirements wants of objects, field by field, and what it leaves alone."""

import pytest

from mblint.cluster.build import build_cluster
from mblint.manifests.read import read_text

POD = """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  %(pod)s
  containers:
    - {name: web, image: registry.example/web:1.0, %(container)s}
"""


def _said(text: str) -> list[tuple[bool, str]]:
    return [(item.refused, item.message) for item in build_cluster(read_text(text).documents).invalid]


def _refused(text: str) -> list[str]:
    return [message for refused, message in _said(text) if refused]


def _pod(pod: str = "", container: str = "") -> list[str]:
    return _refused(POD % {"pod": pod, "container": container})


@pytest.mark.parametrize(
    ("container", "message"),
    [
        ("ports: [{name: failure-detector, containerPort: 1}]", "ports[0].name is 'failure-detector': a port's name"),
        ("ports: [{name: '8080', containerPort: 8080}]", "a letter among them"),
        ("ports: [{containerPort: 70000}]", "containerPort is 70000, and must be 65535 or less"),
        (
            "imagePullPolicy: ifNotPresent",
            "imagePullPolicy is 'ifNotPresent', and must be Always, IfNotPresent or Never",
        ),
        (
            "envFrom: [{configMapRef: {name: a}, secretRef: {name: b}}]",
            "has configMapRef and secretRef, and may have one",
        ),
        ("env: [{name: A, valueFrom: {}}]", "valueFrom must have fieldRef, resourceFieldRef"),
        ("env: [{name: A, valueFrom: {fieldRef: {fieldPath: metadata.nmae}}}]", "no variable can be filled from this"),
        ("resources: {limits: {storage: 2Gi}}", "has 'storage': containers have cpu, memory"),
        ("livenessProbe: {httpGet: {path: /}}", "livenessProbe.httpGet.port is required"),
        ("livenessProbe: {tcpSocket: {port: '80'}}", "livenessProbe.tcpSocket.port is '80'"),
        (
            "readinessProbe: {tcpSocket: {port: 80}, failureThreshold: -1}",
            "failureThreshold is -1, and must be 0 or more",
        ),
        (
            "envFrom: [{secretRef: {name: Web_Secrets}}]",
            "envFrom[0].secretRef.name is 'Web_Secrets': it has at most 253",
        ),
        ("lifecycle: {preStop: {}}", "lifecycle.preStop must have exec, httpGet, tcpSocket or sleep"),
    ],
)
def test_containers(container: str, message: str) -> None:
    (found,) = _pod(container=container)
    assert message in found


@pytest.mark.parametrize(
    ("pod", "message"),
    [
        ("tolerations: [{key: a, operator: Exists, value: b}]", "tolerations[0].value must not be there"),
        ("topologySpreadConstraints: [{maxSkew: 1, topologyKey: a}]", "[0].whenUnsatisfiable is required"),
        ("volumes: [{name: a, configMap: {}}]", "volumes[0].configMap.name is required"),
        (
            "volumes: [{name: a, secret: {secretName: b, defaultMode: 755}}]",
            "defaultMode is 755, and must be 511 or less",
        ),
        ("hostAliases: [{ip: 10.0.0.1, hostnames: [db_main]}]", "hostnames[0] is 'db_main': it has at most 253"),
        ("volumes: [{name: a, projected: {sources: [{secret: {}}]}}]", "sources[0].secret.name is required"),
        (
            "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms:"
            " [{matchExpressions: [{key: disk, operator: In}]}]}}}",
            "matchExpressions[0].values is required",
        ),
        (
            "initContainers: [{name: a, image: b, readinessProbe: {exec: {command: [c]}}}]",
            "an init container ends before",
        ),
    ],
)
def test_pods(pod: str, message: str) -> None:
    (found,) = _pod(pod=pod)
    assert message in found


@pytest.mark.parametrize(
    "text",
    [
        POD % {"pod": "volumes: [{name: a}, {name: b, emptyDir: {sizeLimit: 1e9}}]", "container": "resources: {}"},
        POD % {"pod": "tolerations: [{operator: Exists}]", "container": "ports: [{name: web-80, containerPort: 80}]"},
        POD % {"pod": "hostname: '${HOST}'", "container": "env: [{name: a.b-c d, value: ''}]"},
        POD
        % {
            "pod": "initContainers: [{name: a, image: b, restartPolicy: Always, startupProbe: {tcpSocket: {port: 1}}}]",
            "container": "resources: {limits: {hugepages-2Mi: 4Mi, memory: 1Gi, example.org/gpu: 1}}",
        },
    ],
)
def test_what_the_api_server_takes(text: str) -> None:
    assert _said(text) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: Web_User}",
            "metadata.name is 'Web_User': it has at most 253",
        ),
        (
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web, namespace: Shop}",
            "metadata.namespace is 'Shop': it has at most 63",
        ),
        (
            "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n"
            "spec: {type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.1], ports: [{port: 80}]}",
            "loadBalancerSourceRanges[0] is '10.0.0.1': a block of addresses",
        ),
    ],
)
def test_names_and_blocks(text: str, message: str) -> None:
    (found,) = _refused(text)
    assert message in found


def _ingress(path: str, version: str = "v1") -> list[str]:
    head = f"apiVersion: networking.k8s.io/{version}\nkind: Ingress\nmetadata: {{name: web}}\n"
    return _refused(f"{head}spec: {{rules: [{{host: web.example.org, http: {{paths: [{{{path}}}]}}}}]}}\n")


def test_the_paths_of_an_ingress() -> None:
    named = "backend: {service: {name: web, port: {name: http}}}"
    assert _ingress(f"path: /, pathType: Prefix, {named}") == []
    assert _ingress(named) == ["spec.rules[0].http.paths[0].pathType is required"]
    assert _ingress(f"pathType: Exact, {named}") == ["spec.rules[0].http.paths[0].path is required"]
    assert _ingress(f"path: web, pathType: Prefix, {named}") == [
        "spec.rules[0].http.paths[0].path is 'web': a path begins with /"
    ]
    assert _ingress("path: /, pathType: Prefix, backend: {service: {name: web, port: {name: a, number: 80}}}") == [
        "spec.rules[0].http.paths[0].backend.service.port has name and number, and may have one of them"
    ]
    assert _ingress("path: /, backend: {serviceName: web, servicePort: 80}", "v1beta1") == []


def test_bindings() -> None:
    binding = (
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: %s\nmetadata: {name: web}\n"
        "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}\nsubjects: [%s]\n"
    )
    assert _refused(binding % ("ClusterRoleBinding", "{kind: ServiceAccount, name: web}")) == [
        "subjects[0].namespace is required"
    ]
    assert _refused(binding % ("RoleBinding", "{kind: ServiceAccount, name: web}")) == []
    assert _refused(binding % ("ClusterRoleBinding", "{kind: Group, name: web}")) == []


def test_custom_resources_are_left_alone() -> None:
    assert (
        _said("apiVersion: shop.example/v1\nkind: Service\nmetadata: {name: web}\nspec: {type: Small, size: 3}\n") == []
    )

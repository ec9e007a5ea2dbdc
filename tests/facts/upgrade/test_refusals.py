"""Field by field: a change that the API server refuses, and one beside it that it does not."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from mblint.facts.kinds import facts_of_step
from mblint.facts.upgrade.immutable_table import immutable_fields, keys_of
from mblint.facts.upgrade.rows import Change
from mblint.facts.world import Step
from tests.facts.worlds import world


class Case(NamedTuple):
    """A field of a kind; what is refused and what is allowed, each as OLD and NEW, in flow style."""

    kind: str
    field: str
    refused: tuple[str, str]
    allowed: tuple[str, str]


POD = "metadata: {labels: {app: a}}, spec: {restartPolicy: Never, containers: [{name: a, image: 'a:1'}]}"
JOB = f"template: {{{POD}}}"
OTHER_POD = POD.replace("a:1", "a:2")
WORKLOAD = f"template: {{{POD}}}".replace("restartPolicy: Never, ", "")
SELECTOR = "selector: {matchLabels: {app: a}}"
CLAIM = "accessModes: [ReadWriteOnce], resources: {requests: {storage: 8Gi}}"
SET = f"serviceName: a, {SELECTOR}, {WORKLOAD}"
PORTS = "ports: [{port: 80}]"
# Sources of volumes in which readOnly is no field: what is there, and something else.
SOURCES = {
    "flocker": ("datasetName: a", "datasetName: b"),
    "hostPath": ("path: /a", "path: /b"),
    "local": ("path: /a", "path: /b"),
    "photonPersistentDisk": ("pdID: a", "pdID: b"),
    "vsphereVolume": ("volumePath: a", "volumePath: b"),
}


def in_spec(old: str, new: str) -> tuple[str, str]:
    return f"spec: {{{old}}}", f"spec: {{{new}}}"


def selectors(kind: str, rest: str = WORKLOAD) -> Case:
    both = rest.replace("labels: {app: a}", "labels: {app: a, tier: web}")
    return Case(
        kind,
        "spec.selector",
        in_spec(f"{SELECTOR}, {both}", f"selector: {{matchLabels: {{app: a, tier: web}}}}, {both}"),
        in_spec(f"{SELECTOR}, {rest}", f"{SELECTOR}, {both}"),
    )


def of_a_set(field: str, old: str, new: str, allowed: tuple[str, str]) -> Case:
    refused = in_spec(f"{old}, {SELECTOR}, {WORKLOAD}", f"{new}, {SELECTOR}, {WORKLOAD}")
    before, after = allowed
    return Case(
        "StatefulSet", field, refused, in_spec(f"{SELECTOR}, {WORKLOAD}{before}", f"{SELECTOR}, {WORKLOAD}{after}")
    )


def of_a_job(field: str, old: str, new: str, allowed: tuple[str, str]) -> Case:
    return Case(
        "Job", field, in_spec(f"{JOB}{old}", f"{JOB}{new}"), in_spec(f"{JOB}{allowed[0]}", f"{JOB}{allowed[1]}")
    )


def of_a_claim(field: str, old: str, new: str, allowed: tuple[str, str]) -> Case:
    return Case("PersistentVolumeClaim", field, in_spec(old, new), in_spec(*allowed))


def of_a_volume(source: str) -> Case:
    old, new = SOURCES.get(source, ("readOnly: false, fsType: a", "readOnly: true, fsType: a"))
    node = ", nodeAffinity: {required: {nodeSelectorTerms: [{}]}}" if source == "local" else ""
    refused = in_spec(f"{source}: {{{old}}}{node}", f"{source}: {{{new}}}{node}")
    allowed = in_spec(f"{source}: {{{old}}}{node}", f"{source}: {{{old}}}{node}, capacity: {{storage: 9Gi}}")
    return Case("PersistentVolume", f"spec.{source}", refused, allowed)


CASES = [
    *(selectors(kind) for kind in ("Deployment", "DaemonSet", "ReplicaSet")),
    selectors("StatefulSet", f"serviceName: a, {WORKLOAD}"),
    of_a_set("spec.serviceName", "serviceName: a", "serviceName: a-headless", ("", ", replicas: 3")),
    of_a_set(
        "spec.podManagementPolicy",
        "podManagementPolicy: OrderedReady",
        "podManagementPolicy: Parallel",
        (", podManagementPolicy: ''", ", podManagementPolicy: OrderedReady"),
    ),
    of_a_set(
        "spec.volumeClaimTemplates",
        f"volumeClaimTemplates: [{{metadata: {{name: data, labels: {{chart: a-1.0}}}}, spec: {{{CLAIM}}}}}]",
        f"volumeClaimTemplates: [{{metadata: {{name: data, labels: {{chart: a-1.1}}}}, spec: {{{CLAIM}}}}}]",
        (
            f", volumeClaimTemplates: [{{metadata: {{name: data}}, spec: {{{CLAIM}}}}}]",
            ", volumeClaimTemplates: [{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data}, "
            f"spec: {{{CLAIM.replace('8Gi', '8192Mi')}, volumeMode: Filesystem}}, status: {{phase: Pending}}}}]",
        ),
    ),
    Case(
        "Job",
        "spec.template",
        in_spec(JOB, f"template: {{{OTHER_POD}}}"),
        in_spec(f"{JOB}, suspend: true", f"{JOB.replace('app: a', 'app: b')}, suspend: true"),
    ),
    of_a_job(
        "spec.selector",
        ", manualSelector: true, selector: {matchLabels: {app: a}}",
        ", manualSelector: true, selector: {matchLabels: {app: b}}",
        (", backoffLimit: 2", ", backoffLimit: 3"),
    ),
    of_a_job(
        "spec.completionMode",
        ", completions: 2",
        ", completions: 2, completionMode: Indexed",
        (", completions: 2", ", completions: 2, completionMode: NonIndexed"),
    ),
    of_a_job(
        "spec.completions",
        ", completions: 2",
        ", completions: 3",
        (
            ", completions: 2, parallelism: 2, completionMode: Indexed",
            ", completions: 3, parallelism: 3, completionMode: Indexed",
        ),
    ),
    of_a_job(
        "spec.podFailurePolicy",
        ", podFailurePolicy: {rules: [{action: Ignore, onPodConditions: [{type: DisruptionTarget}]}]}",
        ", podFailurePolicy: {rules: [{action: Count, onPodConditions: [{type: DisruptionTarget}]}]}",
        (
            ", podFailurePolicy: {rules: [{action: Ignore, onPodConditions: [{type: DisruptionTarget}]}]}",
            ", podFailurePolicy: {rules: [{action: Ignore, onPodConditions: "
            "[{type: DisruptionTarget, status: 'True'}]}]}",
        ),
    ),
    of_a_job(
        "spec.successPolicy",
        ", completions: 2, successPolicy: {rules: [{succeededCount: 1}]}",
        ", completions: 2, successPolicy: {rules: [{succeededCount: 2}]}",
        (", activeDeadlineSeconds: 10", ", activeDeadlineSeconds: 20"),
    ),
    of_a_job(
        "spec.backoffLimitPerIndex",
        ", backoffLimitPerIndex: 1",
        ", backoffLimitPerIndex: 2",
        (", parallelism: 1", ", parallelism: 2"),
    ),
    of_a_job("spec.managedBy", "", ", managedBy: queue.example/jobs", ("", ", suspend: true")),
    Case(
        "Pod",
        "spec",
        in_spec("containers: [{name: a, image: 'a:1'}]", "containers: [{name: a, image: 'a:1', args: [x]}]"),
        in_spec("containers: [{name: a, image: 'a:1'}]", "containers: [{name: a, image: 'a:2'}]"),
    ),
    *(
        Case(
            kind,
            field,
            (f"immutable: true, {data}: {{a: {text}, b: {text}}}", new),
            (f"{data}: {{a: {text}, b: {text}}}", f"immutable: true, {data}: {{a: {text}}}"),
        )
        for kind, field, data, text, new in (
            ("ConfigMap", "data", "data", "x", "immutable: true, data: {a: x, b: z}"),
            ("ConfigMap", "binaryData", "binaryData", "eA==", "immutable: true, binaryData: {a: eA==}"),
            ("ConfigMap", "immutable", "data", "x", "data: {a: x, b: x}"),
            ("Secret", "data", "stringData", "x", "immutable: true, stringData: {a: x, b: z}"),
            ("Secret", "immutable", "stringData", "x", "data: {a: eA==, b: eA==}"),
        )
    ),
    Case(
        "Secret",
        "type",
        ("type: kubernetes.io/basic-auth, stringData: {username: x}", "stringData: {username: x}"),
        ("stringData: {a: x}", "type: Opaque, data: {a: eA==}"),
    ),
    Case(
        "Service",
        "spec.clusterIP",
        in_spec(f"{PORTS}, clusterIP: 10.0.0.1", f"{PORTS}, clusterIP: None"),
        in_spec(f"{PORTS}, clusterIP: None", f"{PORTS}, selector: {{app: a}}"),
    ),
    Case(
        "Service",
        "spec.type",
        in_spec(f"{PORTS}, clusterIP: None", f"{PORTS}, type: NodePort"),
        in_spec(f"{PORTS}, type: NodePort", f"{PORTS}, type: LoadBalancer"),
    ),
    Case(
        "Service",
        "spec.ipFamilies.0",
        in_spec(f"{PORTS}, ipFamilies: [IPv4]", f"{PORTS}, ipFamilies: [IPv6]"),
        in_spec(f"{PORTS}, ipFamilies: [IPv4]", f"{PORTS}, ipFamilies: [IPv4, IPv6], ipFamilyPolicy: RequireDualStack"),
    ),
    Case(
        "Service",
        "spec.loadBalancerClass",
        in_spec(f"{PORTS}, type: LoadBalancer", f"{PORTS}, type: LoadBalancer, loadBalancerClass: a.example/b"),
        in_spec(f"{PORTS}, type: NodePort", f"{PORTS}, type: LoadBalancer, loadBalancerClass: a.example/b"),
    ),
    Case(
        "Service",
        "spec.healthCheckNodePort",
        in_spec(
            f"{PORTS}, type: LoadBalancer, externalTrafficPolicy: Local, healthCheckNodePort: 30001",
            f"{PORTS}, type: LoadBalancer, externalTrafficPolicy: Local, healthCheckNodePort: 30002",
        ),
        in_spec(
            f"{PORTS}, type: LoadBalancer, externalTrafficPolicy: Local, healthCheckNodePort: 30001",
            f"{PORTS}, type: LoadBalancer, externalTrafficPolicy: Local",
        ),
    ),
    Case(
        "EndpointSlice",
        "addressType",
        ("addressType: IPv4, endpoints: []", "addressType: IPv6, endpoints: []"),
        ("addressType: IPv4, endpoints: []", "addressType: IPv4, endpoints: [{addresses: [10.0.0.1]}]"),
    ),
    Case(
        "IngressClass",
        "spec.controller",
        in_spec("controller: a.example/x", "controller: a.example/z"),
        in_spec("controller: a.example/x", "controller: a.example/x, parameters: {kind: P, name: p}"),
    ),
    of_a_claim(
        "spec.accessModes", CLAIM, CLAIM.replace("Once", "Many"), (CLAIM, f"{CLAIM}, volumeAttributesClassName: fast")
    ),
    of_a_claim(
        "spec.selector",
        CLAIM,
        f"{CLAIM}, selector: {{matchLabels: {{a: b}}}}",
        (f"{CLAIM}, selector: {{matchLabels: {{a: b}}}}", f"selector: {{matchLabels: {{a: b}}}}, {CLAIM}"),
    ),
    of_a_claim(
        "spec.storageClassName",
        f"{CLAIM}, storageClassName: fast",
        f"{CLAIM}, storageClassName: slow",
        (CLAIM, f"{CLAIM}, storageClassName: fast"),
    ),
    of_a_claim(
        "spec.volumeName", f"{CLAIM}, volumeName: a", f"{CLAIM}, volumeName: b", (CLAIM, f"{CLAIM}, volumeName: b")
    ),
    of_a_claim("spec.volumeMode", CLAIM, f"{CLAIM}, volumeMode: Block", (CLAIM, f"{CLAIM}, volumeMode: Filesystem")),
    *(
        of_a_claim(
            f"spec.{field}",
            f"{CLAIM}, {field}: {{kind: PersistentVolumeClaim, name: a}}",
            f"{CLAIM}, {field}: {{kind: PersistentVolumeClaim, name: b}}",
            (
                f"{CLAIM}, {field}: {{kind: PersistentVolumeClaim, name: a}}",
                f"{CLAIM.replace('8Gi', '9Gi')}, {field}: {{kind: PersistentVolumeClaim, name: a}}",
            ),
        )
        for field in ("dataSource", "dataSourceRef")
    ),
    of_a_claim(
        "spec.resources.requests.storage",
        CLAIM,
        CLAIM.replace("8Gi", "8000Mi"),
        (CLAIM, CLAIM.replace("8Gi", "0.01Ti")),
    ),
    of_a_claim(
        "spec.resources.limits",
        CLAIM,
        CLAIM.replace("resources: {", "resources: {limits: {storage: 9Gi}, "),
        (CLAIM, CLAIM.replace("resources: {", "resources: {limits: {}, ")),
    ),
    Case(
        "PersistentVolumeClaim",
        "metadata.annotations.volume.beta.kubernetes.io/storage-class",
        (
            f"metadata: {{name: a, annotations: {{volume.beta.kubernetes.io/storage-class: fast}}}}, spec: {{{CLAIM}}}",
            f"metadata: {{name: a, annotations: {{volume.beta.kubernetes.io/storage-class: slow}}}}, spec: {{{CLAIM}}}",
        ),
        (
            f"metadata: {{name: a, annotations: {{example.com/owner: x}}}}, spec: {{{CLAIM}}}",
            f"metadata: {{name: a, annotations: {{example.com/owner: b}}}}, spec: {{{CLAIM}}}",
        ),
    ),
    *(
        of_a_volume(field.removeprefix("spec."))
        for field in next(row.paths for row in immutable_fields()["", "PersistentVolume"] if "spec.nfs" in row.paths)
        if isinstance(field, str)
    ),
    Case(
        "PersistentVolume",
        "spec.volumeMode",
        in_spec("nfs: {path: /a}", "nfs: {path: /a}, volumeMode: Block"),
        in_spec("nfs: {path: /a}", "nfs: {path: /a}, volumeMode: Filesystem, accessModes: [ReadWriteMany]"),
    ),
    Case(
        "PersistentVolume",
        "spec.nodeAffinity",
        in_spec("nodeAffinity: {required: {nodeSelectorTerms: [{}]}}", "nodeAffinity: {required: {}}"),
        in_spec("hostPath: {path: /a}", "hostPath: {path: /a}, nodeAffinity: {required: {nodeSelectorTerms: [{}]}}"),
    ),
    *(
        Case(
            "StorageClass", field, (f"provisioner: a, {old}", new), (f"provisioner: a, {old}", f"provisioner: a, {ok}")
        )
        for field, old, new, ok in (
            ("provisioner", "mountOptions: [x]", "provisioner: b, mountOptions: [x]", "mountOptions: [z]"),
            ("parameters", "parameters: {t: x}", "provisioner: a, parameters: {t: z}", "parameters: {t: x}"),
            ("reclaimPolicy", "mountOptions: [x]", "provisioner: a, reclaimPolicy: Retain", "reclaimPolicy: Delete"),
            (
                "volumeBindingMode",
                "allowVolumeExpansion: false",
                "provisioner: a, volumeBindingMode: WaitForFirstConsumer",
                "allowVolumeExpansion: true, volumeBindingMode: Immediate",
            ),
        )
    ),
    Case(
        "VolumeAttributesClass",
        "driverName",
        ("driverName: a", "driverName: b"),
        ("driverName: a", "driverName: a, metadata: {name: a, labels: {k: v}}"),
    ),
    Case(
        "VolumeAttributesClass",
        "parameters",
        ("driverName: a, parameters: {iops: '1'}", "driverName: a, parameters: {iops: '2'}"),
        (
            "driverName: a, parameters: {iops: '1'}",
            "driverName: a, parameters: {iops: '1'}, metadata: {name: a, labels: {k: v}}",
        ),
    ),
    Case(
        "CSIDriver",
        "spec.attachRequired",
        in_spec("podInfoOnMount: true", "attachRequired: false"),
        in_spec("podInfoOnMount: true", "attachRequired: true"),
    ),
    Case(
        "CSIDriver",
        "spec.volumeLifecycleModes",
        in_spec("podInfoOnMount: true", "volumeLifecycleModes: [Persistent, Ephemeral]"),
        in_spec("podInfoOnMount: true", "volumeLifecycleModes: [Persistent]"),
    ),
    *(
        Case(
            kind,
            "roleRef",
            ("roleRef: {kind: ClusterRole, name: view}", "roleRef: {kind: ClusterRole, name: edit}"),
            (
                "roleRef: {kind: ClusterRole, name: view}",
                "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}, subjects: []",
            ),
        )
        for kind in ("RoleBinding", "ClusterRoleBinding")
    ),
    Case(
        "ResourceQuota",
        "spec.scopes",
        in_spec("hard: {pods: 4}, scopes: [Terminating]", "hard: {pods: 4}, scopes: [NotTerminating]"),
        in_spec("hard: {pods: 4}, scopes: [Terminating]", "hard: {pods: 8}, scopes: [Terminating]"),
    ),
    Case("PriorityClass", "value", ("value: 1", "value: 2"), ("value: 1", "value: 1, description: x")),
    Case(
        "PriorityClass",
        "preemptionPolicy",
        ("value: 1", "value: 1, preemptionPolicy: Never"),
        ("value: 1", "value: 1, preemptionPolicy: PreemptLowerPriority"),
    ),
    Case("RuntimeClass", "handler", ("handler: a", "handler: b"), ("handler: a", "handler: a, scheduling: {k: v}")),
    *(
        Case(
            kind,
            "spec",
            in_spec("devices: {requests: [{name: a}]}", "devices: {requests: [{name: b}]}"),
            (
                "spec: {devices: {requests: [{name: a}]}}",
                "metadata: {name: a, labels: {k: v}}, spec: {devices: {requests: [{name: a}]}}",
            ),
        )
        for kind in ("ResourceClaim", "ResourceClaimTemplate")
    ),
    Case(
        "CustomResourceDefinition",
        "spec.scope",
        in_spec("scope: Cluster, names: {kind: A}", "scope: Namespaced, names: {kind: A}"),
        in_spec("scope: Cluster, names: {kind: A}", "scope: Cluster, names: {kind: A, shortNames: [a]}"),
    ),
    Case(
        "CustomResourceDefinition",
        "spec.names.kind",
        in_spec("scope: Cluster, names: {kind: A}", "scope: Cluster, names: {kind: B}"),
        in_spec("scope: Cluster, names: {kind: A}", "scope: Cluster, names: {kind: A}, preserveUnknownFields: false"),
    ),
]

GROUPS = {kind: group for group, kind in immutable_fields()}


def rows(kind: str, old: str, new: str) -> list[Change]:
    """The changes between two objects of a kind, each given by the entries of its mapping."""

    def written(body: str) -> str:
        metadata = "" if "metadata: {name: a, " in body else "metadata: {name: a}, "
        group = GROUPS[kind]
        return f"{{apiVersion: {group}{'/' if group else ''}v1, kind: {kind}, {metadata}{body}}}\n"

    facts = facts_of_step(Step(world(written(old)), world(written(new))))
    return [fact for fact in facts if isinstance(fact, Change)]


def refused_fields(kind: str, old: str, new: str) -> list[str]:
    return [row.fields for row in rows(kind, old, new) if row.verdict == "refused"]


BY_CASE = pytest.mark.parametrize("case", CASES, ids=[f"{case.kind}-{case.field}" for case in CASES])


@BY_CASE
def test_the_api_server_refuses(case: Case) -> None:
    found = [row for row in rows(case.kind, *case.refused) if row.verdict == "refused"]
    assert [row.fields for row in found] == [case.field]
    assert found[0].reason
    assert "{" not in (found[0].remedy or "{")


@BY_CASE
def test_the_api_server_allows(case: Case) -> None:
    assert refused_fields(case.kind, *case.allowed) == []


@BY_CASE
def test_the_same_is_no_change(case: Case) -> None:
    for body in (*case.refused, *case.allowed):
        assert rows(case.kind, body, body) == []


def test_every_field_of_the_table_has_a_case() -> None:
    table = {
        (kind, ".".join(keys_of(path)))
        for (_, kind), fields in immutable_fields().items()
        for field in fields
        for path in field.paths
    }
    assert table == {(case.kind, case.field) for case in CASES}

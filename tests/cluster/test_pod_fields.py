"""Fields of pods that are read on demand."""

from mblint.cluster.build import build_cluster
from mblint.cluster.cluster import Cluster
from mblint.cluster.pod_fields import claim_of, container_fields, pod_fields, roll_out, volume_source
from mblint.manifests.read import read_text
from tests.cluster.views import view

WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  minReadySeconds: 5
  strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 25%, maxUnavailable: 0}}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      priorityClassName: high
      imagePullSecrets: [{name: registry}]
      automountServiceAccountToken: false
      nodeSelector: {disk: fast}
      securityContext: {fsGroup: 2000, runAsNonRoot: true, supplementalGroups: [5]}
      containers:
        - name: web
          image: registry.example/web:1
          securityContext: {runAsUser: 1000, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
          lifecycle: {preStop: {exec: {command: [sleep, "5"]}}}
          volumeMounts: [{name: data, mountPath: /data, readOnly: true}]
      volumes:
        - {name: data, persistentVolumeClaim: {claimName: data, readOnly: true}}
        - {name: cache, emptyDir: {medium: Memory, sizeLimit: 64Mi}}
        - {name: node, hostPath: {path: /var/log, type: Directory}}
"""
CLAIM = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], storageClassName: "", resources: {requests: {storage: 1Gi}}}
"""


def seen(text: str = WEB) -> Cluster:
    return view(text)


def test_pods() -> None:
    fields = pod_fields(seen().workloads[0])
    assert fields.priority_class == "high"
    assert [name for name, _ in fields.image_pull_secrets] == ["registry"]
    assert fields.automount_service_account_token is False
    assert fields.node_selector == {"disk": "fast"}
    assert (fields.security.fs_group, fields.security.run_as_non_root) == (2000, True)
    assert fields.security.supplemental_groups == (5,)


def test_containers() -> None:
    fields = container_fields(seen().workloads[0].pod.containers[0])
    assert (fields.security.run_as_user, fields.security.read_only_root_filesystem) == (1000, True)
    assert fields.security.capabilities_dropped == ("ALL",)
    assert fields.pre_stop is not None
    assert (fields.pre_stop.handler, fields.pre_stop.command) == ("exec", ("sleep", "5"))
    assert fields.post_start is None
    assert fields.read_only_mounts == {"/data"}


def test_roll_outs() -> None:
    found = roll_out(seen().workloads[0])
    assert (found.strategy, found.max_surge, found.max_unavailable, found.min_ready_seconds) == (
        "RollingUpdate",
        "25%",
        0,
        5,
    )


def test_volumes() -> None:
    volumes = seen().workloads[0].pod.volumes
    data, cache, of_node = (volume_source(volumes[name]) for name in ("data", "cache", "node"))
    assert (data.claim, data.read_only) == ("data", True)
    assert (cache.empty_dir_medium, cache.empty_dir_size) == ("Memory", "64Mi")
    assert (of_node.host_path, of_node.host_path_type) == ("/var/log", "Directory")


def test_claims() -> None:
    (claim,) = seen(CLAIM).of_kind("PersistentVolumeClaim", "")
    found = claim_of(claim)
    assert (found.access_modes, found.class_name, found.size) == (("ReadWriteOnce",), "", "1Gi")


def test_kinds_are_told_apart_by_group() -> None:
    other = "---\napiVersion: serving.example.org/v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\n"
    both = seen(CLAIM + other)
    assert [obj.api_version for obj in both.of_kind("PersistentVolumeClaim", "")] == ["v1"]
    assert [obj.api_version for obj in both.of_kind("PersistentVolumeClaim", "serving.example.org", "")] == [
        "serving.example.org/v1",
        "v1",
    ]


def test_what_is_wrong_is_absent_and_the_rest_is_read() -> None:
    fields = pod_fields(seen(WEB.replace("priorityClassName: high", "priorityClassName: 5")).workloads[0])
    assert fields.priority_class is None
    assert fields.node_selector == {"disk": "fast"}


def test_a_workload_without_a_template_has_no_fields() -> None:
    text = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: migrate}\nspec: {}\n"
    cluster = build_cluster(read_text(text).documents)
    assert cluster.invalid
    assert [pod_fields(workload).node.absent for workload in cluster.workloads] == [True]

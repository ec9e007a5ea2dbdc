"""OLD as `kubectl get -o yaml` prints it: what the API server and its controllers added is no change."""

import json

import pytest
import yaml

from mblint.facts.kinds import facts_of_step
from mblint.facts.upgrade.rows import Change
from mblint.facts.world import Step
from mblint.manifests.documents import Value
from tests.facts.worlds import world

APPLIED = "kubectl.kubernetes.io/last-applied-configuration"

RENDER = """\
apiVersion: v1
kind: Service
metadata: {name: web, labels: {app: web}}
spec:
  selector: {app: web}
  ports: [{name: http, port: 80, targetPort: http}]
---
apiVersion: v1
kind: Secret
metadata: {name: keys}
stringData: {password: correct-horse}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {mode: fast}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: files}
spec:
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 1024Mi}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: database}
spec:
  serviceName: database
  selector: {matchLabels: {app: database}}
  template:
    metadata: {labels: {app: database}}
    spec:
      containers:
        - name: database
          image: registry.example/database:15
          resources: {limits: {memory: 1Gi}}
          readinessProbe: {tcpSocket: {port: 5432}}
          volumeMounts: [{name: data, mountPath: /data}]
  volumeClaimTemplates:
    - metadata: {name: data}
      spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 8Gi}}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: migrate}
spec:
  template:
    metadata: {labels: {app: migrate}}
    spec:
      restartPolicy: Never
      serviceAccountName: migrate
      volumes:
        - {name: settings, configMap: {name: settings}}
        - {name: scratch, emptyDir: {}}
      containers:
        - name: migrate
          image: registry.example/web:1.0
          env:
            - {name: MODE, value: ""}
            - {name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
          ports: [{containerPort: 8080}]
          resources: {limits: {cpu: 1000m}}
          livenessProbe: {httpGet: {port: 8080}}
          volumeMounts: [{name: settings, mountPath: /settings, readOnly: false}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: access}
roleRef: {kind: Role, name: web, apiGroup: rbac.authorization.k8s.io}
subjects: [{kind: ServiceAccount, name: web}]
"""

LIVE = """\
apiVersion: v1
kind: List
metadata: {resourceVersion: ""}
items:
- apiVersion: v1
  kind: Service
  metadata:
    name: web
    namespace: shop
    labels: {app: web, app.kubernetes.io/managed-by: Helm}
    annotations: {meta.helm.sh/release-name: shop, meta.helm.sh/release-namespace: shop}
    creationTimestamp: "2026-07-01T10:00:00Z"
    managedFields: [{manager: helm, operation: Update}]
    resourceVersion: "101"
    uid: 00000000-0000-4000-8000-000000000001
  spec:
    clusterIP: 10.96.0.12
    clusterIPs: [10.96.0.12]
    internalTrafficPolicy: Cluster
    ipFamilies: [IPv4]
    ipFamilyPolicy: SingleStack
    ports: [{name: http, port: 80, protocol: TCP, targetPort: http}]
    selector: {app: web}
    sessionAffinity: None
    type: ClusterIP
  status: {loadBalancer: {}}
- apiVersion: v1
  kind: Secret
  metadata: {name: keys, namespace: shop, resourceVersion: "102", uid: 00000000-0000-4000-8000-000000000002}
  data: {password: Y29ycmVjdC1ob3JzZQ==}
  type: Opaque
- apiVersion: v1
  kind: ConfigMap
  metadata: {name: settings, namespace: shop, resourceVersion: "103", uid: 00000000-0000-4000-8000-000000000003}
  data: {mode: fast}
- apiVersion: v1
  kind: PersistentVolumeClaim
  metadata:
    name: files
    namespace: shop
    annotations: {pv.kubernetes.io/bind-completed: "yes", volume.beta.kubernetes.io/storage-provisioner: disk}
    finalizers: [kubernetes.io/pvc-protection]
    resourceVersion: "104"
    uid: 00000000-0000-4000-8000-000000000004
  spec:
    accessModes: [ReadWriteOnce]
    resources: {requests: {storage: 1Gi}}
    storageClassName: standard
    volumeMode: Filesystem
    volumeName: pvc-1
  status: {accessModes: [ReadWriteOnce], capacity: {storage: 1Gi}, phase: Bound}
- apiVersion: apps/v1
  kind: StatefulSet
  metadata:
    name: database
    namespace: shop
    generation: 1
    resourceVersion: "105"
    uid: 00000000-0000-4000-8000-000000000005
  spec:
    persistentVolumeClaimRetentionPolicy: {whenDeleted: Retain, whenScaled: Retain}
    podManagementPolicy: OrderedReady
    replicas: 1
    revisionHistoryLimit: 10
    selector: {matchLabels: {app: database}}
    serviceName: database
    template:
      metadata: {creationTimestamp: null, labels: {app: database}}
      spec:
        containers:
        - image: registry.example/database:15
          imagePullPolicy: IfNotPresent
          name: database
          readinessProbe:
            failureThreshold: 3
            periodSeconds: 10
            successThreshold: 1
            tcpSocket: {port: 5432}
            timeoutSeconds: 1
          resources: {limits: {memory: 1Gi}, requests: {memory: 1Gi}}
          terminationMessagePath: /dev/termination-log
          terminationMessagePolicy: File
          volumeMounts: [{mountPath: /data, name: data}]
        dnsPolicy: ClusterFirst
        restartPolicy: Always
        schedulerName: default-scheduler
        securityContext: {}
        terminationGracePeriodSeconds: 30
    updateStrategy: {rollingUpdate: {partition: 0}, type: RollingUpdate}
    volumeClaimTemplates:
    - apiVersion: v1
      kind: PersistentVolumeClaim
      metadata: {creationTimestamp: null, name: data}
      spec:
        accessModes: [ReadWriteOnce]
        resources: {requests: {storage: 8Gi}}
        volumeMode: Filesystem
      status: {phase: Pending}
  status: {availableReplicas: 1, replicas: 1}
- apiVersion: batch/v1
  kind: Job
  metadata:
    name: migrate
    namespace: shop
    labels: {app: migrate}
    resourceVersion: "106"
    uid: 00000000-0000-4000-8000-000000000006
  spec:
    backoffLimit: 6
    completionMode: NonIndexed
    completions: 1
    manualSelector: false
    parallelism: 1
    podReplacementPolicy: TerminatingOrFailed
    selector: {matchLabels: {batch.kubernetes.io/controller-uid: 00000000-0000-4000-8000-000000000006}}
    suspend: false
    template:
      metadata:
        creationTimestamp: null
        labels:
          app: migrate
          batch.kubernetes.io/controller-uid: 00000000-0000-4000-8000-000000000006
          batch.kubernetes.io/job-name: migrate
          controller-uid: 00000000-0000-4000-8000-000000000006
          job-name: migrate
      spec:
        containers:
        - env:
          - name: MODE
          - name: NODE
            valueFrom: {fieldRef: {apiVersion: v1, fieldPath: spec.nodeName}}
          image: registry.example/web:1.0
          imagePullPolicy: IfNotPresent
          livenessProbe:
            failureThreshold: 3
            httpGet: {path: /, port: 8080, scheme: HTTP}
            periodSeconds: 10
            successThreshold: 1
            timeoutSeconds: 1
          name: migrate
          ports: [{containerPort: 8080, protocol: TCP}]
          resources: {limits: {cpu: "1"}, requests: {cpu: "1"}}
          terminationMessagePath: /dev/termination-log
          terminationMessagePolicy: File
          volumeMounts: [{mountPath: /settings, name: settings}]
        dnsPolicy: ClusterFirst
        restartPolicy: Never
        schedulerName: default-scheduler
        securityContext: {}
        serviceAccount: migrate
        serviceAccountName: migrate
        terminationGracePeriodSeconds: 30
        volumes:
        - configMap: {defaultMode: 420, name: settings}
          name: settings
        - emptyDir: {}
          name: scratch
  status: {succeeded: 1}
- apiVersion: rbac.authorization.k8s.io/v1
  kind: RoleBinding
  metadata: {name: access, namespace: shop, resourceVersion: "107", uid: 00000000-0000-4000-8000-000000000007}
  roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: web}
  subjects: [{kind: ServiceAccount, name: web, namespace: shop}]
- apiVersion: v1
  kind: Pod
  metadata:
    name: database-0
    namespace: shop
    ownerReferences: [{apiVersion: apps/v1, kind: StatefulSet, name: database, controller: true, uid: "5"}]
    resourceVersion: "108"
    uid: 00000000-0000-4000-8000-000000000008
  spec: {containers: [{name: database, image: "registry.example/database:15"}]}
"""


def changes(old: str, new: str) -> list[tuple[str, str, tuple[str, ...]]]:
    facts = facts_of_step(Step(world(old), world(new)))
    return [(row.verdict, row.object.name, row.paths) for row in facts if isinstance(row, Change)]


def changed(text: str, name: str, path: list[str | int], value: Value) -> str:
    """A render with one value set; None takes it out."""
    documents = list(yaml.safe_load_all(text))
    found = next(document for document in documents if document["metadata"]["name"] == name)
    for key in path[:-1]:
        found = found[key]
    if value is None:
        del found[path[-1]]
    else:
        found[path[-1]] = value
    return yaml.safe_dump_all(documents)


def applied() -> str:
    """The live objects with the annotation of `kubectl apply`."""
    live = yaml.safe_load(LIVE)
    manifests = {document["metadata"]["name"]: document for document in yaml.safe_load_all(RENDER)}
    for item in live["items"]:
        manifest = manifests.get(item["metadata"]["name"])
        if manifest is not None:
            item["metadata"].setdefault("annotations", {})[APPLIED] = json.dumps(manifest)
    return yaml.safe_dump(live)


def test_the_render_that_was_applied_changes_nothing() -> None:
    assert changes(LIVE, RENDER) == []
    assert changes(applied(), RENDER) == []


def test_nor_do_the_live_objects_themselves() -> None:
    assert changes(LIVE, LIVE) == []


@pytest.mark.parametrize(
    ("name", "path", "value", "refused"),
    [
        ("web", ["spec", "clusterIP"], "None", "spec.clusterIP"),
        ("web", ["spec", "ipFamilies"], ["IPv6"], "spec.ipFamilies[0]"),
        ("keys", ["type"], "kubernetes.io/basic-auth", "type"),
        ("files", ["spec", "storageClassName"], "fast", "spec.storageClassName"),
        ("files", ["spec", "resources", "requests", "storage"], "1000Mi", "spec.resources.requests.storage"),
        ("database", ["spec", "podManagementPolicy"], "Parallel", "spec.podManagementPolicy"),
        (
            "database",
            ["spec", "volumeClaimTemplates", 0, "spec", "resources", "requests", "storage"],
            "9Gi",
            "spec.volumeClaimTemplates[data].spec.resources.requests.storage",
        ),
        (
            "migrate",
            ["spec", "template", "spec", "containers", 0, "image"],
            "registry.example/web:1.1",
            "spec.template.spec.containers[migrate].image",
        ),
        (
            "migrate",
            ["spec", "template", "spec", "containers", 0, "resources", "limits", "cpu"],
            "2",
            "spec.template.spec.containers[migrate].resources.limits.cpu",
        ),
        ("migrate", ["spec", "template", "spec", "serviceAccountName"], "x", "spec.template.spec.serviceAccountName"),
        ("migrate", ["spec", "template", "metadata", "labels"], {}, "spec.template.metadata.labels.app"),
    ],
)
def test_what_the_render_changes_is_refused(name: str, path: list[str | int], value: Value, refused: str) -> None:
    new = changed(RENDER, name, path, value)
    for old in (LIVE, applied()):
        found = [(verdict, whose, paths) for verdict, whose, paths in changes(old, new) if verdict == "refused"]
        assert [(verdict, whose) for verdict, whose, _ in found] == [("refused", name)]
        assert refused in found[0][2]


def test_a_live_job_that_may_be_deleted_later_is_still_there() -> None:
    path: list[str | int] = ["spec", "template", "spec", "containers", 0, "image"]
    new = changed(RENDER, "migrate", path, "x:2")
    live = LIVE.replace("suspend: false", "ttlSecondsAfterFinished: 600")
    assert [verdict for verdict, _, _ in changes(live, new)] == ["refused"]
    render = changed(RENDER, "migrate", ["spec", "ttlSecondsAfterFinished"], 600)
    assert "refused" not in [verdict for verdict, _, _ in changes(render, new)]


def test_what_may_change_is_told_without_what_the_cluster_added() -> None:
    new = changed(RENDER, "settings", ["data", "mode"], "slow")
    assert changes(LIVE, new) == [("changed", "settings", ("data.mode",))]


def test_what_is_left_out_goes_only_where_it_was_applied() -> None:
    new = changed(RENDER, "web", ["metadata", "labels"], None)
    assert changes(applied(), new) == [("changed", "web", ("metadata.labels.app",))]


def test_what_controllers_made_is_not_removed() -> None:
    without = "\n---\n".join(document for document in RENDER.split("---\n") if "kind: ConfigMap" not in document)
    assert changes(LIVE, without) == [("removed", "settings", ())]

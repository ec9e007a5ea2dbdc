from __future__ import annotations

from mblint.cluster.objects import ContainerRole
from mblint.manifests.locate import locate

from .views import view

POD = """\
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  replicas: 2
  serviceName: db-headless
  volumeClaimTemplates:
    - metadata: {name: data, labels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      hostNetwork: true
      terminationGracePeriodSeconds: 5
      hostAliases: [{ip: 10.0.0.1, hostnames: [a, b]}]
      initContainers:
        - {name: init, image: i}
        - {name: side, image: i, restartPolicy: Always}
      containers:
        - name: main
          image: example:1
          command: [sh, -c]
          args: []
          env:
            - {name: PLAIN, value: text}
            - {name: EMPTY, value: null}
            - name: SECRET
              valueFrom: {secretKeyRef: {name: s, key: k, optional: true}}
            - name: POD
              valueFrom: {fieldRef: {fieldPath: metadata.name}}
            - name: MEMORY
              valueFrom: {resourceFieldRef: {resource: limits.memory}}
          envFrom:
            - {configMapRef: {name: c}, prefix: P_}
            - {secretRef: {name: s, optional: true}}
          ports: [{containerPort: 5432, name: pg}, {containerPort: 53, protocol: UDP}]
          resources: {limits: {cpu: 1, memory: 512Mi}}
          livenessProbe: {httpGet: {port: pg, path: /live}, periodSeconds: 7}
          readinessProbe: {exec: {command: [ok]}}
          startupProbe: {}
          volumeMounts: [{name: files, mountPath: /etc/files, subPath: one}]
      volumes:
        - {name: files, projected: {sources: [{configMap: {name: c, items: [{key: k, path: p}]}}, {secret: {name: s}}]}}
        - {name: claim, persistentVolumeClaim: {claimName: data}}
        - {name: scratch}
"""


def test_a_pod_template_is_read_whole() -> None:
    (workload,) = view(POD).workloads
    pod = workload.pod
    assert (workload.replicas, workload.service_name) == (2, "db-headless")
    assert [(claim.name, claim.labels) for claim in workload.claims] == [("data", {"app": "db"})]
    assert pod.host_network
    assert pod.termination_grace_period == 5
    assert [(alias.ip, alias.hostnames) for alias in pod.host_aliases] == [("10.0.0.1", ("a", "b"))]
    assert [container.role for container in pod.containers] == [
        ContainerRole.INIT,
        ContainerRole.SIDECAR,
        ContainerRole.MAIN,
    ]


def test_a_container_is_read_whole() -> None:
    (workload,) = view(POD).workloads
    main = workload.pod.containers[-1]
    assert [word.text for word in main.command or ()] == ["sh", "-c"]
    assert main.args is None
    by_name = {variable.name: variable for variable in main.env}
    assert by_name["PLAIN"].value == "text"
    assert by_name["EMPTY"].value is None
    ref = by_name["SECRET"].key_ref
    assert ref is not None
    assert (ref.kind, ref.name, ref.key, ref.optional) == ("Secret", "s", "k", True)
    assert by_name["POD"].field == "metadata.name"
    assert by_name["MEMORY"].field == "limits.memory"
    sources = [(source.kind, source.name, source.prefix, source.optional) for source in main.env_from]
    assert sources == [("ConfigMap", "c", "P_", False), ("Secret", "s", "", True)]
    assert [(port.name, port.number, port.protocol) for port in main.ports] == [("pg", 5432, "TCP"), (None, 53, "UDP")]
    assert {name: quantity.text for name, quantity in main.limits.items()} == {"cpu": "1", "memory": "512Mi"}
    assert [(mount.volume, mount.mount_path, mount.sub_path) for mount in main.mounts] == [
        ("files", "/etc/files", "one")
    ]
    assert locate(by_name["PLAIN"].place).line == POD[: POD.index("value: text")].count("\n") + 1


def test_probes_have_the_api_servers_defaults() -> None:
    (workload,) = view(POD).workloads
    main = workload.pod.containers[-1]
    assert main.liveness is not None
    assert (main.liveness.handler, main.liveness.port, main.liveness.path) == ("httpGet", "pg", "/live")
    assert (main.liveness.initial_delay, main.liveness.period, main.liveness.timeout) == (0, 7, 1)
    assert (main.liveness.success_threshold, main.liveness.failure_threshold) == (1, 3)
    assert main.readiness is not None
    assert (main.readiness.handler, main.readiness.command, main.readiness.period) == ("exec", ("ok",), 10)
    assert main.startup is not None
    assert main.startup.handler == "none"


def test_volumes_know_their_files() -> None:
    (workload,) = view(POD).workloads
    files = workload.pod.volumes["files"]
    assert files.kind == "projected"
    assert [(source.kind, source.name) for source in files.files] == [("ConfigMap", "c"), ("Secret", "s")]
    assert [(item.key, item.path) for item in files.files[0].items or ()] == [("k", "p")]
    assert files.files[1].items is None
    assert workload.pod.volumes["claim"].claim == "data"
    assert workload.pod.volumes["scratch"].kind == "emptyDir"

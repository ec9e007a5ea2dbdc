"""`mblint observe`: what happened in a cluster becomes configuration, and findings say it."""

from pathlib import Path

from program import mblint

PODS = """\
apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: Pod
    metadata:
      name: web-7d9f8b6c5d-x2x4z
      namespace: shop
      labels: {pod-template-hash: 7d9f8b6c5d}
      ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web-7d9f8b6c5d, controller: true}]
    spec:
      containers:
        - name: web
          image: registry.example/web:1
          readinessProbe: {httpGet: {path: /, port: 8000}, periodSeconds: 5}
          resources: {limits: {cpu: 500m, memory: 512Mi}}
    status:
      conditions: [{type: Ready, status: "True", lastTransitionTime: "2026-11-28T10:00:58Z"}]
      containerStatuses:
        - name: web
          restartCount: 2
          state: {running: {startedAt: "2026-11-28T10:00:10Z"}}
          lastState: {terminated: {exitCode: 137, reason: OOMKilled}}
"""
WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: registry.example/web:1
          readinessProbe: {httpGet: {path: /, port: 8000}, periodSeconds: 5}
          livenessProbe: {httpGet: {path: /, port: 8000}, initialDelaySeconds: 10}
          resources: {limits: {cpu: 500m, memory: 512Mi}}
"""
SAID = "took 48 s on 1 of 1 pod, restarted twice, killed once for memory at 512Mi"


def test_entries_are_what_happened(tmp_path: Path) -> None:
    (tmp_path / "pods.yaml").write_text(PODS)
    done = mblint("observe", "pods.yaml", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout == (
        "workloads:\n"
        "  # Deployment web, container web: took 48 s on 1 of 1 pod, restarted twice, "
        "OOMKilled once for memory at 512Mi\n"
        "  - match: {namespace: shop, kind: Deployment, name: web, container: web}\n"
        "    observed:\n"
        "      pods: 1\n"
        "      ready-seconds: [48, 48, 48]  # from start to ready: the fastest pod, the middle, the slowest\n"
        "      ready-pods: 1\n"
        '      cpu-limit: "500m"\n'
        "      restarts: 2\n"
        "      oom-killed: 1\n"
        '      memory-limit: "512Mi"  # the limit then in force\n'
    )


def test_findings_rest_on_what_happened(tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text(WEB)
    assert mblint("web.yaml", cwd=tmp_path).returncode == 0
    (tmp_path / ".mblint.yaml").write_text(mblint("observe", "-", cwd=tmp_path, stdin=PODS).stdout)
    done = mblint("web.yaml", cwd=tmp_path)
    assert done.returncode == 1
    assert (
        f"error[liveness-before-startup]: web is killed while it starts: it {SAID}; liveness kills at 30 s"
        in done.stdout
    )
    assert "error[memory-limit-below-workers]: The memory limit of web, 512 MiB, is too little" in done.stdout
    assert f"The numbers are from production: {SAID}." in done.stdout


def test_twice_the_cpu_starts_in_half_the_time(tmp_path: Path) -> None:
    (tmp_path / ".mblint.yaml").write_text(mblint("observe", "-", cwd=tmp_path, stdin=PODS).stdout)
    (tmp_path / "web.yaml").write_text(WEB.replace("cpu: 500m, memory: 512Mi", "cpu: 1, memory: 1Gi"))
    assert mblint("web.yaml", cwd=tmp_path).returncode == 0
    (tmp_path / "web.yaml").write_text(WEB.replace("cpu: 500m, memory: 512Mi", "cpu: 250m, memory: 1Gi"))
    assert "covers 115 s" in mblint("web.yaml", cwd=tmp_path).stdout


def test_a_start_that_no_probe_saw_in_time_says_nothing(tmp_path: Path) -> None:
    """It was ready at the first call of its readiness probe, and may have been for long."""
    (tmp_path / ".mblint.yaml").write_text(mblint("observe", "-", cwd=tmp_path, stdin=PODS).stdout)
    late = WEB.replace("periodSeconds: 5", "initialDelaySeconds: 45, periodSeconds: 5").replace("512Mi", "1Gi")
    (tmp_path / "web.yaml").write_text(late)
    assert mblint("web.yaml", cwd=tmp_path).returncode == 0


def test_pods_without_a_story(tmp_path: Path) -> None:
    quiet = (
        PODS.replace("restartCount: 2", "restartCount: 0")
        .replace("OOMKilled", "Completed")
        .replace("10:00:58", "10:00:10")
    )
    done = mblint("observe", "-", cwd=tmp_path, stdin=quiet)
    assert done.returncode == 0
    assert done.stdout.startswith("# These pods have nothing to tell")


def test_what_is_no_pod_cannot_be_trusted(tmp_path: Path) -> None:
    done = mblint("observe", "-", cwd=tmp_path, stdin="")
    assert done.returncode == 3
    assert "there is no pod" in done.stderr
    assert mblint("observe", "missing.yaml", cwd=tmp_path).returncode == 3

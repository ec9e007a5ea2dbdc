"""What the status of pods tells: how long they took, how often they ended, and for what."""

from typing import Any

import yaml

from mblint.cluster.happened import Happened, happened, pods_in
from mblint.config import Observed
from mblint.manifests.read import read_text

POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: web-7d9f8b6c5d-x2x4z
  namespace: shop
  labels: {app: web, pod-template-hash: 7d9f8b6c5d}
  ownerReferences:
    - {apiVersion: apps/v1, kind: ReplicaSet, name: web-7d9f8b6c5d, controller: true, uid: "1"}
spec:
  containers:
    - name: web
      image: registry.example/web:1
      readinessProbe: {httpGet: {path: /, port: 8000}}
      resources: {limits: {cpu: 500m, memory: 512Mi}}
    - name: proxy
      image: registry.example/proxy:1
      resources: {limits: {memory: 64Mi}}
status:
  phase: Running
  conditions:
    - {type: PodScheduled, status: "True", lastTransitionTime: "2026-11-28T10:00:05Z"}
    - {type: Ready, status: "True", lastTransitionTime: "2026-11-28T10:00:58Z"}
  containerStatuses:
    - name: proxy
      ready: true
      restartCount: 0
      state: {running: {startedAt: "2026-11-28T10:00:07Z"}}
      lastState: {}
    - name: web
      ready: true
      restartCount: 2
      state: {running: {startedAt: "2026-11-28T10:00:10Z"}}
      lastState:
        terminated: {exitCode: 137, reason: OOMKilled, finishedAt: "2026-11-28T10:00:09Z"}
"""


def pod(**status: Any) -> dict[str, Any]:
    """The pod, with other fields in the status of `web`."""
    read = yaml.safe_load(POD)
    read["status"]["containerStatuses"][1].update(status)
    return read


def of(*pods: dict[str, Any]) -> tuple[Happened, ...]:
    text = yaml.safe_dump({"apiVersion": "v1", "kind": "List", "items": list(pods)})
    return happened(pods_in(read_text(text, "-").documents))


def test_a_pod_tells_how_long_it_took_and_why_its_container_ended() -> None:
    seen = Observed(1, (48, 48, 48), 1, "500m", 2, 1, "512Mi")
    assert of(pod()) == (Happened("shop", "Deployment", "web", "web", seen),)


def test_several_pods_are_one_workload() -> None:
    running = {"running": {"startedAt": "2026-11-28T10:00:17Z"}}
    ended = {"terminated": {"exitCode": 1, "reason": "Error"}}
    (row,) = of(pod(), pod(state=running, lastState=ended), pod(state={"waiting": {}}, restartCount=7))
    assert row.observed == Observed(3, (41, 44.5, 48), 2, "500m", 11, 2, "512Mi")


def test_a_container_that_was_killed_just_now_counts() -> None:
    ended = {"terminated": {"exitCode": 137, "reason": "OOMKilled"}}
    (row,) = of(pod(state=ended, lastState={}))
    assert (row.observed.oom_killed, row.observed.ready_seconds) == (1, ())


def test_a_readiness_that_came_and_went_is_no_start_up() -> None:
    running = {"running": {"startedAt": "2026-11-26T10:00:00Z"}}
    (row,) = of(pod(state=running))
    assert row.observed.ready_seconds == ()


def test_of_two_containers_that_say_when_they_are_ready_nobody_knows_which_was_late() -> None:
    both = pod()
    both["spec"]["containers"][1]["readinessProbe"] = {"tcpSocket": {"port": 8001}}
    (row,) = of(both)
    assert row.observed.ready_seconds == ()


def test_other_owners_keep_their_names() -> None:
    database = pod()
    database["metadata"]["ownerReferences"] = [{"kind": "StatefulSet", "name": "database", "controller": True}]
    alone = pod()
    del alone["metadata"]["ownerReferences"]
    assert [(row.kind, row.name) for row in of(database, alone)] == [
        ("Pod", "web-7d9f8b6c5d-x2x4z"),
        ("StatefulSet", "database"),
    ]


def test_pods_that_have_nothing_to_tell() -> None:
    quiet = pod(restartCount=0, lastState={}, state={"running": {"startedAt": "2026-11-28T10:00:58Z"}})
    assert of(quiet) == ()


def test_what_is_no_pod_is_left_out() -> None:
    text = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {}\n---\n[1]\n---\n" + POD
    assert len(list(pods_in(read_text(text, "-").documents))) == 1
    broken = {"kind": "Pod", "metadata": None, "spec": {"containers": [3, {"name": "x"}]}, "status": {"conditions": 4}}
    assert of(broken) == ()

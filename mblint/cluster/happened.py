"""What happened to pods, as their status says it: `kubectl get pods -o yaml`.

Sources: the API reference of Pod (PodStatus, ContainerStatus, ContainerStateTerminated). A container's status holds its
last end only, so what was killed for memory more often shows once. The Ready condition is the pod's: of a pod with
several containers that say when they are ready nobody knows which of them took so long.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from statistics import median
from typing import cast

from msgspec import Struct

from mblint.config import Observed
from mblint.manifests.documents import Document, Value

_LONGEST = 1800  # seconds; a pod that came to be ready later went back and forth
_OOM = "OOMKilled"
_Fields = Mapping[str, Value]


class Happened(Struct, frozen=True):
    """What happened to one container of a workload."""

    namespace: str
    kind: str
    name: str
    container: str
    observed: Observed


class _Seen(Struct):
    """What was seen of one container of one pod."""

    ready: float | None
    restarts: int
    oom: bool
    cpu: str | None
    memory: str | None


def pods_in(documents: Iterable[Document]) -> Iterator[_Fields]:
    """The pods of documents, those of lists too."""
    for document in documents:
        value = _fields(document.value)
        items = value.get("items") if str(value.get("kind", "")).endswith("List") else [document.value]
        yield from (
            pod for item in _list(items) if (pod := _fields(item)).get("kind", "Pod") == "Pod" and "spec" in pod
        )


def happened(pods: Iterable[_Fields]) -> tuple[Happened, ...]:
    """A row for each container of each workload of which anything is to be learnt, by name."""
    seen: defaultdict[tuple[str, str, str, str], list[_Seen]] = defaultdict(list)
    for pod in pods:
        namespace = str(_fields(pod.get("metadata")).get("namespace") or "default")
        for container, one in _containers(pod):
            seen[namespace, *_owner(pod), container].append(one)
    rows = (Happened(*key, _together(ones)) for key, ones in sorted(seen.items()))
    return tuple(row for row in rows if row.observed.ready_seconds or row.observed.restarts or row.observed.oom_killed)


def _owner(pod: _Fields) -> tuple[str, str]:
    """The workload that a pod belongs to: the Deployment behind a ReplicaSet by the hash that it puts into its name."""
    metadata = _fields(pod.get("metadata"))
    owners = [_fields(owner) for owner in _list(metadata.get("ownerReferences"))]
    owner = next((one for one in owners if one.get("controller")), owners[0] if owners else {})
    kind, name = str(owner.get("kind") or "Pod"), str(owner.get("name") or metadata.get("name") or "")
    suffix = f"-{_fields(metadata.get('labels')).get('pod-template-hash')}"
    if kind == "ReplicaSet" and name.endswith(suffix):
        return "Deployment", name.removesuffix(suffix)
    return kind, name


def _containers(pod: _Fields) -> Iterator[tuple[str, _Seen]]:
    spec, status = _fields(pod.get("spec")), _fields(pod.get("status"))
    statuses = {str(each.get("name")): each for each in map(_fields, _list(status.get("containerStatuses")))}
    containers = [_fields(each) for each in _list(spec.get("containers"))]
    asked = [each for each in containers if each.get("readinessProbe")]
    decides = asked[0] if len(asked) == 1 else containers[0] if len(containers) == 1 else None
    for container in containers:
        name = str(container.get("name"))
        said = statuses.get(name, {})
        limits = _fields(_fields(container.get("resources")).get("limits"))
        yield (
            name,
            _Seen(
                ready=_until_ready(status, said) if container is decides else None,
                restarts=_number(said.get("restartCount")),
                oom=any(_reason(said.get(state)) == _OOM for state in ("lastState", "state")),
                cpu=_text(limits.get("cpu")),
                memory=_text(limits.get("memory")),
            ),
        )


def _until_ready(status: _Fields, container: _Fields) -> float | None:
    """Seconds from the container's start until the pod was ready; None where it is not, or was ready before."""
    started = _time(_fields(_fields(container.get("state")).get("running")).get("startedAt"))
    conditions = (_fields(each) for each in _list(status.get("conditions")))
    ready = next((each for each in conditions if each.get("type") == "Ready" and str(each.get("status")) == "True"), {})
    since = _time(ready.get("lastTransitionTime"))
    if started is None or since is None:
        return None
    seconds = (since - started).total_seconds()
    return seconds if 0 <= seconds <= _LONGEST else None


def _together(ones: list[_Seen]) -> Observed:
    ready = sorted(one.ready for one in ones if one.ready is not None)
    killed = [one for one in ones if one.oom]
    return Observed(
        pods=len(ones),
        ready_seconds=(ready[0], median(ready), ready[-1]) if ready and ready[-1] > 1 else (),
        ready_pods=len(ready),
        cpu_limit=next((one.cpu for one in ones if one.cpu), None),
        restarts=sum(one.restarts for one in ones),
        oom_killed=len(killed),
        memory_limit=next((one.memory for one in killed if one.memory), None),
    )


def _reason(state: Value) -> Value:
    return _fields(_fields(state).get("terminated")).get("reason")


def _time(value: Value) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value)) if value else None
    except ValueError:
        return None


def _number(value: Value) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _text(value: Value) -> str | None:
    return None if value is None or isinstance(value, (dict, list)) else str(value)


def _fields(value: Value) -> _Fields:
    return cast("_Fields", value) if isinstance(value, dict) else {}


def _list(value: Value) -> list[Value]:
    return value if isinstance(value, list) else []

"""Workloads whose pods the Pod Security admission of their namespace refuses.

A namespace says by its label what it enforces, else the configuration does (`cluster.pod-security`). The controls are
in rules/tables/pod-security.yaml; warn and audit refuse nothing. Pods of init containers' and hooks' workloads count as
all others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Literal

from msgspec import Struct, convert

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Container, Namespace, Workload
from mblint.cluster.remembered import remembered
from mblint.facts.admission.rows import PodSecurity
from mblint.facts.rows import Related
from mblint.facts.world import World
from mblint.globs import matches
from mblint.manifests.documents import Place, Value
from mblint.regex import regex
from mblint.shipped import read_table

ENFORCE = "pod-security.kubernetes.io/enforce"
_LEVELS = ("baseline", "restricted")
_OWN_USERS = 35
_MINOR = regex(r"v?1\.(\d{1,3})")
LATEST = 1_000
_CONTEXT = "securityContext"
_CHANGERS = (
    ("Assign", "mutations.gatekeeper.sh"),
    ("ModifySet", "mutations.gatekeeper.sh"),
    ("ClusterPolicy", "kyverno.io"),
    ("Policy", "kyverno.io"),
    ("MutatingPolicy", "policies.kyverno.io"),
    ("MutatingAdmissionPolicy", "admissionregistration.k8s.io"),
)

Version = int  # the minor version of Kubernetes


class _Control(Struct, frozen=True, rename="kebab"):
    """See the head of the table."""

    standard: Literal["baseline", "restricted"]
    pod: tuple[str, ...] = ()
    container: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    required: bool = False
    has: str | None = None
    linux: bool = False
    replaced: bool = False
    own_user: bool = False
    since: str | None = None
    annotation: str | None = None


class _Volumes(Struct, frozen=True):
    allowed: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


class _Standards(Struct, frozen=True):
    source: str
    controls: tuple[_Control, ...]
    volumes: dict[str, _Volumes]


def pod_security(world: World) -> Iterator[PodSecurity]:
    """A row for each workload in a namespace that enforces a standard."""
    for workload in world.cluster.workloads:
        standard = enforced(world, workload.id.namespace)
        if standard is None:
            continue
        namespace = world.cluster.namespaces.get(workload.id.namespace)
        version = _version(namespace, world.config.cluster.version)
        changed = _contexts_are_changed(world.cluster)
        violations = tuple(dict.fromkeys(violations_of(workload, standard, version, changed=changed)))
        labelled = namespace is not None and ENFORCE in namespace.labels
        says = f"this namespace enforces {standard}"
        yield PodSecurity(
            object=workload.id,
            place=workload.pod.place,
            related=(Related(says, namespace.place, namespace.id),) if labelled and namespace is not None else (),
            linted=workload.linted,
            verdict="refused" if violations else "allowed",
            standard=standard,
            violations=violations,
        )


def enforced(world: World, namespace: str) -> str | None:
    """What a namespace enforces: its own label, else the configuration; None: nothing, or everything may run."""
    held = world.cluster.namespaces.get(namespace)
    said = held.labels.get(ENFORCE) if held is not None else None
    if said is None:
        configured = world.config.cluster.pod_security.items()
        said = next((level for glob, level in configured if matches(namespace, glob)), None)
    return said if said in _LEVELS else None


def _version(namespace: Namespace | None, cluster: str | None) -> Version:
    """The version of the standards that are enforced: the namespace's own, else the cluster's, else the newest."""
    said = None if namespace is None else namespace.labels.get(f"{ENFORCE}-version")
    written = _MINOR.fullmatch(said or "") or _MINOR.fullmatch(cluster or "")
    return LATEST if written is None else int(written[1])


@remembered
def _contexts_are_changed(cluster: Cluster) -> bool:
    """Whether a policy of the view changes security contexts of pods on their way in, before these are judged.

    Sources: https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/ (mutating ones come first);
    https://open-policy-agent.github.io/gatekeeper/website/docs/mutation/
    """
    return any(
        _CONTEXT in str(each.place.value)
        for kind, group in _CHANGERS
        for each in cluster.of_kind(kind, group)
        if group != "kyverno.io" or "'mutate'" in str(each.place.value)
    )


def violations_of(
    workload: Workload, standard: str, version: Version = LATEST, *, changed: bool = False
) -> Iterator[str]:
    """What of a workload's pods a standard refuses, each as a clause. `changed`: their security contexts are other ones
    than are written."""
    table, spec = _standards(), workload.pod.place
    for volume in workload.pod.volumes.values():
        for level in _LEVELS[: _LEVELS.index(standard) + 1]:
            kinds = table.volumes[level]
            if volume.kind in kinds.refused or (kinds.allowed and volume.kind not in kinds.allowed):
                yield f"volume {volume.name} is a {volume.kind}"
    for control in table.controls:
        if changed and any(_CONTEXT in path for path in (*control.pod, *control.container)):
            continue
        if _is_asked(control, spec, standard, version):
            yield from _of_annotations(control, workload)
            yield from _of_pod(control, spec)
            for container in workload.pod.containers:
                yield from _of_container(control, spec, container)


def safe_sysctls() -> frozenset[str]:
    """The settings of the kernel that the standards allow, which are those that a kubelet takes by itself."""
    controls = (control for control in _standards().controls if any("sysctls" in path for path in control.pod))
    return frozenset(name for control in controls for name in control.allowed)


def _is_asked(control: _Control, spec: Place, standard: str, version: Version) -> bool:
    if control.replaced if standard == "restricted" else control.standard == "restricted":
        return False
    if control.linux and spec.at("os", "name").value == "windows":
        return False
    if control.own_user and version >= _OWN_USERS and spec.at("hostUsers").value is False:
        return False
    return control.since is None or version >= int(control.since.partition(".")[2])


def _of_annotations(control: _Control, workload: Workload) -> Iterator[str]:
    for key, value in workload.pod.annotations.items() if control.annotation is not None else ():
        if matches(key, control.annotation or "") and not any(matches(value, glob) for glob in control.allowed):
            yield f"the annotation {key} must not be {value}"


def _of_pod(control: _Control, spec: Place) -> Iterator[str]:
    for path in control.pod:
        for value in _values(spec.value, path.split(".")):
            if value is not None and not _passes(control, value):
                yield f"{path.replace('[*]', '')} of the pod must not be {_shown(value)}"


def _of_container(control: _Control, spec: Place, container: Container) -> Iterator[str]:
    for path in control.container:
        values = _values(container.place.value, path.split("."))
        said = f"{path.replace('[*]', '').removeprefix('securityContext.')} of container {container.name}"
        if control.has is not None:
            listed = values[0] if values else None
            if not isinstance(listed, list) or control.has not in listed:
                yield f"{said} must hold {control.has}"
            continue
        for value in values:
            if value is not None and not _passes(control, value):
                yield f"{said} must not be {_shown(value)}"
        if control.required and not any(value is not None for value in values) and not _by_pod(control, spec):
            yield f"{said} must be {' or '.join(control.allowed)}"


def _by_pod(control: _Control, spec: Place) -> bool:
    """Whether the pod says it for all its containers."""
    return any(value is not None for path in control.pod for value in _values(spec.value, path.split(".")))


def _passes(control: _Control, value: Value) -> bool:
    text = _shown(value)
    return text not in control.refused and (not control.allowed or text in control.allowed)


def _shown(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _values(value: Value, steps: Sequence[str]) -> list[Value]:
    """The values at a path of the table."""
    if not steps:
        return [value]
    inner = value.get(steps[0].removesuffix("[*]")) if isinstance(value, dict) else None
    if steps[0].endswith("[*]"):
        return [each for one in (inner if isinstance(inner, list) else ()) for each in _values(one, steps[1:])]
    return _values(inner, steps[1:])


@cache
def _standards() -> _Standards:
    return convert(read_table("tables/pod-security.yaml"), _Standards)

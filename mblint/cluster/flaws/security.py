"""What the API server refuses of the security of pods and containers because one field denies another.

Source: ValidateSecurityContext, ValidatePodSecurityContext and validateMountPropagation of
k8s.io/kubernetes/pkg/apis/core/validation.
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.manifests.nodes import Node, WrongType, dotted


def pod_security_flaws(spec: Node) -> Iterator[WrongType]:
    """Of a pod spec's own fields."""
    shared = spec.get("shareProcessNamespace")
    if shared.value is True and spec.get("hostPID").value is True:
        yield WrongType(shared.place, f"{dotted(shared.path)} must not be true beside hostPID")
    yield from _seccomp(spec.get("securityContext").get("seccompProfile"))


def container_security_flaws(container: Node) -> Iterator[WrongType]:
    """Of a container's securityContext."""
    security = container.get("securityContext")
    escalation = security.get("allowPrivilegeEscalation")
    where = dotted(escalation.path)
    if escalation.value is False:
        if security.get("privileged").value is True:
            yield WrongType(escalation.place, f"{where} must not be false where privileged is true")
        added = security.get("capabilities").get("add")
        if isinstance(added.value, list) and "CAP_SYS_ADMIN" in added.value:
            yield WrongType(escalation.place, f"{where} must not be false where CAP_SYS_ADMIN is added")
    yield from _seccomp(security.get("seccompProfile"))
    for mount in container.get("volumeMounts").items():
        shared = mount.get("mountPropagation")
        if shared.value == "Bidirectional" and security.get("privileged").value is not True:
            yield WrongType(shared.place, f"{dotted(shared.path)} must not be Bidirectional unless privileged is true")


def _seccomp(profile: Node) -> Iterator[WrongType]:
    kind, file = profile.get("type"), profile.get("localhostProfile")
    if kind.value == "Localhost" and file.absent:
        yield WrongType(kind.place, f"{dotted(file.path)} is required for the type Localhost")
    elif isinstance(kind.value, str) and kind.value and kind.value != "Localhost" and not file.absent:
        yield WrongType(file.place, f"{dotted(file.path)} must not be there: the type is {kind.value}")

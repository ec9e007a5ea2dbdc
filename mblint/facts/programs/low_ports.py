"""Containers that are not root and listen on a port below 1024, which not everybody may.

The kernel asks for the capability NET_BIND_SERVICE there. A user other than root has it by a file of the image alone,
of which nobody knows but for a few images, and not even so where it is dropped or where privileges may not grow. From
version 2 on containerd lets everybody listen on any port of a pod; other runtimes do where they are told to, and the
pod's `sysctls` can.
Sources: https://github.com/containerd/containerd/blob/00142976c7947b870a6e93d31f1d03e0238b4995/docs/cri/config.md
(enable_unprivileged_ports), https://man7.org/linux/man-pages/man7/capabilities.7.html,
https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/#safe-and-unsafe-sysctls
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.objects import ContainerRole, Workload
from mblint.cluster.pod_fields import container_fields, pod_fields, user_of
from mblint.facts.programs.rows import RunAs
from mblint.facts.way.heard import Ears, ears
from mblint.facts.way.uses import Use, uses
from mblint.facts.world import World
from mblint.software.images import reference

_FIRST_FREE = 1024
_SYSCTL = "net.ipv4.ip_unprivileged_port_start"
# Images of Docker Hub's library whose servers are programs of Debian or Alpine without capabilities in their files.
_PLAIN = ("nginx", "httpd", "php", "wordpress", "nextcloud", "drupal", "joomla")
_NEEDED = frozenset(("ALL", "NET_BIND_SERVICE", "CAP_NET_BIND_SERVICE"))


def low_ports(world: World) -> Iterator[RunAs]:
    """A row for each such container, at the first of its low ports."""
    for workload in world.cluster.workloads:
        if workload.pod.host_network or _everybody_may(workload):
            continue
        for one in ears(world)[id(workload)]:
            port = _port(one, uses(world).get(id(workload), ()))
            user = _user(workload, one) if port is not None else None
            security = one.container.place.at("securityContext")
            if port is not None and user is not None and _is_bound(one):
                yield RunAs(
                    object=workload.id,
                    container=one.container.name,
                    place=security if security.value is not None else one.container.place,
                    linted=workload.linted,
                    says=f"{user} and listens on port {port.port}",
                    otherwise="below 1024 that takes the capability NET_BIND_SERVICE, which is kept from it, unless "
                    "the container runtime lets everybody (containerd does from version 2 on)",
                    remedy=f'Let it listen on a port from 1024 on, or set the pod\'s sysctls to {_SYSCTL}: "0"',
                    verdict="low-port",
                )


def _everybody_may(workload: Workload) -> bool:
    listed = workload.pod.place.at("securityContext", "sysctls").value
    return isinstance(listed, list) and any(isinstance(one, dict) and one.get("name") == _SYSCTL for one in listed)


def _port(one: Ears, used: tuple[Use, ...]) -> Use | None:
    """The first use of a port below 1024 that the container declares, and that nothing says it does not listen on."""
    declared = {port.number for port in one.container.ports if port.protocol == "TCP" and port.number < _FIRST_FREE}
    open_ports = declared & one.ports if one.complete else declared
    return next((use for use in used if use.port in open_ports), None)


def _user(workload: Workload, one: Ears) -> str | None:
    """Which user other than root the manifest names, as a clause."""
    own, pod = container_fields(one.container).security, pod_fields(workload).security
    user = user_of(workload, one.container)
    if user:
        return f"runs as user {user}"
    forbidden = own.run_as_non_root if own.run_as_non_root is not None else pod.run_as_non_root
    return "must not be root (runAsNonRoot)" if user is None and forbidden else None


def _is_bound(one: Ears) -> bool:
    """Whether no file of its image can give it the capability; one that is given by name may well do."""
    own = container_fields(one.container).security
    added = {name.upper() for name in own.capabilities_added}
    dropped = {name.upper() for name in own.capabilities_dropped}
    if one.container.role is ContainerRole.INIT or own.privileged or not added.isdisjoint(_NEEDED):
        return False
    kept_from_it = not dropped.isdisjoint(_NEEDED) or own.allow_privilege_escalation is False
    return kept_from_it or reference(one.container.image or "").path.removeprefix("library/") in _PLAIN

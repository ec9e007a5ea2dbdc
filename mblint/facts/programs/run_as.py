"""As whom a container is to run: what its pod forbids (runAsNonRoot), what its image says, what its program bears.

Under runAsNonRoot the kubelet looks at the user before it starts the container: root is refused, and so is the name of
a user, of which it cannot tell the number. Some programs in turn start as root alone: they give folders away first; and
some work on the network of their pod, for which they need a capability that containers do not have by themselves; and
who starts as root to become somebody else needs those that let him, which `drop: [ALL]` takes away.
Sources: https://kubernetes.io/docs/tasks/configure-pod-container/security-context/;
https://man7.org/linux/man-pages/man7/capabilities.7.html ("Safety checking for capability-dumb binaries");
https://github.com/containerd/containerd/blob/099d2e7c764536dff39243af2a5e281e8dec38c9/oci/spec.go (of the capabilities)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mblint.cluster.objects import Container, Workload
from mblint.cluster.openshift import is_openshift
from mblint.cluster.pod_fields import container_fields, pod_fields, user_of
from mblint.facts.programs.image_user import image_user
from mblint.facts.programs.low_ports import low_ports
from mblint.facts.programs.rows import RunAs
from mblint.facts.programs.started import other_start
from mblint.facts.software import RunningProgram, program_of
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.software.setting_names import texts
from mblint.software.storage import RunsAs
from mblint.software.versions import within

_BY_THEMSELVES = frozenset(
    ("AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "NET_RAW")
) | frozenset(("SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"))
_NOT_CREATED = "the kubelet does not create the container (CreateContainerConfigError)"


def run_as(world: World) -> Iterator[RunAs]:
    """A row for each container whose user is forbidden to it, or that its program does not bear."""
    openshift = is_openshift(world.cluster)
    for workload in world.cluster.workloads:
        for container in workload.pod.containers:
            if _is_filled_later(workload, container):
                continue
            user, non_root = _asked(workload, container)
            program = program_of(world, workload, container)
            row = _row(workload, container, user, non_root, program) if user is not None or non_root else None
            if row is None and program is not None:
                row = _without_capability(program)
            if row is not None:
                yield row if not openshift or user is not None else _unknown(row)
    yield from low_ports(world)


def _is_filled_later(workload: Workload, container: Container) -> bool:
    """Whether something else writes the user before the API server sees it: `${APP_UID:=1000}`."""
    places = (each.at("securityContext", "runAsUser").value for each in (container.place, workload.pod.place))
    return any(isinstance(value, str) for value in places)


def _without_capability(program: RunningProgram) -> RunAs | None:
    """A program that needs a capability which its container is not given, or which is taken from it."""
    entry = image_user(program) if program.running.program.has(RunsAs) else None
    if entry is None or other_start(program) is not None:
        return None
    own = container_fields(program.container).security
    added, dropped = _names(own.capabilities_added), _names(own.capabilities_dropped)
    given = added if "ALL" in dropped else (_BY_THEMSELVES - dropped) | added
    missing = [name for name in _needed(program, entry) if name not in given]
    if own.privileged or "ALL" in added:
        return None
    if not missing:
        version = program.running.version
        in_file = [name for name, since in entry.in_file.items() if within(f">={since}", version) is True]
        return _of_file(program, [name for name in in_file if name not in given])
    listed = " and ".join(missing)
    name, taken = program.running.program.name, not _BY_THEMSELVES.isdisjoint(missing)
    remedy = f"Add {listed} to capabilities.add of its securityContext"
    if not taken:
        says = f"does not have the capability {listed}, which {name} needs"
        stops = "it may not touch the network of its pod, and stops"
    else:
        says = f"drops the capabilities that {name} needs at its start as root ({listed})"
        stops = "it may not become another user or give files away, and stops"
        remedy += f", or set runAsUser: {entry.becomes}" if entry.becomes else ""
    return _of(program.workload, program.container, "needs-capability", says, stops, remedy)


def _of_file(program: RunningProgram, missing: list[str]) -> RunAs | None:
    """The kernel starts no file that has capabilities which its process may not get, as whichever user."""
    if not missing:
        return None
    listed = " and ".join(missing)
    says = f"drops the capability {listed}, which the program's file has in the image of {program.running.program.name}"
    stops = "the kernel does not start such a file without (operation not permitted)"
    remedy = f"Add {listed} to capabilities.add of its securityContext"
    return _of(program.workload, program.container, "needs-capability", says, stops, remedy)


def _names(capabilities: Iterable[str]) -> frozenset[str]:
    return frozenset(name.upper().removeprefix("CAP_") for name in capabilities)


def _needed(program: RunningProgram, entry: RunsAs) -> tuple[str, ...]:
    """The capabilities without which it stops; those that everybody has by himself it needs as root alone."""
    starts_as_root = not entry.uid and not user_of(program.workload, program.container)
    return tuple(name for name in texts(entry.capabilities) if starts_as_root or name not in _BY_THEMSELVES)


def _asked(workload: Workload, container: Container) -> tuple[int | None, bool]:
    """The user that the manifest names, and whether root is forbidden; a container's own word counts more."""
    own, pod = container_fields(container).security, pod_fields(workload).security
    non_root = own.run_as_non_root if own.run_as_non_root is not None else pod.run_as_non_root
    return user_of(workload, container), non_root is True


def _row(
    workload: Workload, container: Container, user: int | None, non_root: bool, program: RunningProgram | None
) -> RunAs | None:
    if user == 0 and non_root:
        says = "says both runAsUser: 0 and runAsNonRoot: true"
        return _of(workload, container, "root-refused", says, _NOT_CREATED, "Leave out one of them")
    entry = None if program is None else image_user(program)
    if program is None or entry is None:
        return None
    name = program.running.program.name
    if user is None and entry.by_name:
        says = f"must not be root (runAsNonRoot), and the image of {name} has the name of a user, not its number"
        number = f"Set runAsUser{f': {entry.uid}' if entry.uid else ''}"
        return _of(workload, container, "name-refused", says, _NOT_CREATED, number)
    if user is None and entry.uid == 0:
        says = f"must not be root (runAsNonRoot), and the image of {name} starts as root"
        return _of(workload, container, "root-refused", says, _NOT_CREATED, _instead(entry))
    if user and entry.only_root and other_start(program) is None:
        says = f"runs as user {user}, and {name} has to start as root"
        return _of(workload, container, "needs-root", says, entry.only_root, "Leave out runAsUser and runAsNonRoot")
    return None


def _instead(entry: RunsAs) -> str:
    """What would help: another user, where the program bears one."""
    if entry.only_root:
        return "Leave out runAsNonRoot"
    number = f" ({entry.becomes} is the one that it becomes by itself)" if entry.becomes else ""
    return f"Set runAsUser to a user that may do what it needs{number}, or leave out runAsNonRoot"


def _of(workload: Workload, container: Container, verdict: str, says: str, otherwise: str, remedy: str) -> RunAs:
    return RunAs(
        object=workload.id,
        container=container.name,
        place=_place(workload, container),
        linted=workload.linted,
        says=says,
        otherwise=otherwise,
        remedy=remedy,
        verdict=verdict,
    )


def _place(workload: Workload, container: Container) -> Place:
    """Where it is said: in the container's own security, else in the pod's, else the container."""
    for security in (container.place.at("securityContext"), workload.pod.place.at("securityContext")):
        for field in ("runAsNonRoot", "runAsUser"):
            if security.at(field).value is not None:
                return security.at(field)
    return container.place


def _unknown(row: RunAs) -> RunAs:
    return RunAs(
        object=row.object,
        container=row.container,
        place=row.place,
        linted=row.linted,
        says=row.says,
        verdict="unknown",
        reason="OpenShift gives pods a user of their own",
    )

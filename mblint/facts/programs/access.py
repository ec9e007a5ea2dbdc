"""New volumes of containers that are not root: may they write there?

The root folder of a new volume belongs to root, unless its driver gives it to all; `fsGroup` gives it to a group of the
pod, and an init container that runs as root may give it away.
Source: https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Container, ContainerRole, Mount, Workload
from mblint.cluster.openshift import is_openshift
from mblint.cluster.pod_fields import Claim, claim_of, container_fields, pod_fields, user_of
from mblint.facts.programs.image_user import image_user
from mblint.facts.programs.rows import VolumeAccess
from mblint.facts.software import RunningProgram, program_of
from mblint.facts.upgrade.data_places import is_within
from mblint.facts.world import World
from mblint.remedies.edits import Edit
from mblint.remedies.rendered import put
from mblint.software.setting_names import texts
from mblint.software.storage import Data, RunsAs

# Words of storage classes whose volumes do not begin as root's alone: shares, folders of a node.
_OTHER_OWNERS = (
    "nfs",
    "efs",
    "file",
    "smb",
    "samba",
    "ceph-fs",
    "cephfs",
    "local",
    "host",
    "gluster",
    "trident",
    "nas",
    "share",
)


class User(Struct, frozen=True):
    """As whom a container runs. `named_by`: what says it. `writes`: the folders that its program writes."""

    uid: int
    gid: int
    named_by: str
    software: str | None
    writes: tuple[str, ...]


def volume_access(world: World) -> Iterator[VolumeAccess]:
    """A row for each new volume of each container of which the user is known and not root."""
    openshift = is_openshift(world.cluster)
    for workload in world.cluster.workloads:
        claims = new_claims(world.cluster, workload) if workload.lasting else {}
        for container in workload.pod.containers if claims else ():
            user = None if container.role is ContainerRole.INIT else _user(world, workload, container)
            if user is not None and user.uid != 0:
                for mount in container.mounts:
                    claim = claims.get(mount.volume)
                    if claim is not None and mount.mount_path not in container_fields(container).read_only_mounts:
                        yield _row(workload, container, user, mount, claim, openshift)


def new_claims(cluster: Cluster, workload: Workload) -> dict[str, Claim]:
    """The claims that the view makes for a workload, by the volume's name in its pods."""
    found = {template.name: claim_of(template) for template in workload.claims}
    for volume in workload.pod.volumes.values():
        for claim in cluster.of_kind("PersistentVolumeClaim", "") if volume.claim else ():
            if (claim.id.namespace, claim.id.name) == (workload.id.namespace, volume.claim):
                found[volume.name] = claim_of(claim)
    return found


def _user(world: World, workload: Workload, container: Container) -> User | None:
    """As whom a container runs; None where nobody knows, or it begins as root and is one with its folders."""
    own, pod = container_fields(container).security, pod_fields(workload).security
    told = user_of(workload, container)
    group = own.run_as_group if own.run_as_group is not None else pod.run_as_group
    program = program_of(world, workload, container)
    of_image = None if program is None else image_user(program)
    writes = () if program is None else _written(program, of_image)
    name = None if program is None else program.running.program.name
    if told is not None:
        return User(told, told if group is None else group, "runAsUser", name, writes)
    if of_image is None or of_image.uid is None or of_image.uid == 0:
        return None  # it starts as root: what it then gives away is its own affair
    gid = of_image.uid if of_image.gid in (None, 0) else of_image.gid
    return User(of_image.uid, gid or of_image.uid, f"the image of {name}", name, writes)


def _written(program: RunningProgram, of_image: RunsAs | None) -> tuple[str, ...]:
    folders = [] if of_image is None else list(texts(of_image.writes))
    for data in program.running.entries(Data):
        if program.told.applies(data) is True and (not data.setting or program.told.first(data.setting) is None):
            folders.append(data.path)
    return tuple(dict.fromkeys(posixpath.normpath(folder) for folder in folders))


def _row(
    workload: Workload, container: Container, user: User, mount: Mount, claim: Claim, openshift: bool
) -> VolumeAccess:
    verdict, reason = _verdict(workload, container, mount, claim, openshift)
    return VolumeAccess(
        object=workload.id,
        container=container.name,
        place=mount.place,
        linted=workload.linted,
        user=user.uid,
        user_from=user.named_by,
        group=user.gid or user.uid,
        path=mount.mount_path,
        volume=mount.volume,
        software=user.software,
        writes=any(is_within(folder, mount.mount_path) for folder in user.writes),
        verdict=verdict,
        reason=reason,
        edits=(_fs_group(workload, user.gid or user.uid),) if verdict == "may-not" and workload.linted else (),
    )


def _fs_group(workload: Workload, group: int) -> Edit:
    """fsGroup for the pod: the kubelet gives its volumes to that group."""
    spec = workload.pod.place
    if isinstance(spec.at("securityContext").value, dict):
        return put(workload, spec.at("securityContext"), "fsGroup", group)
    return put(workload, spec, "securityContext", {"fsGroup": group})


def _verdict(
    workload: Workload, writer: Container, mount: Mount, claim: Claim, openshift: bool
) -> tuple[str, str | None]:
    if pod_fields(workload).security.fs_group is not None:
        return "may-write", "fsGroup gives it to a group of the pod"
    if openshift:
        return "unknown", "OpenShift gives pods a group of their own"
    if claim.volume_mode == "Block" or claim.volume_name:
        return "unknown", "the volume is there already"
    if not set(claim.access_modes) <= {"ReadWriteOnce", "ReadWriteOncePod"}:
        return "unknown", "it may be a share, whose folders belong to whom its server says"
    if any(word in (claim.class_name or "").lower() for word in _OTHER_OWNERS):
        return "unknown", "its storage class may give its volumes to all"
    for container in workload.pod.containers:
        mounted = any(each.volume == mount.volume for each in container.mounts)
        if mounted and container is not writer and _may_be_root(workload, container):
            return "unknown", f"container {container.name} may run as root, and give it away"
    return "may-not", None


def _may_be_root(workload: Workload, container: Container) -> bool:
    """Whether a container is root, or, before or beside the others, may be."""
    told = user_of(workload, container)
    return told == 0 or (told is None and container.role is not ContainerRole.MAIN)

"""What a container may do with files that belong to others, and why a chown is refused.

Only who has CAP_CHOWN gives files away, or takes them; root has it unless it is dropped. The folder at which a new
volume is mounted belongs to root.
Sources: POSIX.1-2017, chown; capabilities(7) of Linux.
"""

from __future__ import annotations

import posixpath
import re

from msgspec import Struct

from mblint.cluster.objects import Container, Workload
from mblint.cluster.pod_fields import Security, container_fields, user_of
from mblint.facts.upgrade.data_places import mount_over


class Rights(Struct, frozen=True):
    """What a container may do. `uid`: None where only the image knows."""

    uid: int | None
    read_only_root: bool
    may_give_away: bool
    lacks_chown: bool
    privileged: bool


class Refused(Struct, frozen=True):
    """Why a write is refused, and what would help."""

    what: str
    path: str
    because: str
    remedy: str


def rights_of(workload: Workload, container: Container) -> Rights:
    """What a container's user and security let it do."""
    own, uid = container_fields(container).security, user_of(workload, container)
    has, privileged = _has_chown(own), own.privileged is True
    return Rights(uid, own.read_only_root_filesystem is True, uid == 0 and has, not has, privileged)


def _has_chown(security: Security) -> bool:
    names = {name.upper().removeprefix("CAP_") for name in security.capabilities_added}
    dropped = {name.upper().removeprefix("CAP_") for name in security.capabilities_dropped}
    return bool(security.privileged) or bool({"CHOWN", "ALL"} & names) or not {"CHOWN", "ALL"} & dropped


def refused_chown(workload: Workload, container: Container, rights: Rights, command: str) -> Refused | None:
    """Why a `chown` is refused; None where it is no such command, is not refused, or nobody can say."""
    words = command.replace('"', "").replace("'", "").split()
    operands = [word for word in words[1:] if not word.startswith("-")]
    if words[:1] != ["chown"] or len(operands) < 2 or rights.may_give_away:
        return None
    owner = re.split(r"[:.]", operands[0])[0]
    if owner != "root" and not owner.isdigit():
        return None
    if not rights.uid and rights.lacks_chown and (owner in ("0", "root") or rights.uid is None):
        known = owner not in ("0", "root") and _is_of_root(workload, container, operands[1])
    elif rights.uid is None or (owner == "root" and rights.uid == 0):
        known = False
    else:
        known = owner != str(rights.uid) or _is_of_root(workload, container, operands[1])
    if not known:
        return None
    user = f"user {rights.uid}" if rights.uid else "root without the capability CHOWN"
    if rights.uid is None:
        user = "a user without the capability CHOWN"
    because = f"it runs as {user}, who may not give files to another"
    if owner == str(rights.uid):
        because = f"it runs as {user}, and what belongs to root cannot be taken by another"
    remedy = "set fsGroup, or let this container run as root" if rights.uid else "add the capability CHOWN"
    return Refused("owner", operands[1], because, remedy)


def _is_of_root(workload: Workload, container: Container, path: str) -> bool:
    """Whether a path is where a new volume is mounted: its folder belongs to root."""
    mount = mount_over(container, posixpath.normpath(path))
    if mount is None or mount.sub_path or posixpath.normpath(mount.mount_path) != posixpath.normpath(path):
        return False
    volume = workload.pod.volumes.get(mount.volume)
    return volume is None or volume.kind in ("emptyDir", "persistentVolumeClaim", "ephemeral")

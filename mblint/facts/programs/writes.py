"""Writes that are refused: onto a mount or root file system that is read-only, or as a user who may not.

Read from plain scripts, where each command runs, and from what software files say their programs write. ConfigMaps,
Secrets and projections are always mounted read-only. Only root installs packages, only CAP_CHOWN gives files away, and
only a privileged container sets what the kernel is told below /proc/sys.
Sources: https://kubernetes.io/docs/concepts/storage/volumes/#configmap; POSIX.1-2017, chown;
https://github.com/containerd/containerd/blob/main/pkg/oci/spec.go (ReadonlyPaths).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

from mblint.cluster.objects import Container, Mount, Workload
from mblint.cluster.pod_fields import container_fields
from mblint.facts.plain_scripts import PlainCommand, PlainScript, plain_script
from mblint.facts.programs.mounted_scripts import mounted_commands
from mblint.facts.programs.rights import Refused, Rights, refused_chown, rights_of
from mblint.facts.programs.rows import RefusedWrite
from mblint.facts.programs.started import other_start
from mblint.facts.programs.temporary import temporary_folders
from mblint.facts.software import RunningProgram, programs_of
from mblint.facts.upgrade.data_places import is_within, mount_over
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.regex import regex
from mblint.settings.unseen_files import may_find
from mblint.software.setting_names import texts
from mblint.software.storage import RunsAs

_READ_ONLY = "its root file system is read-only, and no volume is mounted there"
_ALWAYS_READ_ONLY = ("configMap", "secret", "projected", "downwardAPI")
_NO_FILES = ("/dev", "/proc", "/sys")
_OF_THE_KUBELET = ("/etc/hosts", "/etc/hostname", "/etc/resolv.conf")
_REDIRECTED = regex(r"(?:^|[^<>&\d-])[12]?>>?\s*[\"']?(/[^\s;\"'|&<>()]+)")
_INSTALLS = regex(
    r"^(?:apk\s+(?:-\S+\s+)*(?:add|update)|(?:apt-get|apt|yum|dnf|microdnf)\s+(?:-\S+\s+)*(?:install|update))\b"
)
_MAY_WRITE = regex(
    r">\s*[\"']?/|\b(?:cp|mv|install|touch|tee|truncate|sed|chown|chmod|chgrp|sysctl|apk|apt|apt-get|yum|dnf|microdnf)\b"
)
_SETS_KERNEL = regex(r"(?:/\S*/)?sysctl\s+(?:-\S+\s+)*[\w./]+=|.*>\s*[\"']?/proc/sys/")
_TO_ITS_LAST = ("cp", "mv", "install")
_CHANGED = ("touch", "tee", "truncate")


def refused_writes(world: World) -> Iterator[RefusedWrite]:
    """A row for each write that is refused, in the order of the workloads."""
    for workload in world.cluster.workloads:
        for container in workload.pod.containers:
            script = plain_script(container)
            if script is not None and any(_MAY_WRITE.search(command.text) for command in script.commands):
                yield from _of_script(workload, container, script)
            yield from _of_mounted(world, workload, container)
            if workload.lasting and rights_of(workload, container).read_only_root:
                for folder, does in temporary_folders(workload, container):
                    remedy = f"mount a volume at {folder}, an emptyDir where nothing must last"
                    refused = Refused("program", folder, _READ_ONLY, remedy)
                    action = f"writes {folder} ({does})"
                    yield _row(workload, container, refused, action, container.place, ends_it=True)
        for one in programs_of(world, workload) if workload.lasting else ():
            for refused in _of_program(world, one) if one.running.program.has(RunsAs) else ():
                action = f"writes {refused.path}, as {one.running.program.name} does"
                yield _row(workload, one.container, refused, action, one.container.place, ends_it=True)


def _of_script(workload: Workload, container: Container, script: PlainScript) -> Iterator[RefusedWrite]:
    rights = rights_of(workload, container)
    for command in script.commands:
        refused = _of_command(workload, container, rights, command.text)
        if refused is not None:
            yield _row(workload, container, refused, f"runs `{_short(command)}`", script.place, command.ends_it)


def _of_mounted(world: World, workload: Workload, container: Container) -> Iterator[RefusedWrite]:
    """The first write of each path by scripts that are mounted."""
    rights, seen = rights_of(workload, container), set[str]()
    for script, command, place in mounted_commands(world.cluster, workload, container) if container.words else ():
        for path in _written_by(command.text):
            refused = _refused_at(workload, container, rights, path) if path not in seen else None
            seen.add(path)
            if refused is not None:
                action = f"runs `{_short(command)}` of {script}"
                yield _row(workload, container, refused, action, place, command.ends_it)


def _short(command: PlainCommand) -> str:
    text = " ".join(command.text.split())
    return text if len(text) <= 80 else f"{text[:77]}…"


# ---------------------------------------------------------------- commands


def _of_command(workload: Workload, container: Container, rights: Rights, command: str) -> Refused | None:
    if rights.uid and (found := _INSTALLS.match(command)) is not None:
        because = f"it runs as user {rights.uid}, and only root installs packages"
        return Refused("packages", found[0], because, "use an image that has them, or let this container run as root")
    if rights.read_only_root and (found := _INSTALLS.match(command)) is not None:
        return Refused("packages", found[0], "its root file system is read-only", "use an image that has them")
    if not rights.privileged and _SETS_KERNEL.match(command) is not None:
        because = "/proc/sys is read-only in a container that is not privileged"
        return Refused(
            "kernel", "/proc/sys", because, "set privileged: true for this container, or set it on the nodes"
        )
    for path in _written_by(command):
        refused = _refused_at(workload, container, rights, path)
        if refused is not None:
            return refused
    return refused_chown(workload, container, rights, command)


def _written_by(command: str) -> Iterator[str]:
    """The paths that a command writes, as far as they are absolute and stand there as they are."""
    yield from (path for path in _REDIRECTED.findall(command) if _is_plain(path))
    plain = re.split(r"\s\d?>|\s\|\s", command)[0]
    words = [word.strip("\"'") for word in plain.split()]
    program = words[0].rpartition("/")[2] if words else ""
    operands = [word for word in words[1:] if not word.startswith("-")]
    if program in _TO_ITS_LAST and len(operands) > 1:
        written: Sequence[str] = operands[-1:]
    elif program in _CHANGED:
        written = operands
    elif program == "sed" and any(word.startswith(("-i", "--in-place")) for word in words):
        written = operands[-1:]
    elif program in ("chown", "chmod", "chgrp"):
        written = operands[1:]
    else:
        return
    yield from (path for path in written if _is_plain(path))


def _is_plain(path: str) -> bool:
    return path.startswith("/") and not any(character in path for character in "$*?{`\\")


def _refused_at(workload: Workload, container: Container, rights: Rights, path: str) -> Refused | None:
    where = posixpath.normpath(path)
    if where in _OF_THE_KUBELET or any(is_within(where, folder) for folder in _NO_FILES):
        return None
    mount = mount_over(container, where)
    if mount is None:
        if not rights.read_only_root:
            return None
        folder = where if path.endswith("/") else posixpath.dirname(where)
        remedy = f"mount an emptyDir at {folder}" if folder != "/" else "write to a volume"
        return Refused("write", where, "its root file system is read-only, and no volume is mounted there", remedy)
    reason = _read_only(workload, container, mount)
    if reason is None:
        return None
    return Refused("write", where, reason, "copy the file to an emptyDir, and change it there")


def _read_only(workload: Workload, container: Container, mount: Mount) -> str | None:
    volume = workload.pod.volumes.get(mount.volume)
    if volume is not None and volume.kind in _ALWAYS_READ_ONLY:
        kind = volume.files[0].kind if volume.files else volume.kind
        name = f" {volume.files[0].name}" if len(volume.files) == 1 else ""
        return f"{mount.mount_path} is the {kind}{name}, and what Kubernetes mounts from those is read-only"
    if mount.mount_path in container_fields(container).read_only_mounts:
        return f"{mount.mount_path} is mounted read-only"
    return None


# ---------------------------------------------------------------- programs


def _of_program(world: World, one: RunningProgram) -> Iterator[Refused]:
    if not any(entry.writes or entry.in_image for entry in one.running.program.entries(RunsAs)):
        return
    entries = [entry for entry in one.running.entries(RunsAs) if one.told.applies(entry) is True]
    if len(entries) != 1 or one.running.undecided(RunsAs) or other_start(one) is not None:
        return
    entry, rights = entries[0], rights_of(one.workload, one.container)
    if entry.completed_by and may_find(world.cluster, one.workload, one.container, entry.completed_by):
        return
    for folder in dict.fromkeys((*texts(entry.writes), *texts(entry.in_image))):
        in_image = folder in texts(entry.in_image)
        mount = mount_over(one.container, folder)
        if mount is not None:
            reason = _read_only(one.workload, one.container, mount)
            if reason is not None:
                yield Refused("program", folder, reason, f"mount {folder} so that it can be written")
        elif not in_image or _has_volume_below(one, folder):
            continue  # the runtime makes a volume for it, or what it writes lies on one
        elif rights.read_only_root:
            yield Refused(
                "program", folder, _READ_ONLY, f"mount a volume at {folder}, an emptyDir where nothing must last"
            )
        elif entry.others_refused and rights.uid and rights.uid not in (entry.uid, entry.becomes):
            because = f"it runs as user {rights.uid}, and in the image that folder belongs to another"
            yield Refused(
                "program", folder, because, f"mount a volume at {folder}, or take an image that is made for that user"
            )


def _has_volume_below(one: RunningProgram, folder: str) -> bool:
    """Whether a volume that can be written lies below a folder: single files of a ConfigMap there take no other one."""
    return any(
        is_within(mount.mount_path.rstrip("/"), folder) and _read_only(one.workload, one.container, mount) is None
        for mount in one.container.mounts
    )


def _row(
    workload: Workload, container: Container, refused: Refused, action: str, place: Place, ends_it: bool
) -> RefusedWrite:
    return RefusedWrite(
        object=workload.id,
        container=container.name,
        place=place,
        linted=workload.linted,
        what=refused.what,
        action=action,
        path=refused.path,
        because=refused.because,
        remedy=refused.remedy,
        ends_it=ends_it,
    )

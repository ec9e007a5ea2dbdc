"""Whether the files of ConfigMaps and Secrets that containers execute can be executed: their modes and first lines.

The kubelet writes such files as root, with the mode of their item or of the volume; else 0644. With fsGroup it lets the
group read them, and never execute them. Nobody, not even root, executes a file without any such permission. The first
line of a script names its interpreter up to the line feed, so that a carriage return becomes part of the name. The
image must have it.
Sources: https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/volume/ (defaultMode, mode);
https://github.com/kubernetes/kubernetes/blob/03e060242dcb9ab9191451bbe2bd16d1e5d43733/pkg/volume/volume_linux.go;
http://www.linuxsavvy.com/resources/linux/man/man2/execve.2.html (EACCES, ENOEXEC, ENOENT).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Container, Entry, KeyPathItem, Mount, ObjectFiles, Volume, Workload
from mblint.cluster.pod_fields import pod_fields, user_of, volume_source
from mblint.cluster.secrets import reveal
from mblint.facts.credentials.references import held_by
from mblint.facts.image_programs import lacked, may_lack
from mblint.facts.references.executions import Execution, executions
from mblint.facts.references.rows import ExecutedFile
from mblint.facts.rows import Related
from mblint.facts.software import RunningProgram, program_of
from mblint.facts.upgrade.data_places import mount_over
from mblint.facts.world import World
from mblint.regex import regex
from mblint.remedies.edits import Change
from mblint.remedies.rendered import owner, put

_SHOWN = ("configMap", "secret", "projected")
_USUAL = 0o644
_ANYBODY, _GROUP, _OTHERS = 0o111, 0o010, 0o001
_READ_AND_EXECUTED = 0o555
_BYTE_ORDER_MARK = "\ufeff"
_NO_ARGUMENT = regex(r"#!\s*(?:\S+/env\s+)?\S+\s*")
_INTERPRETER = regex(r"#![ \t]*(?:\S*/env[ \t]+)?(/?[\w./+-]+)")
_STOPS_A_SHELL = regex(r"^[ \t]*(?:set [-+]\w+|(?:.*[; ])?(?:then|do)|fi|done|esac|else)\r$", re.MULTILINE)


class _File(Struct, frozen=True):
    """A file on a volume. `item`: of its source, where that has one for it. `entry` None: its text is not here."""

    volume: Volume
    mount: Mount
    source: ObjectFiles
    item: KeyPathItem | None
    entry: Entry | None
    mode: int


class _Fault(Struct, frozen=True):
    """What is wrong with a file, in the fields of `ExecutedFile`."""

    verdict: str
    says: str = ""
    because: str = ""
    remedy: str = ""
    edit: Change | None = None


def executed_files(world: World) -> Iterator[ExecutedFile]:
    """A row for each mounted file that is executed, and a further one where a second thing is wrong with it."""
    for workload in world.cluster.workloads:
        if any(volume.kind in _SHOWN for volume in workload.pod.volumes.values()) and not _on_windows(workload):
            for container in workload.pod.containers:
                if any(_volume(workload, mount) is not None for mount in container.mounts):
                    yield from _of_container(world, workload, container)


def _on_windows(workload: Workload) -> bool:
    fields = pod_fields(workload)
    return "windows" in (fields.node_selector.get("kubernetes.io/os"), fields.node.get("os").get("name").text())


def _volume(workload: Workload, mount: Mount) -> Volume | None:
    volume = workload.pod.volumes.get(mount.volume)
    return volume if volume is not None and volume.kind in _SHOWN else None


def _of_container(world: World, workload: Workload, container: Container) -> Iterator[ExecutedFile]:
    for execution in executions(container):
        file = _file(world.cluster, workload, container, execution.path)
        if file is None:
            continue
        by_mode = None if execution.how == "shell" else _by_mode(world.cluster, workload, container, execution, file)
        by_text = _by_text(execution, file) or _by_image(program_of(world, workload, container), execution, file)
        found = [fault for fault in (by_mode, by_text) if fault is not None]
        for fault in found or [_Fault("runs")]:
            yield _row(workload, container, execution, file, fault)


# ---------------------------------------------------------------- the file


def _file(cluster: Cluster, workload: Workload, container: Container, path: str) -> _File | None:
    """The file that a mount shows at a path; None where it shows none, or nobody can say."""
    mount = mount_over(container, path)
    volume = None if mount is None else _volume(workload, mount)
    if (
        mount is None
        or volume is None
        or (isinstance(mount.place.value, dict) and mount.place.value.get("subPathExpr"))
    ):
        return None
    name = posixpath.normpath(posixpath.join(mount.sub_path or "", posixpath.relpath(path, mount.mount_path)))
    if name == ".":
        return None  # a folder
    default = volume_source(volume).default_mode
    for source in reversed(volume.files):
        held = held_by(cluster, (source.kind, workload.id.namespace, source.name))
        entries = None if held is None or cluster.is_unread(held.id) else held.entries
        item = next((item for item in source.items or () if posixpath.normpath(item.path) == name), None)
        key = item.key if item is not None else name
        if (source.items is not None and item is None) or (entries is not None and key not in entries):
            continue  # not of this source
        mode = None if item is None else item.mode
        entry = None if entries is None else entries[key]
        mode = mode if mode is not None else default
        return _File(volume, mount, source, item, entry, _USUAL if mode is None else mode)
    return None


# ---------------------------------------------------------------- what is wrong with it


def _by_mode(
    cluster: Cluster, workload: Workload, container: Container, execution: Execution, file: _File
) -> _Fault | None:
    written = f"the file has mode 0{file.mode:03o}"
    user = user_of(workload, container)
    if not file.mode & _ANYBODY:
        because = f"{written}, with which nobody may execute it"
    elif file.mode & (_GROUP | _OTHERS) or not user:
        return None  # in which groups the user is, the image may say
    else:
        because = f"{written} and belongs to root, and the container runs as user {user}, who may not execute it"
    mode = file.mode | _READ_AND_EXECUTED
    field = "the mode of its item" if file.item is not None and file.item.mode is not None else "defaultMode"
    remedy = (
        f"Set {field} in volume {file.volume.name} to 0{mode:03o} (in JSON {mode}), or let a shell read the file: "
        f"sh {execution.path}"
    )
    return _Fault("not-allowed", "permission denied", because, remedy, _allowed(cluster, file, mode))


def _allowed(cluster: Cluster, file: _File, mode: int) -> Change | None:
    if file.item is not None and file.item.mode is not None:
        place, key = file.item.place, "mode"
    else:
        place, key = file.volume.place.at(file.volume.kind), "defaultMode"
    held = owner(cluster, place)
    return None if held is None else put(held, place, key, mode)


def _text(file: _File) -> str | None:
    return None if file.entry is None or file.entry.text is None else reveal(file.entry.text)


def _by_image(program: RunningProgram | None, execution: Execution, file: _File) -> _Fault | None:
    """An interpreter that the image does not have."""
    found = _INTERPRETER.match(_text(file) or "")
    if program is None or found is None or execution.how == "shell" or not may_lack(program):
        return None
    name = posixpath.basename(found[1])
    if mount_over(program.container, found[1]) is not None or lacked(program, name) is None:
        return None
    because = f"its first line names {found[1]}, which the image of {program.running.program.name} does not have"
    instead = "Let its first line be #!/bin/sh where the script needs no more, or take" if name == "bash" else "Take"
    return _Fault("no-interpreter", "no such file or directory", because, f"{instead} an image that has {name}")


def _by_text(execution: Execution, file: _File) -> _Fault | None:
    text = _text(file)
    if not text or text.startswith("\x7fELF"):
        return None
    return _read(text) if execution.how == "shell" else _first_line(text, by_runtime=execution.how == "runtime")


_UNIX = "Store the file with the line ends of Unix (LF): most editors do that, and so does dos2unix"


def _first_line(text: str, *, by_runtime: bool) -> _Fault | None:
    first = text.split("\n", 1)[0]
    if first.startswith("#!"):
        if first.endswith("\r") and _NO_ARGUMENT.fullmatch(first) is not None:
            because = "its first line ends with a carriage return, which becomes part of the interpreter's name"
            return _Fault("line-ends", "no such file or directory", because, _UNIX)
        return None
    if not by_runtime:
        return None  # a shell and most wrappers take it for a shell script
    marked = first.startswith(_BYTE_ORDER_MARK)
    before = "a byte order mark" if marked else "an empty line" if not first.strip() else ""
    because = "it does not begin with #! and an interpreter" + (f", but with {before}" if before else "")
    return _Fault("no-interpreter", "exec format error", because, "Let the file begin with a line such as #!/bin/sh")


def _read(text: str) -> _Fault | None:
    if _STOPS_A_SHELL.search(text) is None:
        return None
    because = "its lines end with carriage returns, which become part of words such as set -e, then and fi"
    return _Fault("line-ends", "syntax error", because, _UNIX)


def _row(workload: Workload, container: Container, execution: Execution, file: _File, fault: _Fault) -> ExecutedFile:
    return ExecutedFile(
        object=workload.id,
        container=container.name,
        place=execution.place,
        related=(
            Related(f"the mount of {file.mount.mount_path}", file.mount.place, workload.id),
            Related(f"volume {file.volume.name}", file.volume.place, workload.id),
        ),
        linted=workload.linted,
        edits=() if fault.edit is None else (fault.edit,),
        path=execution.path,
        settings=execution.who,
        source=f"{file.source.kind} {file.source.name}",
        says=fault.says,
        because=fault.because,
        remedy=fault.remedy,
        ends_it=execution.ends_it,
        verdict=fault.verdict,
    )

"""Files that containers mount, and that are not of the format that their reader, or their name, says.

Where the reader is known (`reads` of its software file, or a library's), the file must parse as it is. Else only a name
speaks (`.json`, `.yaml`, `.toml`, `.xml`, `.sh`): then whatever may be filled in later, or be a dialect (JSON with
comments), is left alone.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Container, ContainerRole, Object, Workload
from mblint.cluster.secrets import SecretText, reveal
from mblint.facts.software import RunningProgram, program_of
from mblint.facts.world import World
from mblint.facts.written.formats import PROBLEMS, doubled_key, yaml_problem
from mblint.facts.written.library_files import Reader, library_reader
from mblint.facts.written.problem import Problem
from mblint.facts.written.rows import UnparsableFile
from mblint.regex import regex
from mblint.settings.mounted_files import MountedFile, mounted_files
from mblint.software.images import fits
from mblint.software.running import Reads
from mblint.software.setting_names import texts

_BY_SUFFIX = {".json": "json", ".yaml": "yaml", ".yml": "yaml", ".toml": "toml", ".xml": "xml"} | dict.fromkeys(
    (".sh", ".bash"), "shell"
)
_NAMES = {
    "json": "JSON",
    "yaml": "YAML",
    "toml": "TOML",
    "xml": "XML",
    "shell": "readable shell script",
} | dict.fromkeys(("nginx", "nginx-http"), "configuration that nginx takes")
_TEMPLATE_NAME = regex(r"te?mpl|\.tpl|\.j2|jinja|gotmpl|ctmpl|mustache|\.in$|sample|example")
_FILLED_LATER = ("{{", "{%", "<%", "<<", "@@", "[[", "${", "%{", "__", "#{", "$(", "<nil>")
_FILLED_LATER_IN_SCRIPTS = ("{%", "<%", "@@")  # the others are a shell's own
_STRICT = frozenset(("nginx", "nginx-http"))
_LONGEST = 1024 * 1024  # characters


class _Judged(Struct, frozen=True):
    """What is known of one file: its format, who reads it, and what is wrong."""

    format: str
    reader: str | None
    problem: Problem


def unparsable_files(world: World) -> Iterator[UnparsableFile]:
    """A row for each file that does not parse; each file of an object once, first by a reader that is known."""
    read = {(id(one.workload), id(one.container), one.file) for one in world.settings if one.file is not None}
    found: dict[tuple[str, str, str, str], tuple[Workload, Container, MountedFile, _Judged]] = {}
    for workload in world.cluster.workloads:
        for container in workload.pod.containers:
            if not any(
                workload.pod.volumes[mount.volume].files
                for mount in container.mounts
                if mount.volume in workload.pod.volumes
            ):
                continue
            program = program_of(world, workload, container)
            for file in mounted_files(world.cluster, workload, container):
                had_values = (id(workload), id(container), file.path) in read
                library = library_reader(world, workload, container, file)
                judged = _judged(program, library, file, had_values)
                key = (workload.id.namespace, file.key_ref.kind, file.key_ref.name, file.key_ref.key)
                if judged is not None and (
                    key not in found or (judged.reader is not None and found[key][3].reader is None)
                ):
                    found[key] = (workload, container, file, judged)
    for workload, container, file, judged in found.values():
        obj = _object(world.cluster, workload, file)
        if obj is not None:
            yield _row(obj, workload, container, file, judged)


def _judged(
    program: RunningProgram | None, library: Reader | None, file: MountedFile, had_values: bool
) -> _Judged | None:
    """What is wrong with a file; None where nothing is, or its format is not known."""
    entry = None if program is None else _reads(program, file.path)
    if entry is None and library is not None:
        problem = _problem(library.format, file)
        return None if problem is None else _Judged(library.format, library.name, problem)
    name = posixpath.basename(file.path).lower()
    suffix = posixpath.splitext(name)[1]
    kind = entry.format if entry is not None else _BY_SUFFIX.get(suffix)
    # Values may have been read as YAML has them, or as far as anything could be read.
    strict = entry is not None and (kind in _STRICT or (kind == "json" and not entry.comments))
    if kind is None or file.entry.text is None or (had_values and not strict and (entry is None or not entry.unique)):
        return None  # values were read from it: it is of its format
    text = reveal(file.entry.text).removeprefix("\ufeff")
    if not text.strip() or len(text) > _LONGEST:
        return None
    problem = None if had_values and not strict else PROBLEMS[kind](text)
    if problem is None and entry is not None and entry.unique:
        problem = doubled_key(text)
    if problem is None or (kind == "yaml" and suffix == ".json"):
        return None
    if kind == "json" and (entry is None or entry.comments) and _is_dialect(text):
        return None
    name_of_reader = program.running.program.name if entry is not None and program is not None else None
    return _Judged(kind, name_of_reader, problem)


def _problem(kind: str, file: MountedFile) -> Problem | None:
    text = "" if file.entry.text is None else reveal(file.entry.text).removeprefix("\ufeff")
    if not text.strip() or len(text) > _LONGEST or any(mark in text for mark in _FILLED_LATER):
        return None
    return PROBLEMS[kind](text)


def _reads(program: RunningProgram, path: str) -> Reads | None:
    for entry in program.running.entries(Reads):
        if program.told.applies(entry) is True and any(fits(name, path.strip("/")) for name in texts(entry.file)):
            return entry
    return None


def _is_dialect(text: str) -> bool:
    """JSON with comments, commas at the end or plain words, which many programs read; or a document on each line."""
    without = re.sub(r"^\s*//.*$|\s//\s.*$|/\*.*?\*/", "", text, flags=re.M | re.S if "/*" in text else re.M)
    if yaml_problem(without.replace("\t", "  ")) is None:
        return True
    lines = [line for line in text.split("\n") if line.strip()]
    return len(lines) > 1 and all(line.lstrip()[:1] in "{[" and line.rstrip()[-1:] in "}]" for line in lines)


def _object(cluster: Cluster, workload: Workload, file: MountedFile) -> Object | None:
    known = (workload.id.namespace, file.key_ref.name)
    return cluster.secrets.get(known) if file.key_ref.kind == "Secret" else cluster.config_maps.get(known)


def _called(file: MountedFile) -> str:
    """The key, and where it is mounted if that says another format: a dashboard.json of settings.ini."""
    key = file.key_ref.key
    same = posixpath.splitext(key)[1] == posixpath.splitext(file.path)[1]
    return key if same else f"{key}, mounted as {file.path},"


def _row(obj: Object, workload: Workload, container: Container, file: MountedFile, judged: _Judged) -> UnparsableFile:
    text = reveal(file.entry.text or "")
    index = judged.problem.index
    reason = None if judged.reader is not None else _unknown(container, file, judged.format, text, index)
    return UnparsableFile(
        object=obj.id,
        place=file.entry.place if file.entry.encoded else file.entry.place.inside(index),
        linted=obj.linted and workload.linted,
        key=file.key_ref.key,
        called=_called(file),
        format=_NAMES[judged.format],
        problem=judged.problem.sentence,
        line=text.count("\n", 0, index) + 1,
        path=file.path,
        mounted_by=f"{workload.id.kind} {workload.id.name} (container {container.name})",
        reader=judged.reader,
        verdict="broken" if reason is None else "unknown",
        reason=reason,
    )


def _unknown(container: Container, file: MountedFile, kind: str, text: str, index: int) -> str | None:
    """Why a file whose reader is not known may be right all the same."""
    is_script = kind == "shell"
    marks = _FILLED_LATER_IN_SCRIPTS if is_script else _FILLED_LATER
    if _TEMPLATE_NAME.search(file.path.lower()) or any(mark in text for mark in marks):
        return "it looks like a template that somebody fills in later"
    if container.role is ContainerRole.INIT and not is_script:
        return "an init container may complete it"
    if isinstance(file.entry.text, SecretText) and file.entry.encoded and index == 0:
        return "it may be of another format than its name says"
    return None

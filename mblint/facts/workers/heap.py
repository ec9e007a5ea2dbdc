"""The heap that a JVM is given: `-Xmx`, a share of its limit, or a variable that an image's start script makes one of.

Some images ask for a fixed heap where nobody does. Source: the `java` command's documentation ("Extra Options": -Xmx;
"Advanced Garbage Collection Options": -XX:MaxRAMPercentage, which counts only without -Xmx). The last one counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.facts.workers.models.recognise import Running
from mblint.globs import matches
from mblint.manifests.documents import Place
from mblint.regex import regex
from mblint.settings.mounted_files import mounted_files
from mblint.settings.rows import Setting
from mblint.settings.server_table import image_name
from mblint.settings.tables import Row, as_text, as_texts, load_table
from mblint.settings.unseen_files import may_be_unseen
from mblint.software.images import is_among, reference

_XMX = regex(r"(?:^|[\s\"'=])-Xmx(\d+)([kKmMgGtT]?)(?=$|[\s\"',])")
_PERCENT = regex(r"(?:^|[\s\"'=])-XX:MaxRAMPercentage=(\d+(?:\.\d+)?)(?=$|[\s\"',])")
_SIZE = regex(r"(\d+)([kKmMgGtT]?)")
_OPTIONS_FILES = ("*/jvm.options", "*/jvm.options.d/*", "*/config/*")
# Names that sound as if a JVM were started with what they hold; `rules/tables/java-options.yaml` has those that it is.
_VARIABLE = regex(
    r"(?:^|_)(?:JAVA|JVM|JDK|CATALINA|KAFKA|HEAP)(?:_|$)|^JAVA|JAVA_OPTS|HEAP_OPTS|JVMFLAGS|OPTS$|_OPTS_MEMORY$|_VM_PARAMS$"
)
# Files of options for the JVM, one a line, perhaps for some of its versions alone (`8-13:-Xmx1g`).
_FILES = (
    "*/jvm.options",
    "*/jvm.options.d/*.options",
    "*/jvm.config",
    "*/jvm-server.options",
    "*/jvm[0-9]*-server.options",
)
_LINE = regex(r"^[ \t]*(?:\d+-?\d*:)?(-\S+)", re.M)
MIB = {"": 1 / 1024**2, "k": 1 / 1024, "m": 1.0, "g": 1024.0, "t": 1024.0**2}


class Heap(Struct, frozen=True):
    """The largest heap, where it is said, and in which words: `-Xmx512m in JAVA_OPTS`.

    `certain`: a JVM is started with it; else only the variable's name says so. `follows`: it is a share of the limit,
    so that a higher limit leaves as little beside it.
    """

    mib: float
    place: Place
    said: str
    certain: bool
    follows: bool = False


def largest_heap(cluster: Cluster, running: Running, limit: float) -> Heap | None:
    """What the last -Xmx of the command says, else of a variable or a file for the JVM, else the image's own.

    `limit`: the container's, in MiB, which a percentage is of.
    """
    own_command = running.container.command is not None or running.container.args is not None
    if own_command and not running.workload.lasting:
        return None
    said = jvm_options(cluster, running)
    found = [heap for one in said for heap in _heaps(one)] or [heap for one in said for heap in _shares(one, limit)]
    if found:
        return found[-1]
    return None if own_command else _of_image(cluster, running)


def jvm_options(cluster: Cluster, running: Running) -> list[Said]:
    """What may be options of a JVM: of files, of variables, and of the command, which counts last."""
    return [*_in_files(cluster, running), *_in_variables(running), *_in_words(running)]


def _of_image(cluster: Cluster, running: Running) -> Heap | None:
    """The size that the image's start script reads from a variable, the first that is set, or takes without one."""
    image = running.container.image
    if image is None:
        return None
    named = reference(image)
    rows = [row for row in load_table("java-options", "heaps") if is_among(named, as_texts(row, "images"))]
    for row in rows:
        name = str(row["variable"])
        said = [one for one in running.variables if one.key == name]
        if said:
            return _by_variable(said[-1])
    return next((heap for row in rows if (heap := _by_default(cluster, running, row)) is not None), None)


def _by_variable(said: Setting) -> Heap | None:
    """A size, or options with an -Xmx."""
    text = said.value.strip() if isinstance(said.value, str) else ""
    size = _SIZE.fullmatch(text)
    if size is not None:
        return Heap(int(size[1]) * MIB[size[2].lower()], said.place, f"{said.key}={text}", certain=True)
    return next(iter(list(_heaps(Said(text, said.place, f" in {said.key}", certain=True)))[-1:]), None)


def _by_default(cluster: Cluster, running: Running, row: Row) -> Heap | None:
    size = _SIZE.fullmatch(as_text(row, "default") or "")
    if size is None or _may_be_told(cluster, running):
        return None
    mib = int(size[1]) * MIB[size[2].lower()]
    asked = f"{size[0]}, what the image asks for without {row['variable']}"
    return Heap(mib, running.container.place, asked, certain=False)


def _may_be_told(cluster: Cluster, running: Running) -> bool:
    """Whether a file, or an environment that is not in the view, may give another size."""
    workload, container = running.workload, running.container
    unseen = any(
        source.optional
        or (workload.id.namespace, source.name)
        not in (cluster.secrets if source.kind == "Secret" else cluster.config_maps)
        for source in container.env_from
    )
    files = any(
        matches(file.path, glob) for glob in _OPTIONS_FILES for file in mounted_files(cluster, workload, container)
    )
    return unseen or files or may_be_unseen(cluster, workload, container, _OPTIONS_FILES)


class Said(Struct, frozen=True):
    """Words that may be options of a JVM, and whether they certainly are."""

    text: str
    place: Place
    where: str
    certain: bool


def _in_files(cluster: Cluster, running: Running) -> Iterator[Said]:
    for file in mounted_files(cluster, running.workload, running.container):
        if isinstance(file.entry.text, str) and any(matches(file.path, glob) for glob in _FILES):
            lines = "\n".join(_LINE.findall(file.entry.text))
            yield Said(lines, file.entry.place, f" in {file.path}", certain=False)


def _in_variables(running: Running) -> Iterator[Said]:
    for variable in running.variables:
        if not isinstance(variable.value, str) or " " in variable.key:
            continue
        if _VARIABLE.search(variable.key) or "-XX:" in variable.value:
            certain = _is_read(variable.key, running.container.image)
            yield Said(variable.value, variable.place, f" in {variable.key}", certain)


def _in_words(running: Running) -> Iterator[Said]:
    for word in running.container.words:
        yield Said(word.text, word.place, "", certain=True)


def _heaps(one: Said) -> Iterator[Heap]:
    for found in _XMX.finditer(one.text) if "-Xmx" in one.text else ():
        mib = int(found[1]) * MIB[found[2].lower()]
        yield Heap(mib, one.place, f"-Xmx{found[1]}{found[2]}{one.where}", one.certain)


def _shares(one: Said, limit: float) -> Iterator[Heap]:
    for found in _PERCENT.finditer(one.text) if "MaxRAMPercentage" in one.text else ():
        share = limit * min(float(found[1]), 100) / 100
        yield Heap(share, one.place, f"-XX:MaxRAMPercentage={found[1]}{one.where}", one.certain, follows=True)


def _is_read(variable: str, image: str | None) -> bool:
    """Whether the JVM, or the image's start script, takes the variable as options."""
    images = _readers().get(variable)
    return images is not None and (not images or (image is not None and image_name(image) in images))


@cache
def _readers() -> dict[str, frozenset[str]]:
    """The images by variable; empty: every JVM."""
    found: dict[str, frozenset[str]] = {}
    for row in load_table("java-options", "variables"):
        name = str(row["variable"])
        found[name] = found.get(name, frozenset()) | frozenset(as_texts(row, "images"))
    return found

"""The heap that a JVM is given: `-Xmx`, or a variable that an image's start script makes one of.

MaxRAMPercentage follows the memory limit, so it is no need. Some images ask for a fixed heap where nobody does.
Source: the `java` command's documentation ("Extra Options": -Xmx). Of several the last counts.
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
from mblint.settings.mounted_files import mounted_files
from mblint.settings.server_table import image_name
from mblint.settings.tables import Row, as_text, as_texts, load_table
from mblint.settings.unseen_files import may_be_unseen
from mblint.software.images import is_among, reference

_XMX = re.compile(r"(?:^|[\s\"'=])-Xmx(\d+)([kKmMgGtT]?)(?=$|[\s\"',])")
_SIZE = re.compile(r"(\d+)([kKmMgGtT]?)")
_OPTIONS_FILES = ("*/jvm.options", "*/jvm.options.d/*", "*/config/*")
# Names that sound as if a JVM were started with what they hold; `rules/tables/java-options.yaml` has those that it is.
_VARIABLE = re.compile(r"(?:^|_)(?:JAVA|JVM|JDK|CATALINA|KAFKA|HEAP)(?:_|$)|^JAVA|JAVA_OPTS|HEAP_OPTS")
_MIB = {"": 1 / 1024**2, "k": 1 / 1024, "m": 1.0, "g": 1024.0, "t": 1024.0**2}


class Heap(Struct, frozen=True):
    """The largest heap, where it is said, and in which words: `-Xmx512m in JAVA_OPTS`.

    `certain`: a JVM is started with it; else only the variable's name says so.
    """

    mib: float
    place: Place
    said: str
    certain: bool


def largest_heap(cluster: Cluster, running: Running) -> Heap | None:
    """What the last -Xmx of the command says, else of a variable that a JVM is started with, else the image's own."""
    own_command = running.container.command is not None or running.container.args is not None
    if own_command and not running.workload.lasting:
        return None
    found = [*_in_variables(running), *_in_words(running)]
    if found:
        return found[-1]
    return None if own_command else _of_image(cluster, running)


def _of_image(cluster: Cluster, running: Running) -> Heap | None:
    """The size that the image's start script reads from a variable, or takes without one."""
    image = running.container.image
    for row in load_table("java-options", "heaps") if image else ():
        if image is not None and is_among(reference(image), as_texts(row, "images")):
            return _by_row(cluster, running, row)
    return None


def _by_row(cluster: Cluster, running: Running, row: Row) -> Heap | None:
    name = str(row["variable"])
    said = [one for one in running.variables if one.key == name]
    text = said[-1].value if said else as_text(row, "default")
    size = _SIZE.fullmatch(text.strip()) if isinstance(text, str) else None
    if size is None or (not said and _may_be_told(cluster, running)):
        return None
    mib = int(size[1]) * _MIB[size[2].lower()]
    if said:
        return Heap(mib, said[-1].place, f"{name}={text}", certain=True)
    return Heap(mib, running.container.place, f"{text}, what the image asks for without {name}", certain=False)


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


def _in_variables(running: Running) -> Iterator[Heap]:
    for variable in running.variables:
        if isinstance(variable.value, str) and _VARIABLE.search(variable.key) and " " not in variable.key:
            certain = _is_read(variable.key, running.container.image)
            yield from _heaps(variable.value, variable.place, f" in {variable.key}", certain)


def _in_words(running: Running) -> Iterator[Heap]:
    for word in running.container.words:
        yield from _heaps(word.text, word.place, "", certain=True)


def _heaps(text: str, place: Place, where: str, certain: bool) -> Iterator[Heap]:
    for found in _XMX.finditer(text) if "-Xmx" in text else ():
        yield Heap(int(found[1]) * _MIB[found[2].lower()], place, f"-Xmx{found[1]}{found[2]}{where}", certain)


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

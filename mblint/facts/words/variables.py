"""`$(NAME)` that the kubelet leaves as it is, because it knows no variable of that name where it reads it.

In a value of `env` it knows what stands before: `envFrom`, the entries above, and the variables of the namespace's
Services. In command and args it knows all of the container. It never knows the variables of the image.
Words that a shell reads are not judged (`$(date)` is a command there), nor names that are no variable's (`$(env:X)`).
Source: https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import ConfigMap, Container, EnvVar, Secret, TextAt, Workload
from mblint.cluster.services import services_in
from mblint.facts.edits.slips import differ_by_a_letter
from mblint.facts.rows import Related
from mblint.facts.words.literal_files import literal_files
from mblint.facts.words.other_places import unfilled_elsewhere
from mblint.facts.words.rows import UnfilledVariable
from mblint.facts.words.run_directly import READ_BY_SHELLS
from mblint.facts.world import World
from mblint.regex import regex
from mblint.remedies.edits import Edit
from mblint.remedies.rendered import instead, owner
from mblint.settings.expansion import references

_NAME = regex(r"[A-Za-z_][A-Za-z0-9_]*")
_OF_A_SERVICE = regex(r"(.+?)_(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT(?:_\d+_(?:TCP|UDP|SCTP)\w*)?)")
# Programs with a language of their own, in which `$(…)` may mean something.
_LANGUAGES = frozenset(
    ("make", "gmake", "just", "task", "jq", "awk", "perl", "python", "python3", "node", "ruby", "php")
)
_SHELL_TEXT = regex(r"[\n;`]|&&|\|\|")
_LONGEST = 64 * 1024  # characters of a value


class _Known(Struct, frozen=True):
    """The names that a container may use beside those of its `env`.

    `complete`: every object of envFrom is in the view. `links`: of Services, in the view or not (enableServiceLinks).
    """

    from_objects: frozenset[str]
    complete: bool
    services: frozenset[str]  # as they begin: "SHOP_DB"
    links: bool


class _Text(Struct, frozen=True):
    """A text with names in it, and what is known where the kubelet reads it.

    `defined`: the container's variables there. `below`: those of `env` that stand at it or further down.
    """

    workload: Workload
    container: Container
    where: str
    at: TextAt
    defined: Collection[str]
    below: Mapping[str, EnvVar]


def unfilled_variables(world: World) -> Iterator[UnfilledVariable]:
    """A row for each `$(NAME)` of a container that stays as it is."""
    for workload in world.cluster.workloads:
        for container in workload.pod.containers:
            if _mentions(container):
                known = _known(world.cluster, workload, container)
                if known.complete:
                    yield from _in_env(world, workload, container, known)
                    yield from _in_words(world, workload, container, known)
    yield from unfilled_elsewhere(world)
    yield from literal_files(world)


def _mentions(container: Container) -> bool:
    texts = (word.text for word in container.words)
    return any("$(" in text for text in (*texts, *(entry.value or "" for entry in container.env)))


def _known(cluster: Cluster, workload: Workload, container: Container) -> _Known:
    found: set[str] = set()
    complete = True
    for source in container.env_from:
        objects: Mapping[tuple[str, str], ConfigMap | Secret]
        objects = cluster.secrets if source.kind == "Secret" else cluster.config_maps
        held = objects.get((workload.id.namespace, source.name))
        complete = complete and held is not None and bool(held.entries)
        found.update(source.prefix + key for key in (held.entries if held is not None else ()))
    links = workload.pod.place.at("enableServiceLinks").value is not False
    there = services_in(cluster, workload.id.namespace) if links else ()
    begin = frozenset(one.id.name.upper().replace("-", "_") for one in there if not one.headless)
    return _Known(frozenset(found), complete, begin, links)


def _in_env(world: World, workload: Workload, container: Container, known: _Known) -> Iterator[UnfilledVariable]:
    defined = set(known.from_objects)
    for index, entry in enumerate(container.env):
        if entry.value is not None and "$(" in entry.value and len(entry.value) <= _LONGEST:
            below = {later.name: later for later in container.env[index:]}
            at = TextAt(entry.value, entry.place)
            text = _Text(workload, container, f"variable {entry.name}", at, frozenset(defined), below)
            yield from _left(world, text, known)
        defined.add(entry.name)


def _in_words(world: World, workload: Workload, container: Container, known: _Known) -> Iterator[UnfilledVariable]:
    """In command and args: all variables of the container are known there, whatever their order."""
    command, args = container.command or (), container.args or ()
    if _may_be_read_by_others((*command, *args), named=bool(command)):
        return
    defined = {*known.from_objects, *(entry.name for entry in container.env)}
    for where, words in (("command", command), ("args", args)):
        for index, word in enumerate(words):
            if "$(" in word.text and not _SHELL_TEXT.search(word.text):
                yield from _left(world, _Text(workload, container, f"{where}[{index}]", word, defined, {}), known)


def _may_be_read_by_others(words: Sequence[TextAt], *, named: bool) -> bool:
    """Whether a shell, or a program with a language of its own, may read the words."""
    names = {posixpath.basename(word.text.split(" ")[0]) for word in words}
    of_a_shell = not named and bool(words) and re.fullmatch("-[a-z]*c", words[0].text) is not None
    return of_a_shell or not names.isdisjoint(READ_BY_SHELLS | _LANGUAGES)


def _left(world: World, text: _Text, known: _Known) -> Iterator[UnfilledVariable]:
    """A row for each name, once, that is not known there, and of which it is plain that it is meant as a name."""
    said = set(text.defined)
    for name, offset in references(text.at.text):
        if name in said or not _NAME.fullmatch(name) or _may_be_of_a_service(name, text.below, known):
            continue
        said.add(name)
        meant = None if name in text.below else _meant(name, text.defined)
        # Others in small letters are commands for whoever reads the text: $(hostname).
        if name in text.below or name != name.lower() or meant is not None:
            yield _row(world, text, name, offset, meant)


def _may_be_of_a_service(name: str, below: Mapping[str, EnvVar], known: _Known) -> bool:
    if name.startswith("KUBERNETES_"):
        return True  # of the API server's, which every container gets
    found = _OF_A_SERVICE.fullmatch(name)
    return found is not None and known.links and (name not in below or found[1] in known.services)


def _meant(name: str, defined: Collection[str]) -> str | None:
    """The only variable there that it can have meant: its name differs by a letter, or in capitals alone."""
    near = [one for one in defined if one.upper() == name.upper() or differ_by_a_letter(one, name)]
    return near[0] if len(near) == 1 else None


def _row(world: World, text: _Text, name: str, offset: int, meant: str | None) -> UnfilledVariable:
    own = text.where == f"variable {name}"
    later = None if own else text.below.get(name)
    meaning = "the container has no such variable"
    if meant is not None:
        meaning += f", but {meant}"
    elif own:
        meaning = "a variable is not known in its own value, and those of the image nowhere"
    elif later is not None:
        meaning = f"{name} stands further down in env, and only what stands above is known there"
    stands_there = text.at.place.value == text.at.text
    return UnfilledVariable(
        object=text.workload.id,
        container=text.container.name,
        place=text.at.place.inside(offset) if stands_there else text.at.place,
        related=() if later is None else (Related(f"{name} is set here", later.place),),
        linted=text.workload.linted,
        where=text.where,
        name=name,
        text=f"`$({name})`",
        wanted=name,
        meant=meant,
        meaning=meaning,
        verdict="misspelt" if meant is not None else "undefined" if later is None else "later",
        edits=_edits(world, text, name, meant) if stands_there else (),
    )


def _edits(world: World, text: _Text, name: str, meant: str | None) -> tuple[Edit, ...]:
    if meant is None or owner(world.cluster, text.at.place) is not text.workload:
        return ()
    return (instead(text.workload, text.at.place, text.at.text.replace(f"$({name})", f"$({meant})")),)

"""What a container says of itself that makes more than one pod of it wrong, whatever program it runs.

A controller whose pods are not to elect a leader acts in all of them at once. What is kept in a database that is a file
of the pod (rules/tables/file-databases.yaml) is another in each, or one file that all write.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from msgspec import Struct, convert

from mblint.cluster.objects import Container, ContainerRole, Workload
from mblint.cluster.secrets import reveal
from mblint.facts.told import settings_of
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.settings.elections import elections, is_off, word_of
from mblint.settings.role_table import words_of
from mblint.settings.rows import Setting
from mblint.settings.tables import load_table, load_words


class Lone(Struct, frozen=True, eq=False):
    """A word of a container by which it bears one pod. `remedy`: as messages name what would make several right.

    `certain`: pods that keep volumes of their own may each be meant to have a database.
    """

    workload: Workload
    container: Container
    because: str
    place: Place
    remedy: str | None
    certain: bool = True


class _FileDatabase(Struct, frozen=True):
    database: str
    values: tuple[str, ...]
    schemes: tuple[str, ...]
    source: str


def lone(world: World, workload: Workload) -> Iterator[Lone]:
    """At most one for each container of a workload that runs as its work."""
    for container in workload.pod.containers:
        if container.role is not ContainerRole.INIT:
            found = _without_election(workload, container) or _on_a_file(world, workload, container)
            if found is not None:
                yield found


def _without_election(workload: Workload, container: Container) -> Lone | None:
    for election in elections():
        word = word_of(container, election.option)
        if word is not None and is_off(word, election.option):
            because = f"{word.text} lets every pod act, and none waits for another"
            return Lone(workload, container, because, word.place, None)
    return None


def _on_a_file(world: World, workload: Workload, container: Container) -> Lone | None:
    for setting in settings_of(world, workload, container):
        database = _named(setting)
        if database is not None:
            because = f"{setting.label} says {database}, which is a file of the pod"
            return Lone(workload, container, because, setting.place, setting.label, certain=not workload.claims)
    return None


def _named(setting: Setting) -> str | None:
    """The database that a setting says, where that is one in a file."""
    if setting.value is None or setting.guessed:
        return None
    text = reveal(setting.value).strip().lower()
    for each in _databases():
        if text in each.values:
            words = words_of(setting.key)
            of_a_store = not load_words("file-databases", "stores").isdisjoint(words)
            is_meant = of_a_store and words[-1] in load_words("file-databases", "kinds")
        else:
            is_meant = any(text.startswith(f"{one}:") for one in each.schemes) and ":memory:" not in text
        if is_meant and load_words("file-databases", "other").isdisjoint(words_of(setting.key)):
            return each.database
    return None


@cache
def _databases() -> tuple[_FileDatabase, ...]:
    return convert(load_table("file-databases", "databases"), tuple[_FileDatabase, ...])

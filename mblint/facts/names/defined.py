"""Names that a server takes from a file of definitions in place of those of its settings: RabbitMQ's users, Redis's."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

import msgspec
from msgspec import Struct

from mblint.cluster.secrets import SecretText, reveal, unquoted
from mblint.facts.credentials.acl_users import USER
from mblint.facts.names.resource_grants import grant_on
from mblint.facts.names.shape import Name
from mblint.facts.software import RunningProgram
from mblint.facts.world import World
from mblint.settings.mounted_files import MountedFile, mounted_files
from mblint.software.storage import Creates, ListedIn

_FILLED_LATER = ("${", "{{", "$(", "<")
_NOT_KNOWN = "not all of its definitions are in the render"


class Defined(Struct, frozen=True, eq=False):
    """The names of the files that an entry leads to. `path`: the first of them; `unread`: a clause where one cannot be
    read."""

    names: tuple[Name, ...] = ()
    path: str | None = None
    unread: tuple[str, ...] = ()


def defined(world: World, program: RunningProgram, entry: Creates) -> Defined:
    """What the files of an entry define; nothing for one that has none."""
    names: list[Name] = []
    paths = list(_paths(program, entry.listed_in)) if entry.listed_in.list else []
    for path in paths:
        files = list(_files(world, program, path)) if path is not None else []
        listed = [_listed(file, entry.listed_in) for file in files]
        if not files or None in listed:
            return Defined(unread=(_NOT_KNOWN,))
        names.extend(name for each in listed if each is not None for name in each)
    return Defined(tuple(names), next((path for path in paths if path is not None), None))


def _paths(program: RunningProgram, listed_in: ListedIn) -> Iterator[str | None]:
    said = [each.value for each in program.told.all_of(listed_in.setting)]
    if not said:
        yield listed_in.default
    for value in said:
        yield None if value is None else posixpath.normpath(unquoted(value))


def _files(world: World, program: RunningProgram, path: str) -> Iterator[MountedFile]:
    """The file of this path, or those of the folder."""
    for file in mounted_files(world.cluster, program.workload, program.container):
        if file.path == path or posixpath.dirname(file.path) == path:
            yield file


def _listed(file: MountedFile, listed_in: ListedIn) -> list[Name] | None:
    """The names of one file; None where it is not in the render, or something fills it later."""
    if file.entry.text is None:
        return None
    hidden = isinstance(file.entry.text, SecretText)
    if listed_in.form == "acl":
        users = [name for name, rules in USER.findall(reveal(file.entry.text)) if "on" in rules.split()]
        return _names(file, users, hidden=hidden)
    try:
        read = msgspec.json.decode(reveal(file.entry.text))
    except (msgspec.DecodeError, UnicodeError):
        return None
    rows = read.get(listed_in.list, []) if isinstance(read, dict) else None
    if listed_in.each and isinstance(rows, list):
        rows = [one for row in rows if isinstance(row, dict) for one in row.get(listed_in.each) or ()]
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return None
    texts = [str(row.get(listed_in.key, "")) for row in rows]
    if listed_in.within:
        inside = [str(row.get(listed_in.within, "")) for row in rows]
        texts = [grant_on(user, one, listed_in.within) for user, one in zip(texts, inside, strict=True)]
    return _names(file, texts, hidden=hidden)


def _names(file: MountedFile, texts: Sequence[str], *, hidden: bool) -> list[Name] | None:
    if any(mark in text for text in texts for mark in _FILLED_LATER):
        return None
    return [Name(SecretText(text) if hidden else text, file.entry.place, file.path) for text in texts if text]

"""Users of a server whose databases have users of their own, each with the database that has it (MongoDB's).

A client that looks for a user in another database than the one that has it is refused as one that nobody knows.
Source: https://www.mongodb.com/docs/manual/core/security-users/
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from mblint.cluster.objects import Container
from mblint.cluster.secrets import SecretText, Text, reveal
from mblint.facts.credentials.told import Told
from mblint.facts.names.connection_names import account
from mblint.facts.names.mongo_scripts import ScriptUser, script_users
from mblint.facts.names.shape import Name, Offered
from mblint.facts.software import RunningProgram
from mblint.facts.world import World
from mblint.software.setting_names import texts
from mblint.software.storage import Creates

_NOT_KNOWN = "it is not known which database has its users"


def accounts(entry: Creates, users: Offered, within: Told | None) -> Offered:
    """The users of an entry with the database that has each, which `within` says, if any; some that nobody knows the
    database of leave the list open."""
    databases = _databases(entry, within, len(users.names))
    if databases is None:
        return Offered("account", users.by, (), (*users.added_by, _NOT_KNOWN))
    names = tuple(
        Name(_account(name.text, database), name.place, name.said_by)
        for name, database in zip(users.names, databases, strict=True)
    )
    return Offered("account", users.by, names, users.added_by, users.guessed)


def _databases(entry: Creates, within: Told | None, users: int) -> Sequence[str] | None:
    """The database of each user: the one of that number in a list, and the usual one where that names none."""
    usual = entry.lives_in_default
    said = None if within is None or within.text is None else reveal(within.text)
    if within is not None and said is None:
        return None
    listed = [] if said is None else [said.strip()] if entry.separator is None else parts(said, entry.separator)
    databases = [listed[number] if number < len(listed) else "" for number in range(users)]
    named = [each or usual for each in databases]
    return None if None in named else [each for each in named if each is not None]


def parts(text: str, separators: str) -> list[str]:
    """The elements of a list in a text, which any of these characters separate."""
    for other in separators[1:]:
        text = text.replace(other, separators[0])
    return [part.strip() for part in text.split(separators[0])]


def _account(user: Text, database: str) -> Text:
    text = account(reveal(user), database)
    return SecretText(text) if isinstance(user, SecretText) else text


# ---------------------------------------------------------------- scripts of the first start


def of_scripts(world: World, program: RunningProgram, entry: Creates) -> Iterator[Offered]:
    """What they make, where all of them are understood."""
    for made in (scripted(world, program, entry, folder) for folder in texts(entry.added_by.folders)):
        if made:
            yield Offered("user", program.workload, tuple(_of_script(each, each.user) for each in made))
            named = tuple(_of_script(each, account(each.user, each.database)) for each in made)
            yield Offered("account", program.workload, named)


def scripted(world: World, program: RunningProgram, entry: Creates, folder: str) -> tuple[ScriptUser, ...] | None:
    """The users that the scripts at a folder make; None where they are not all known, or there are none."""
    if entry.lives_in_default is None or not is_mounted(program.container, folder):
        return None
    return script_users(world, program.workload, program.container, folder)


def is_mounted(container: Container, folder: str) -> bool:
    """True for a mount at, below or above a folder (but for one of the whole disk)."""
    wanted = posixpath.normpath(folder)
    mounts = (posixpath.normpath(mount.mount_path) for mount in container.mounts)
    return any(path == wanted or path.startswith(wanted + "/") or wanted.startswith(path + "/") for path in mounts)


def _of_script(made: ScriptUser, name: str) -> Name:
    return Name(SecretText(name) if made.hidden else name, made.place, made.file)

"""Users that MongoDB's scripts of the first start make, each in one database.

The image runs what is mounted at its folder once: `.js` in the database of MONGO_INITDB_DATABASE (`test` without it),
`.sh` in a shell, where `use shop` changes the database of the client that it starts. Nothing is said of scripts that
are not in the view, and of users and databases that are no literals and no variables of the container.
Source: https://github.com/docker-library/docs/blob/master/mongo/README.md (Initializing a fresh instance);
https://www.mongodb.com/docs/manual/reference/method/db.createUser/
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from mblint.cluster.objects import Container, Workload
from mblint.cluster.secrets import reveal
from mblint.facts.told import told_to
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.settings.mounted_files import MountedFile, mounted_files
from mblint.settings.names import Origin
from mblint.settings.unseen_files import may_be_unseen

# Compiled where such a script is mounted: seldom.
_TEXT = r"(?:\"[^\"\n]*\"|'[^'\n]*'|`[^`\n]*`|process\.env(?:\.\w+|\[[\"']\w+[\"']\])|_getEnv\([\"']\w+[\"']\))"
_OTHER = rf"(?:db(?:\.getMongo\(\))?|Mongo\(\)|conn)\s*\.\s*(?:getSiblingDB|getDB)\(\s*(?P<{{}}>{_TEXT})\s*\)"
_STEPS = (
    r"^[ \t]*use[ \t]+(?P<use>[^\s;]+)"
    rf"|\b(?P<name>\w+)\s*=\s*{_OTHER.format('is')}"
    rf"|(?:{_OTHER.format('of')}|\b(?P<on>\w+))\s*\.\s*(?P<made>createUser)\(\s*\{{"
)
_USER = rf"[\"']?\buser[\"']?\s*:\s*(?P<user>{_TEXT})"
_FAR = 400  # characters in which the user's name stands, behind the beginning of the call
_VARIABLE = r"\$\{(\w+)(?::-[^}]*)?\}|\$(\w+)"


class ScriptUser(Struct, frozen=True):
    """A user, the database that has it, and the script that makes it."""

    user: str
    database: str
    place: Place
    file: str


def script_users(world: World, workload: Workload, container: Container, folder: str) -> tuple[ScriptUser, ...] | None:
    """The users that scripts at a folder make; None where something there is not in the view, or not understood."""
    below = f"{posixpath.normpath(folder)}/"
    files = [file for file in mounted_files(world.cluster, workload, container) if file.path.startswith(below)]
    if not files or may_be_unseen(world.cluster, workload, container, f"{below}*"):
        return None
    told = told_to(world, workload, container)
    variables = {
        each.key: None if each.value is None else reveal(each.value)
        for each in (() if told is None else told.settings)
        if each.origin is Origin.ENV
    }
    found: list[ScriptUser] = []
    for file in files:
        made = list(_made(file, variables))
        if None in made:
            return None
        found.extend(each for each in made if each is not None)
    return tuple(found)


def _made(file: MountedFile, variables: Mapping[str, str | None]) -> Iterator[ScriptUser | None]:
    """The users of one script; None for one that is not understood."""
    text = None if file.entry.text is None else reveal(file.entry.text)
    if text is None or not file.path.endswith((".js", ".sh")):
        yield None
        return
    if len(re.findall(r"createUser", text)) != len(
        steps := [each for each in _steps(text) if each["made"] is not None]
    ):
        yield None
        return
    shell = file.path.endswith(".sh")
    databases: dict[str, str | None] = {"db": "test" if shell else variables.get("MONGO_INITDB_DATABASE", "test")}
    for step in _steps(text) if steps else ():
        if step["use"] is not None:
            databases["db"] = _value(f'"{step["use"]}"', variables, shell=shell)
        elif step["name"] is not None:
            databases[step["name"]] = _value(step["is"], variables, shell=shell)
        else:
            yield _user(file, step, databases, variables)


def _steps(text: str) -> Sequence[re.Match[str]]:
    return list(re.finditer(_STEPS, text, re.M))


def _user(
    file: MountedFile, step: re.Match[str], databases: Mapping[str, str | None], variables: Mapping[str, str | None]
) -> ScriptUser | None:
    shell = file.path.endswith(".sh")
    named = re.search(_USER, step.string[step.end() : step.end() + _FAR])
    user = None if named is None else _value(named["user"], variables, shell=shell)
    database = databases.get(step["on"]) if step["of"] is None else _value(step["of"], variables, shell=shell)
    return ScriptUser(user, database, file.entry.place, file.path) if user and database else None


def _value(text: str, variables: Mapping[str, str | None], *, shell: bool) -> str | None:
    """What a literal or a variable says; None where nobody knows."""
    if text[0] not in "\"'`":
        name = re.findall(r"\w+", text)[-1]
        return variables.get(name)
    inside = text[1:-1]
    if not shell:
        return None if "${" in inside and text[0] == "`" else inside
    names = [one or other for one, other in re.findall(_VARIABLE, inside)]
    if any(variables.get(name) is None for name in names) or "`" in inside or "$(" in inside:
        return None
    return re.sub(_VARIABLE, lambda match: variables[match[1] or match[2]] or "", inside)

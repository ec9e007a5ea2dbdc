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
from collections.abc import Iterator, Mapping

from msgspec import Struct

from mblint.cluster.objects import Container, Workload
from mblint.cluster.secrets import SecretText, Text, reveal
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
    r"^[ \t]*use[ \t]+(?P<use>[^\s;(]+)"
    rf"|^[ \t]*use\s*\(\s*(?P<called>{_TEXT})\s*\)"
    rf"|\b(?P<name>\w+)\s*=\s*{_OTHER.format('is')}"
    rf"|(?:{_OTHER.format('of')}|\b(?P<on>\w+))\s*\.\s*(?P<made>createUser)\(\s*\{{"
)
_ELSEWHERE = (  # other ways to a database, or to users
    r"\b(?:connect|runCommand|load)\s*\(|system\.users|mongorestore|\.js\b|^\s*(?:source|\.)\s"
)
_USER = rf"[\"']?\buser[\"']?\s*:\s*(?P<user>{_TEXT})"
_FAR = 400  # characters in which the user's name stands, behind the beginning of the call
_VARIABLE = r"\$\{(\w+)(?::-[^}]*)?\}|\$(\w+)"


class ScriptUser(Struct, frozen=True):
    """A user, the database that has it, and the script that makes it. `hidden`: a Secret says one of them."""

    user: str
    database: str
    hidden: bool
    place: Place
    file: str


class _Script(Struct, frozen=True):
    """A script, and the variables of the container that runs it. None: the manifests do not say the value."""

    text: str
    hidden: bool
    shell: bool
    file: MountedFile
    variables: Mapping[str, Text | None]

    def value(self, text: str) -> Text | None:
        """What a literal or a variable of it says; None where nobody knows."""
        if text[0] not in "\"'`":
            return self.variables.get(re.findall(r"\w+", text)[-1])
        inside = text[1:-1]
        if not self.shell:
            return None if "${" in inside and text[0] == "`" else inside
        names = [one or other for one, other in re.findall(_VARIABLE, inside)]
        values = {name: self.variables.get(name) for name in names}
        if None in values.values() or "`" in inside or "$(" in inside:
            return None
        filled = re.sub(_VARIABLE, lambda match: reveal(values[match[1] or match[2]] or ""), inside)
        return SecretText(filled) if any(isinstance(each, SecretText) for each in values.values()) else filled


def script_users(world: World, workload: Workload, container: Container, folder: str) -> tuple[ScriptUser, ...] | None:
    """The users that scripts at a folder make; None where something there is not in the view, or not understood."""
    below = f"{posixpath.normpath(folder)}/"
    files = [file for file in mounted_files(world.cluster, workload, container) if file.path.startswith(below)]
    if not files or may_be_unseen(world.cluster, workload, container, f"{below}*"):
        return None
    told = told_to(world, workload, container)
    variables = {each.key: each.value for each in told.settings if each.origin is Origin.ENV} if told else {}
    found: list[ScriptUser] = []
    for file in files:
        if file.entry.text is None or not file.path.endswith((".js", ".sh")):
            return None
        hidden, shell = isinstance(file.entry.text, SecretText), file.path.endswith(".sh")
        text = reveal(file.entry.text)
        text = text.replace('\\"', ' "') if shell else text  # `--eval "db.createUser({user: \"app\" …"`
        made = list(_made(_Script(text, hidden, shell, file, variables)))
        if None in made:
            return None
        found.extend(each for each in made if each is not None)
    return tuple(found)


def _made(script: _Script) -> Iterator[ScriptUser | None]:
    """The users of one script; None for one that is not understood."""
    steps = list(re.finditer(_STEPS, script.text, re.M))
    called = sum(step["made"] is not None for step in steps)
    if re.search(_ELSEWHERE, script.text, re.M) or len(re.findall("createUser", script.text)) != called:
        yield None
        return
    # Which database a shell script's client begins in, its command line says in many ways.
    databases: dict[str, Text | None] = {
        "db": None if script.shell else script.variables.get("MONGO_INITDB_DATABASE", "test")
    }
    for step in steps:
        if step["use"] is not None:
            databases["db"] = script.value(f'"{step["use"]}"')
        elif step["called"] is not None:
            databases["db"] = script.value(step["called"])
        elif step["name"] is not None:
            databases[step["name"]] = script.value(step["is"])
        else:
            yield _user(script, step, databases)


def _user(script: _Script, step: re.Match[str], databases: Mapping[str, Text | None]) -> ScriptUser | None:
    named = re.search(_USER, script.text[step.end() : step.end() + _FAR])
    user = None if named is None else script.value(named["user"])
    database = databases.get(step["on"]) if step["of"] is None else script.value(step["of"])
    if not user or not database:
        return None
    hidden = script.hidden or isinstance(user, SecretText) or isinstance(database, SecretText)
    return ScriptUser(reveal(user), reveal(database), hidden, script.file.entry.place, script.file.path)

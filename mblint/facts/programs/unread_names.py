"""Environment variables that a program does not read although they are meant for it: misspelt, or another image's.

A variable is misspelt where one that the program's software file names is the same but for its underscores
(`AUTHENTIK_POSTGRESQL_HOST`, `ZITADEL_EXTERNAL_DOMAIN`), or for one letter of a word (`GF_SEVER_ROOT_URL`), and nothing
else of the container speaks of it. A family lists all names with one beginning (`KC_`), or those that other images of
the program read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from mblint.cluster.objects import Container
from mblint.cluster.secrets import reveal
from mblint.facts.edits.slips import differ_by_a_letter
from mblint.facts.programs.refusals import Refusal, refused_setting
from mblint.facts.programs.rows import RefusedSetting
from mblint.facts.programs.started import other_start
from mblint.facts.software import RunningProgram
from mblint.globs import matches
from mblint.regex import regex
from mblint.settings.mounted_files import mounted_files
from mblint.settings.names import Origin
from mblint.settings.rows import Setting
from mblint.software.setting_names import texts
from mblint.software.words import Family

_VARIABLE = regex(r"[A-Z][A-Z0-9]*(?:_+[A-Z0-9]+)+")
_SHORTEST = 10  # letters of a name that one letter more or less leaves the same
_WORD = 5  # letters of the word in which that letter stands: HOST and POST are two words


def unread_names(one: RunningProgram) -> Iterator[RefusedSetting]:
    """A row for each variable of a container that its program does not read, and that is meant for it."""
    variables = {setting.key: setting for setting in one.told.settings if setting.origin is Origin.ENV}
    as_made = other_start(one) is None
    families = [
        entry
        for entry in one.running.entries(Family)
        if one.told.applies(entry) is True and (as_made or other_start(one, entry) is None)
    ]
    if not variables or not (as_made or families):
        return
    known = one.running.program.names
    own = {entry.name for entry in one.container.env}  # what envFrom brings may be meant for others, too
    for name, setting in variables.items():
        family = _outside(name, families)
        if family is not None:
            lost = (family.prefix or name in own) and not _is_spoken_of(one, setting)
            if lost and not _is_said_as_well(setting, variables):
                yield refused_setting(one, _refusal(setting, _outside_says(name, family)))
        elif as_made and _VARIABLE.fullmatch(name) and name not in known:
            meant = _meant(name, one.running.program.names_of(one.running.image))
            if (
                meant is not None
                and not _is_unread(meant, families)
                and one.told.is_set(meant) is False
                and not _is_spoken_of(one, setting)
            ):
                otherwise = f"it reads {meant}, which is not set, and nothing of this name"
                yield refused_setting(one, _refusal(setting, otherwise))


def _is_said_as_well(setting: Setting, variables: Mapping[str, Setting]) -> bool:
    """Whether the same is said by another name (MYSQL_DATABASE, MARIADB_DATABASE): then nothing is lost.

    Two settings of one program may have the same value: the domains of its cookies, and those of its redirects.
    """
    others = (each for each in variables.values() if each is not setting and each.value == setting.value)
    return bool(setting.value) and any(_may_mean_the_same(each.key, setting.key) for each in others)


def _may_mean_the_same(one: str, other: str) -> bool:
    """Whether two names may say one thing: not where both are lists of one program (COOKIE_DOMAINS, EMAIL_DOMAIN)."""
    left, right = ([word.rstrip("S") for word in name.split("_")] for name in (one, other))
    is_of_one_program = left[0] == right[0] and left[-1] == right[-1]
    return not is_of_one_program or set(left) <= set(right) or set(right) <= set(left)


def _refusal(setting: Setting, otherwise: str) -> Refusal:
    return Refusal(
        label=setting.key, place=setting.place, what=f"the variable {setting.key}", otherwise=otherwise, starts=True
    )


def _outside(name: str, families: Iterable[Family]) -> Family | None:
    """The family that says that a variable is not read."""
    for entry in families:
        if any(matches(name, glob) for glob in texts(entry.unread)):
            return entry
        if (
            entry.prefix
            and name.startswith(entry.prefix)
            and not any(matches(name, glob) for glob in texts(entry.known))
        ):
            return entry
    return None


def _is_unread(name: str, families: Iterable[Family]) -> bool:
    return any(matches(name, glob) for entry in families for glob in texts(entry.unread))


def _outside_says(name: str, family: Family) -> str:
    meant = [
        glob for glob in texts(family.known) if differ_by_a_letter(name, glob) or _squeezed(name) == _squeezed(glob)
    ]
    if len(meant) == 1:
        return f"it reads {meant[0]}, and nothing of this name"
    return family.otherwise or "it reads nothing of this name"


@lru_cache(maxsize=4096)
def _meant(name: str, known: frozenset[str]) -> str | None:
    """The one name that a variable must be."""
    names = _variables(known)
    near = names.get(_squeezed(name)) or [other for same in names.values() for other in same if _is_a_slip(name, other)]
    return near[0] if len(near) == 1 else None


@lru_cache(maxsize=256)
def _variables(known: frozenset[str]) -> Mapping[str, list[str]]:
    """Those of a program's words that may be variables, by what is the same of them but for underscores."""
    found: dict[str, list[str]] = {}
    for name in known:
        if _VARIABLE.fullmatch(name):
            found.setdefault(_squeezed(name), []).append(name)
    return found


def _squeezed(name: str) -> str:
    return name.replace("_", "")


def _is_a_slip(one: str, other: str) -> bool:
    """Whether two names of as many words differ in one letter of one long word, and not in whether it is a plural."""
    if min(len(one), len(other)) < _SHORTEST or abs(len(one) - len(other)) > 1 or one[:2] != other[:2]:
        return False
    words = [(left, right) for left, right in zip(one.split("_"), other.split("_"), strict=False) if left != right]
    if one.count("_") != other.count("_") or len(words) != 1:
        return False
    ((left, right),) = words
    if min(len(left), len(right)) < _WORD or left.rstrip("S") == right.rstrip("S"):
        return False
    return differ_by_a_letter(one, other)


def _asked_by_probes(container: Container) -> Iterator[str]:
    probes = (container.liveness, container.readiness, container.startup)
    return (word for probe in probes if probe is not None for word in probe.command)


def _is_spoken_of(one: RunningProgram, setting: Setting) -> bool:
    """Whether a command, another variable or a file of the container has the name, too: somebody may read it."""
    mentioned = re.compile(rf"(?<![A-Za-z0-9_]){re.escape(setting.key)}(?![A-Za-z0-9_])")
    words = (*(word.text for word in one.container.words), *_asked_by_probes(one.container))
    values = (entry.value or "" for entry in one.container.env)
    if any(mentioned.search(text) for text in (*words, *values)):
        return True
    files = mounted_files(one.told.cluster, one.workload, one.container)
    return any(each.entry.text is not None and mentioned.search(reveal(each.entry.text)) for each in files)

"""Keys of a program's file that it does not know (`keys`), and names in the file of what is not there (`refers`).

A mapping is judged where the software file lists all of its keys. A key that nearly is one of them, or ends in one
(`smarthost`, of `smtp_smarthost`), is said to be meant.
"""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from mblint.facts.edits.slips import differ_by_a_slip
from mblint.facts.programs.read_files import ReadFile, at_path, pairs, read_files
from mblint.facts.programs.refusals import Refusal, refused_setting
from mblint.facts.programs.rows import RefusedSetting
from mblint.facts.programs.started import other_start
from mblint.facts.software import RunningProgram
from mblint.globs import matches
from mblint.software.setting_names import texts
from mblint.software.words import Keys, Refers

_STOPS = "it knows no such key there, and stops"


def unknown_words(one: RunningProgram) -> Iterator[RefusedSetting]:
    """A row for each key of a file that its program does not know, and for each name that the file does not define."""
    keys = [entry for entry in one.running.entries(Keys) if _counts(one, entry)]
    names = [entry for entry in one.running.entries(Refers) if _counts(one, entry) and not _merges(one, entry)]
    if not keys and not names:
        return
    ends = {end for files in (*(each.file for each in keys), *(each.file for each in names)) for end in texts(files)}
    for file in read_files(one, ends):
        for key in keys:
            yield from (refused_setting(one, found) for found in _unknown_keys(file, key))
        for name in names:
            yield from (refused_setting(one, found) for found in _undefined(file, name))


def _counts(one: RunningProgram, entry: Keys | Refers) -> bool:
    return other_start(one, entry) is None and one.told.applies(entry) is True


def _merges(one: RunningProgram, entry: Refers) -> bool:
    """Whether the program reads several files as one."""
    return bool(entry.merged_by) and len(tuple(one.told.all_of(entry.merged_by))) > 1


def _unknown_keys(file: ReadFile, entry: Keys) -> Iterator[Refusal]:
    known = texts(entry.known)
    for holder in at_path(file.root, entry.at):
        for key, _ in pairs(holder):
            if not any(matches(key.value, name) for name in known):
                label = f"{entry.at}.{key.value}".lstrip(".")
                meant = _meant(key.value, known)
                otherwise = entry.otherwise or _STOPS
                yield Refusal(
                    label=f"{label} in {file.path}",
                    place=file.place_of(key),
                    what=f"{label} in {file.path}",
                    otherwise=otherwise if meant is None else f"{otherwise}; {meant} is meant",
                    starts=entry.starts,
                )


def _meant(key: str, known: tuple[str, ...]) -> str | None:
    """The one key that this one must be: nearly the same, or with a word more or less before it."""
    plain = key.lower().replace("_", "")
    near = [name for name in known if differ_by_a_slip(key, name) or plain == name.lower().replace("_", "")]
    near = near or [name for name in known if name.endswith(f"_{key}") or key.endswith(f"_{name}")]
    return near[0] if len(near) == 1 else None


def _undefined(file: ReadFile, entry: Refers) -> Iterator[Refusal]:
    defined = {name for path in texts(entry.to) for name in _names_at(file.root, path)}
    defined.update(texts(entry.always))
    for path in texts(entry.at):
        for node in at_path(file.root, path):
            if isinstance(node, yaml.ScalarNode) and _is_undefined(node.value, defined):
                label = f"{path.removesuffix('[]')} in {file.path}"
                shown = "a name" if file.is_secret else f"the name {node.value}"
                yield Refusal(
                    label=label,
                    place=file.place_of(node),
                    what=f"{shown} at {label}",
                    otherwise=entry.otherwise or f"nothing of that name stands in {' or '.join(texts(entry.to))}",
                    starts=entry.starts,
                )


def _names_at(root: yaml.Node, path: str) -> Iterator[str]:
    """The keys of the mapping at a path; where it ends in `[].key`, the values of that key of each element."""
    for node in at_path(root, path):
        if isinstance(node, yaml.ScalarNode):
            yield str(node.value)
        yield from (str(key.value) for key, _ in pairs(node))


def _is_undefined(name: str, defined: set[str]) -> bool:
    made_later = any(mark in name for mark in ("$", "{{", "<", "@"))
    return bool(name) and not made_later and name not in defined

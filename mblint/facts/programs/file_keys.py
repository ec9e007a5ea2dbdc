"""Keys of a configuration that its program does not know (`keys`), and names in it of what is not there (`refers`).

A mapping is judged where the software file lists its keys, all or those that some version lost. A file of lines, and
the options of a command line that say the same, are such a mapping, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import yaml

from mblint.cluster.secrets import reveal
from mblint.facts.programs.flat_files import ToldName, names_in_lines, names_of_options
from mblint.facts.programs.known_keys import strange
from mblint.facts.programs.read_files import ReadFile, at_path, pairs, read_files
from mblint.facts.programs.refusals import Refusal, refused_setting
from mblint.facts.programs.rows import RefusedSetting
from mblint.facts.programs.started import other_start
from mblint.facts.software import RunningProgram
from mblint.settings.mounted_files import mounted_files
from mblint.software.images import fits
from mblint.software.running import Starts
from mblint.software.setting_names import texts
from mblint.software.words import Keys, Refers

_OWN_COMMANDS = ("its command is not the image's", "its arguments start another program")


def unknown_words(one: RunningProgram) -> Iterator[RefusedSetting]:
    """A row for each key of a file that its program does not know, and for each name that the file does not define."""
    keys = [entry for entry in one.running.entries(Keys) if one.told.applies(entry) is True]
    read = list(_read_by_it(one, (entry for entry in keys if entry.file)))
    names = [entry for entry in one.running.entries(Refers) if _counts(one, entry) and not _merges(one, entry)]
    yield from _of_trees(one, [entry for entry in read if not entry.form], names)
    for entry in read:
        for each in mounted_files(one.told.cluster, one.workload, one.container) if entry.form else ():
            if _is_of(one, each.path, entry):
                yield from _unknown_names(one, entry, names_in_lines(each, entry.at, entry.named))
    for entry in keys:
        for option in texts(entry.options):
            if other_start(one, entry) is None:
                yield from _unknown_names(one, entry, names_of_options(one, option))


def _of_trees(one: RunningProgram, keys: Sequence[Keys], names: Sequence[Refers]) -> Iterator[RefusedSetting]:
    entries: tuple[Keys | Refers, ...] = (*keys, *names)
    ends = {end for each in entries for end in _ends(one, each)}
    for file in read_files(one, ends) if ends else ():
        own = tuple(key for key in keys if _is_of(one, file.path, key))
        for key in own:
            yield from _unknown_keys(one, file, key, own)
        for name in names:
            if _is_of(one, file.path, name):
                yield from (refused_setting(one, found) for found in _undefined(file, name))


def _counts(one: RunningProgram, entry: Refers) -> bool:
    return other_start(one, entry) is None and one.told.applies(entry) is True


def _read_by_it(one: RunningProgram, entries: Iterable[Keys]) -> Iterator[Keys]:
    """The entries whose program is started: by its image, or by a script of the container's own that speaks of it."""
    speaks: bool | None = None
    for entry in entries:
        reason = other_start(one, entry)
        if reason in _OWN_COMMANDS:
            speaks = _speaks_of_it(one) if speaks is None else speaks
        if reason is None or (reason in _OWN_COMMANDS and speaks):
            yield entry


def _speaks_of_it(one: RunningProgram) -> bool:
    """Whether the container's command, or a script that it names, has the program's name as a word."""
    by = (name for each in one.running.entries(Starts) for name in texts(each.by) if "*" not in name)
    programs = sorted({*by, one.running.program.id, one.running.image.name})
    spoken = re.compile(rf"(?:^|[\s/;&|\"'(])(?:{'|'.join(map(re.escape, programs))})(?=[\s\"')]|$)", re.M)
    words = " ".join(word.text for word in one.container.words)
    scripts = (
        reveal(file.entry.text)
        for file in mounted_files(one.told.cluster, one.workload, one.container)
        if file.entry.text is not None and file.path in words
    )
    return any(spoken.search(text) for text in (words, *scripts))


def _is_of(one: RunningProgram, path: str, entry: Keys | Refers) -> bool:
    return any(fits(end, path.strip("/")) for end in _ends(one, entry))


def _ends(one: RunningProgram, entry: Keys | Refers) -> Iterator[str]:
    """The ends of a file's path; of an option that names the file (`--config`), what it says."""
    for end in texts(entry.file):
        if not end.startswith("-"):
            yield end
        else:
            told = (reveal(each.value).removeprefix("file:") for each in one.told.all_of(end) if each.value is not None)
            yield from (path.strip("/") for path in told if path.startswith("/"))


def _merges(one: RunningProgram, entry: Refers) -> bool:
    """Whether the program reads several files as one."""
    return bool(entry.merged_by) and len(tuple(one.told.all_of(entry.merged_by))) > 1


def _unknown_keys(
    one: RunningProgram, file: ReadFile, entry: Keys, elsewhere: tuple[Keys, ...]
) -> Iterator[RefusedSetting]:
    for holder in at_path(file.root, entry.at):
        for key, _ in pairs(holder):
            told = ToldName(key.value, file.place_of(key), f" in {file.path}")
            yield from _unknown_names(one, entry, (told,), elsewhere)


def _unknown_names(
    one: RunningProgram, entry: Keys, told: Iterable[ToldName], elsewhere: tuple[Keys, ...] = ()
) -> Iterator[RefusedSetting]:
    above = f"{entry.at}." if entry.at and not entry.form else ""
    for name in told:
        says = strange(name.name, entry, one.running, elsewhere)
        if says is not None:
            shown = name.name if says.is_a_name or not name.is_secret else "a line"
            label = f"{name.dashes}{above}{shown}{name.where}"
            found = Refusal(
                label=label,
                place=name.place,
                what=label,
                otherwise=says.otherwise,
                instead=says.instead,
                starts=entry.starts,
                guessed=says.guessed,
            )
            yield refused_setting(one, found)


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

"""What a container is told of the settings that software files name, and whether a file's conditions hold for it.

Every answer is yes, no, or not known (None): a value may come from a Secret outside the render, or the environment may
be filled by an object that is not there.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, field

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Container, Workload
from mblint.cluster.secrets import Text, reveal
from mblint.globs import matches
from mblint.regex import regex
from mblint.settings.mounted_files import mounted_files
from mblint.settings.names import Origin
from mblint.settings.role_table import Phrase, words_of
from mblint.settings.rows import Setting
from mblint.settings.tables import load_words
from mblint.settings.unseen_files import made_files, may_hold_any
from mblint.software.conditions import Condition, Value
from mblint.software.entries import Conditional
from mblint.software.images import fits
from mblint.software.setting_names import Form, SettingName, Texts, setting_names, texts

_ASSIGNED = regex(r"([A-Za-z_][\w.]*)=")  # the value of `-c shared_buffers=2GB`
_PUT_IN = regex(r"(?:^|\s)\$\(\s*\w+\s[^()]*\)(?:\s|$)")  # a command's output in the place of whole words
_ByName = Mapping[str | Phrase, Sequence[Setting]]


class ProgramSettings(Struct, frozen=True, eq=False):
    """The settings of one container. `complete` False: its environment has a source that is not in the render."""

    workload: Workload
    container: Container
    settings: tuple[Setting, ...]
    complete: bool
    cluster: Cluster
    index: dict[Form, _ByName] = field(default_factory=dict)

    def all_of(self, names: Texts) -> Iterator[Setting]:
        """The settings that have one of the names, by the order of the names; of each name the last first."""
        for name in setting_names(names):
            yield from (setting for setting in self._named(name) if _is_in(setting, name))

    def _named(self, name: SettingName) -> Sequence[Setting]:
        """Those of a name, whatever file they stand in, the last first."""
        if not self.index:
            self.index.update(_by_form(self.settings))
        if name.form is not Form.PATH:
            return self.index[name.form].get(name.key, ())
        if name.key.endswith(".*"):
            above = words_of(name.key[:-2])
            return [setting for setting in reversed(self.settings) if _is_below(setting, above)]
        return self.index[name.form].get(words_of(name.key), ())

    def first(self, names: Texts) -> Setting | None:
        """The setting that counts of those with these names; None where none is set."""
        return next(self.all_of(names), None)

    def is_set(self, names: Texts) -> bool | None:
        """Whether one of the names is set to anything but an empty text, or, as NAME_FILE, read from a file."""
        if any(setting.value is None or reveal(setting.value) or _is_option(setting) for setting in self.all_of(names)):
            return True
        files = tuple(f"{name.key}_FILE" for name in setting_names(names) if name.form is Form.VARIABLE)
        if files and self.first(files) is not None:
            return True
        return None if not self.complete or self._may_be_told(names) or self._may_be_made(names) else False

    def _may_be_told(self, names: Texts) -> bool:
        """Whether it may be an option among those that a command puts in: `exec server $(cat /tmp/peers)`."""
        named = any(name.form is Form.OPTION for name in setting_names(names))
        return named and _PUT_IN.search(_words_of(self.container)) is not None

    def _may_be_made(self, names: Texts) -> bool:
        """Whether it may stand in a configuration file that is made at run time."""
        wanted = [name for name in setting_names(names) if name.form is Form.PATH]
        return bool(wanted) and any(
            not name.file or _is_file(path, name.file) for path in self._made() for name in wanted
        )

    def _made(self) -> Iterator[str]:
        """The files that are made at run time, but those whose text is known all the same."""
        told = [
            reveal(each.value) for each in self.settings if each.origin is not Origin.FILE and each.value is not None
        ]
        told += [word.text for word in self.container.words]
        read = {each.file for each in self.settings if each.file}
        return (path for path in made_files(self.cluster, self.workload, self.container, told) if path not in read)

    def holds(self, condition: Condition) -> bool | None:
        """Whether a condition holds."""
        if condition.all:
            return _all(map(self.holds, condition.all))
        if condition.any:
            return _any(map(self.holds, condition.any))
        if condition.negated is not None:
            return _not(self.holds(condition.negated))
        if condition.runs is not None:
            return f" {condition.runs} " in f" {_words_of(self.container)} "
        if condition.says is not None:
            return self._says(condition.file, condition.says)
        if condition.set is not None:
            is_set = self.is_set(condition.setting)
            return is_set if condition.set else _not(is_set)
        return self._has_value(condition)

    def applies(self, entry: Conditional) -> bool | None:
        """Whether an entry is true of the container: its `when` holds, and its `unless` does not."""
        when = True if entry.when is None else self.holds(entry.when)
        unless = False if entry.unless is None else self.holds(entry.unless)
        return _all((when, _not(unless)))

    def _says(self, paths: Texts, words: str) -> bool | None:
        """Whether one of the files says it; not known where one of them may be there, and its text is not."""
        mounted = mounted_files(self.cluster, self.workload, self.container)
        entries = [each.entry for each in mounted if any(matches(each.path, path) for path in texts(paths))]
        if any(entry.text is not None and re.search(words, reveal(entry.text)) for entry in entries):
            return True
        unread = any(entry.text is None for entry in entries)
        return None if unread or may_hold_any(self.cluster, self.workload, self.container, paths) else False

    def _has_value(self, condition: Condition) -> bool | None:
        setting = self.first(condition.setting)
        if condition.same or condition.holds:
            return self._compares(setting, self.first(condition.same or condition.holds), bool(condition.holds))
        if setting is None:
            if not self.complete or self._may_be_made(condition.setting):
                return None
            return condition.default is not None and _is(_text(condition.default), condition)
        return None if setting.value is None else _is(setting.value, condition)

    def _compares(self, setting: Setting | None, other: Setting | None, as_a_word: bool) -> bool | None:
        """Whether a setting has the value of another one, as a whole or as a word of it."""
        if setting is None or other is None:
            return False if self.complete else None
        if setting.value is None or other.value is None:
            return None
        text, wanted = reveal(setting.value).strip(), reveal(other.value).strip()
        if not as_a_word:
            return text == wanted
        return bool(wanted) and wanted in re.split(r"[\s,;:/|]+", text)


def program_settings(
    cluster: Cluster, workload: Workload, container: Container, settings: tuple[Setting, ...]
) -> ProgramSettings:
    """The settings of a container, ready to be asked. `settings`: its own."""
    return ProgramSettings(workload, container, settings, is_complete(cluster, workload, container), cluster)


def is_complete(cluster: Cluster, workload: Workload, container: Container) -> bool:
    """Whether every object that a container takes its environment from is in the view."""
    return all(
        source.optional or (workload.id.namespace, source.name) in _objects(cluster, source.kind)
        for source in container.env_from
    )


def _words_of(container: Container) -> str:
    """The words of its command and arguments, one space between."""
    return " ".join(" ".join(word.text for word in container.words).split())


def _objects(cluster: Cluster, kind: str) -> Iterable[tuple[str, str]]:
    return cluster.secrets if kind == "Secret" else cluster.config_maps


def _by_form(settings: Sequence[Setting]) -> Mapping[Form, _ByName]:
    """By how software files may name them, the last first: an option may stand in a variable (`JAVA_OPTS --name`)."""
    variables, options, paths = (defaultdict[str | Phrase, list[Setting]](list) for _ in range(3))
    for setting in reversed(settings):
        if setting.origin is Origin.ENV:
            variables[setting.key].append(setting)
        if setting.origin is not Origin.FILE:
            option = setting.key.rpartition(" ")[2]
            options[option].append(setting)
            value = setting.value
            if isinstance(value, str) and "=" in value and (assigned := _ASSIGNED.match(value)) is not None:
                options[f"{option} {assigned[1]}"].append(setting)
        if setting.origin is not Origin.ARGUMENT:
            paths[words_of(setting.key)].append(setting)
    return {Form.VARIABLE: variables, Form.OPTION: options, Form.PATH: paths}


def _is_below(setting: Setting, above: Phrase) -> bool:
    return setting.origin is not Origin.ARGUMENT and words_of(setting.key)[: len(above)] == above


def _is_in(setting: Setting, name: SettingName) -> bool:
    return name.form is not Form.PATH or not name.file or _is_file(setting.file or "", name.file)


def _is_file(path: str, wanted: str) -> bool:
    """True where a path ends in a file's name, or in its last folders and name; `*` stands for any text."""
    return fits(wanted, path.strip("/"))


def _is_option(setting: Setting) -> bool:
    return setting.key.rpartition(" ")[2].startswith("-")


def _is(value: Text, condition: Condition) -> bool:
    text = reveal(value).strip()
    if condition.matches is not None:
        return re.search(condition.matches, text) is not None
    wanted = condition.equals if isinstance(condition.equals, tuple) else (condition.equals,)
    return any(_equals(text, one) for one in wanted)


def _equals(text: str, wanted: Value) -> bool:
    lower = text.lower()
    if isinstance(wanted, bool):
        return lower in load_words("truth", "true" if wanted else "false")
    return lower == str(wanted).lower()


def _text(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _all(answers: Iterable[bool | None]) -> bool | None:
    known = tuple(answers)
    return False if False in known else None if None in known else True


def _any(answers: Iterable[bool | None]) -> bool | None:
    known = tuple(answers)
    return True if True in known else None if None in known else False


def _not(answer: bool | None) -> bool | None:
    return None if answer is None else not answer

"""The program that a container really runs, behind shells, init programs, tracers and package managers."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from msgspec import Struct

from mblint.cluster.objects import Container
from mblint.cluster.secrets import Text
from mblint.facts.runs.wrappers import Subcommand, Wrapper, wrappers
from mblint.globs import matches
from mblint.manifests.documents import Place
from mblint.settings.arguments import command_words, shell_script
from mblint.settings.scripts import read_script, split_assignment
from mblint.settings.words import Command, Word
from mblint.software.running import Profile


class Program(Struct, frozen=True):
    """A program and what it is told. `name` is its base name."""

    name: str
    arguments: Command

    def option(self, names: Sequence[str]) -> Word | None:
        """The value of an option, of several the last: `-w 4`, `-w4`, `--workers 4`, `--workers=4`; None: not given."""
        return option(self.arguments, names)

    def gives(self, wanted: str) -> bool:
        """Whether an option is given, as it is (`--preload`) or with a value (`--pool=solo`)."""
        name, equals, value = wanted.partition("=")
        if not equals:
            return any(word.plain == name or word.plain.startswith(f"{name}=") for word in self.arguments)
        found = self.option([name])
        return found is not None and found.plain == value

    def is_called(self, programs: Sequence[str], subcommand: Subcommand | None) -> bool:
        """Whether it is one of these programs, with that subcommand."""
        if not any(matches(self.name, program) for program in programs):
            return False
        return subcommand is None or begins_with(self.arguments, subcommand)


def option(words: Sequence[Word], names: Sequence[str]) -> Word | None:
    """See `Program.option`."""
    found: Word | None = None
    for index, word in enumerate(words):
        for name in names:
            if word.plain == name:
                found = words[index + 1] if index + 1 < len(words) else word.part(len(name))
            elif word.plain.startswith(name + "=") or (len(name) == 2 and word.plain.startswith(name)):
                found = word.part(len(name)).part(1) if word.plain[len(name)] == "=" else word.part(len(name))
            elif word.text is None and word.before.startswith(name + "="):
                found = word
    return found


def begins_with(words: Sequence[Word], subcommand: Subcommand) -> bool:
    """Whether the first words that are no options, and no values of options, are the subcommand."""
    rest = _behind_options(words, subcommand.valued)
    for name in subcommand.names:
        wanted = name.split()
        if len(rest) >= len(wanted) and all(word.plain == text for word, text in zip(rest, wanted, strict=False)):
            return True
    return False


def probe_programs(command: Sequence[str], place: Place) -> tuple[Program, ...]:
    """The programs that an exec probe runs."""
    words = [Word(text, place, exact=False) for text in command]
    script = shell_script(words)
    commands = [tuple(words)] if script is None else list(read_script(script, {}))
    return tuple(found for words_ in commands if (found := program(words_)) is not None)


def command_line(container: Container, known: Mapping[str, Text | None], image: Profile | None) -> list[Word]:
    """What runs: the container's command and args, the image's where it has none (as the kubelet and containerd do)."""
    own = list(command_words(container, known))
    if container.command is not None or image is None:
        return own
    rest = own if container.args is not None else _image_words(image.command, container)
    return [*_image_words(image.entrypoint, container), *rest]


def _image_words(texts: Sequence[str], container: Container) -> list[Word]:
    return [Word(text, container.place, exact=False) for text in texts]


def program(command: Command) -> Program | None:
    """The program that a simple command ends up running; None for an empty one."""
    words = command
    while words and split_assignment(words[0]) is not None:
        words = words[1:]
    while words:
        name = posixpath.basename(words[0].plain)
        wrapper = _wrapper(name)
        inner = None if wrapper is None else _inside(words[1:], wrapper)
        if inner is None:
            return Program(name, words[1:])
        words = inner
    return None


@lru_cache(maxsize=1024)
def _wrapper(name: str) -> Wrapper | None:
    for wrapper in wrappers():
        if any(matches(name, pattern) for pattern in wrapper.programs):
            return wrapper
    return None


def _inside(words: Command, wrapper: Wrapper) -> Command | None:
    """What a wrapper starts; None where it does something else (`poetry install`)."""
    if wrapper.module:
        return _python(words, wrapper.valued)
    rest = _behind_options(words, wrapper.valued)
    if wrapper.words:
        if not rest or rest[0].plain not in wrapper.words:
            return None
        rest = _behind_options(rest[1:], wrapper.valued)
    if wrapper.assignments:
        while rest and split_assignment(rest[0]) is not None:
            rest = rest[1:]
    return rest[wrapper.skip :] or None


def _python(words: Command, valued: Sequence[str]) -> Command | None:
    """`python -m MODULE …` and `python FILE …`; None for `python -c …` and a bare interpreter."""
    rest = words
    while rest and rest[0].plain.startswith("-"):
        flag = rest[0].plain
        if flag == "-m":
            return rest[1:] or None
        if "c" in flag[1:2]:
            return None
        rest = rest[2:] if flag in valued else rest[1:]
    return rest or None


def _behind_options(words: Command | Sequence[Word], valued: Sequence[str]) -> Command:
    rest = tuple(words)
    while rest and rest[0].plain.startswith("-"):
        taken = rest[0].plain
        rest = rest[2:] if taken in valued else rest[1:]
        if taken == "--":
            break
    return rest


def all_words(found: Sequence[Program]) -> Iterator[str]:
    """Every word of every program."""
    for one in found:
        yield one.name
        yield from (word.plain for word in one.arguments)

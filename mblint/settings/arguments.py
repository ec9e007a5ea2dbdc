"""What a container's command and args tell it: options, assignments, URLs; also through a shell and its scripts."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from mblint.cluster.objects import Container, TextAt
from mblint.cluster.secrets import SecretText, Text, reveal
from mblint.manifests.documents import Place
from mblint.regex import regex
from mblint.settings.bounded import Room
from mblint.settings.client_table import Client, clients
from mblint.settings.clients import destinations
from mblint.settings.expansion import expand
from mblint.settings.mounted_files import MountedFile
from mblint.settings.scripts import array_name, read_script, split_assignment
from mblint.settings.shell import DEVICES, NAMESPACE_FILE
from mblint.settings.tables import load_words
from mblint.settings.words import Command, Word
from mblint.software.programs import Programs

SHELLS = frozenset(("sh", "bash", "ash", "dash", "ksh", "zsh"))
WRAPPERS = frozenset(("tini", "dumb-init", "exec", "env", "--", "-s", "-g", "nohup", "su-exec", "gosu", "eval"))
_OPTION = regex(r"--?[A-Za-z][\w.\-]*")
_HOST_PORT = regex(r"[A-Za-z][\w.-]*:\d{2,5}")
_URL = regex(r"[a-zA-Z][\w+.-]*://\S+")
# Scripts that an image runs by itself (nginx, PostgreSQL, MySQL, MongoDB, Nextcloud …).
_SHEBANG = regex(r"#!\s*\S*/(?:env\s+)?(?:ba|da|a|k|z)?sh\b")
_ENTRYPOINTS = (
    "/docker-entrypoint.d/",
    "/docker-entrypoint-initdb.d/",
    "/docker-entrypoint-init.d/",
    "/docker-entrypoint-hooks.d/",
    "/docker-entrypoint.sh",  # mounted over the one of the image
)


class Argument(Struct, frozen=True):
    """One thing that a command line says.

    `called`: a program connects to it (`curl URL`, `nc HOST PORT`). `variable`: an assignment in a script, whose key is
    a variable's name. `script`: the mounted file it stands in, if any. `guessed`: an element of a list that something
    goes through, or nothing does. `beside`: it says something of the login where the command connects to.
    """

    key: str
    value: Text
    place: Place
    called: bool = False
    variable: bool = False
    script: MountedFile | None = None
    guessed: bool = False
    beside: bool = False


def read_arguments(
    container: Container,
    namespace: str,
    known: Mapping[str, Text | None],
    files: Sequence[MountedFile],
    programs: Programs,
) -> Iterator[Argument]:
    """The settings in command and args, and in the mounted scripts that they run, of a pod in that namespace."""
    calling = clients(programs)
    words = list(command_words(container, known))
    script = shell_script(words)
    if script is not None:
        commands = list(read_script(script, {**known, NAMESPACE_FILE: namespace}))
        for command in commands:
            yield from _command(command, calling)
    else:
        commands = [tuple(words)]
        yield from _exec_form(words, calling, named=container.command is not None)
    for file in _run_scripts(commands, files):
        text = Word(file.entry.text, file.entry.place, not file.entry.encoded)
        for command in read_script(text, {**known, NAMESPACE_FILE: namespace}):
            for argument in _command(command, calling):
                yield replace(argument, script=file)


def command_words(container: Container, known: Mapping[str, Text | None]) -> Iterator[Word]:
    """The words of command and args with their `$(NAME)` replaced."""
    room = Room()
    for written in container.words:
        yield _expanded(written, known, room)


def _expanded(written: TextAt, known: Mapping[str, Text | None], room: Room) -> Word:
    text = expand(written.text, known, room)
    return Word(text, written.place, exact=text == written.text)


def _run_scripts(commands: Sequence[Command], files: Sequence[MountedFile]) -> Iterator[MountedFile]:
    """The mounted scripts that a command names, and those that lie where an image runs every script."""
    named = {word.plain for command in commands for word in command}
    for file in files:
        if file.entry.text is not None and (
            (file.path.startswith(_ENTRYPOINTS) and file.path.endswith((".sh", ".envsh"))) or is_run(file, named)
        ):
            yield file


def is_run(file: MountedFile, named: set[str]) -> bool:
    """Whether a mounted file is a shell script that these words name."""
    text = "" if file.entry.text is None else reveal(file.entry.text)
    return file.path in named and (file.path.endswith((".sh", ".bash")) or _SHEBANG.match(text) is not None)


def shell_script(words: Sequence[Word]) -> Word | None:
    """The script in `[tini --] sh [-e] -c SCRIPT`; None for any other command."""
    for index, word in enumerate(words[:5]):
        if posixpath.basename(word.plain) in SHELLS:
            return _after_c(words[index + 1 :])
    return None


def _after_c(words: Sequence[Word]) -> Word | None:
    has_c = False
    for word in words:
        if word.plain.startswith(("-", "+")):
            has_c |= not word.plain.startswith("--") and "c" in word.plain
        elif word.plain != "pipefail":
            return word if has_c else None
    return None


def _command(words: Sequence[Word], calling: Mapping[str, Client]) -> Iterator[Argument]:
    """One simple command of a script: assignments before it, then what its program is told."""
    if (name := array_name(words)) is not None:
        yield from _array(name, words[1:])
        return
    if words[0].plain.startswith(DEVICES):
        yield from _device(words[0])
        return
    index = 0
    for word in words:
        if word.plain in WRAPPERS:
            index += 1
        elif (assigned := split_assignment(word)) is not None:
            index += 1
            if assigned[1].text:
                yield Argument(assigned[0], assigned[1].text, assigned[1].place, variable=True)
        else:
            break
    if index < len(words):
        yield from _exec_form(words[index:], calling, named=True)


def _device(word: Word) -> Iterator[Argument]:
    """`/dev/tcp/db/5432`, which a shell connects to."""
    host, _, port = word.plain[len(DEVICES[0]) :].partition("/")
    if _HOST_PORT.fullmatch(value := f"{host}:{port}"):
        text = SecretText(value) if isinstance(word.text, SecretText) else value
        yield Argument(word.plain[: len(DEVICES[0]) - 1], text, word.place, called=True)


def _array(name: str, words: Sequence[Word]) -> Iterator[Argument]:
    """The elements of a list: hosts that a loop waits for, or the options that a program is started with."""
    if any(_option_name(word.plain) for word in words):
        for argument in read_options("", words):
            yield replace(argument, guessed=True)
        return
    for word in words:
        if word.text:
            yield Argument(name, word.text, word.place, variable=True, guessed=True)


def _exec_form(words: Sequence[Word], calling: Mapping[str, Client], *, named: bool) -> Iterator[Argument]:
    """A command without a shell. `named`: its first word is the program, not an argument of the image's own."""
    start = next((index for index, word in enumerate(words) if word.plain not in WRAPPERS), len(words))
    program = posixpath.basename(words[start].plain) if named and start < len(words) else ""
    arguments = words[start + 1 :] if program else words
    client = calling.get(program)
    if client is not None:
        for found in destinations(program, client, arguments):
            yield Argument(found.key, found.value, found.word.place, called=found.called, beside=not found.called)
    elif program in SHELLS:
        script = _after_c(arguments)
        for command in read_script(script, {}) if script is not None else ():
            yield from _command(command, calling)
    elif program not in load_words("clients", "silent"):
        yield from read_options(program, arguments)


def read_options(program: str, words: Sequence[Word]) -> Iterator[Argument]:
    """`--key=value`, `--key value`, `-Dkey=value`, `KEY=value`, and words that are URLs or `host:port`."""
    pending: Word | None = None  # an option without a value so far
    for word in _with_ports(words):
        name = _option_name(word.plain)
        if pending is not None:
            takes = name is None
            yield from _valued(pending.plain, word if takes else pending.part(len(pending.plain)))
            pending = None
            if takes:
                continue
        if name is None:
            yield from _positional(program, word)
        elif name == word.plain:
            pending = word
        else:
            yield from _valued(name, word.part(len(name) + 1))
    if pending is not None:
        yield from _valued(pending.plain, pending.part(len(pending.plain)))


def _with_ports(words: Sequence[Word]) -> Iterator[Word]:
    """The words, but for the port after the host of an option that takes both: they are one value (`db 6379`)."""
    takers = load_words("clients", "host-then-port")
    for index, word in enumerate(words):
        before, port = words[index - 1].plain if index else "", words[index + 1 : index + 2]
        if before in takers and port and port[0].plain.isdigit() and word.text is not None:
            text = f"{word.plain} {port[0].plain}"
            yield Word(SecretText(text) if isinstance(word.text, SecretText) else text, word.place, exact=False)
        elif not (word.plain.isdigit() and index > 1 and words[index - 2].plain in takers):
            yield word


def _option_name(text: str) -> str | None:
    """The option that a word is or begins with (`--key=value`); None where it is no option."""
    if text.startswith("-D") and "=" in text:
        return text.partition("=")[0]
    option = _OPTION.match(text)
    return option[0] if option is not None and text[option.end() : option.end() + 1] in ("", "=") else None


def _positional(program: str, word: Word) -> Iterator[Argument]:
    if (assigned := split_assignment(word)) is not None:
        yield from _valued(assigned[0], assigned[1])
    elif _URL.fullmatch(word.plain) or _HOST_PORT.fullmatch(word.plain):
        yield from _valued(program or "args", word)


def _valued(key: str, word: Word) -> Iterator[Argument]:
    if word.text is not None:
        yield Argument(key, word.text, word.place)

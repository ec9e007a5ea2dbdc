"""Containers whose command is over as soon as it is started, though they are to run always.

A shell without a terminal reads the end of its input at once; a script of short commands is soon through; and a server
that goes on in the background leaves the container's first process with nothing to do: when it ends, so do all others.
Source: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy
"""

from __future__ import annotations

import posixpath

from mblint.cluster.objects import Container
from mblint.cluster.pod_fields import container_fields
from mblint.facts.order.endings_table import Background, backgrounds, ending_programs, shells
from mblint.facts.plain_scripts import plain_script
from mblint.facts.upgrade.data_places import is_within
from mblint.regex import regex
from mblint.software.images import reference

_SLEEP = regex(r"sleep\s+(\d+)(s|m)?")
_SHORT = 600  # seconds
_MIRRORS = (None, "public.ecr.aws", "mirror.gcr.io")
_AND = regex(r"(?<![&>])&(?![&>\d])")
_REDIRECTED = regex(r"\d?>>?\s*(?:&\d|[^\s;&|]+)")
_ASKING = ("sh", "bash", "ash", "dash", "zsh", "python", "python3", "node", "irb", "jshell")
_TYPED = ("-l", "-i", "-il", "-li", "--login")  # options of a shell that somebody types into
_BEFORE = ("exec", "nohup", "sudo", "setsid")
_SHOWN = 60  # characters of a command


def ends_at_once(container: Container) -> str | None:
    """Why a container ends as soon as it is started, as a clause; None where it may go on."""
    fields = container_fields(container)
    if fields.stdin or fields.tty:
        return None
    if container.command is None and not container.args:
        return _shell_of_image(container)
    if container.command is not None and (asks := _that_asks(container)) is not None:
        return f"`{asks}` ends at once where nobody types"
    script = plain_script(container) if container.command is not None else None
    if script is None or not script.commands:
        return None
    gone: list[str] = []  # into the background
    for command in script.commands:
        *behind, last = _AND.split(command.text)
        gone += [f"{_short(text)} &" for text in behind if text.strip()]
        if _goes_to_background(container, last):
            gone.append(_short(last))
        elif last.strip() and not _is_short(last.strip()):
            return None
    if gone:
        return f"`{gone[0]}` goes on in the background, and its command is over"
    return f"its command is over after `{_short(script.commands[-1].text)}`"


def _that_asks(container: Container) -> str | None:
    """The command, where it is a shell or an interpreter that is given nothing to run."""
    program, *options = [word.text for word in container.words]
    if program.rpartition("/")[2] not in _ASKING or any(option not in _TYPED for option in options):
        return None
    return " ".join((program, *options))


def _shell_of_image(container: Container) -> str | None:
    image = reference(container.image or "")
    shell = shells().get(image.name)
    if shell is None or not _is_official(container, (image.name,)):
        return None
    return f"the image {image.name} starts {shell.starts}, which ends at once where nobody types"


def _is_official(container: Container, names: tuple[str, ...]) -> bool:
    image = reference(container.image or "")
    return image.registry in _MIRRORS and image.path.removeprefix("docker/").removeprefix("library/") in names


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _is_short(text: str) -> bool:
    if "|" in text:  # something else is started, too
        return False
    if (slept := _SLEEP.fullmatch(text)) is not None:
        return int(slept[1]) * (60 if slept[2] == "m" else 1) <= _SHORT
    words = text.split()
    return bool(words) and words[0].rpartition("/")[2] in ending_programs()


def _goes_to_background(container: Container, text: str) -> bool:
    words = _REDIRECTED.sub(" ", text).split()
    while words and words[0] in _BEFORE:
        words = words[1:]
    if not words or "|" in text:
        return False
    folder, _, name = words[0].rpartition("/")
    one = backgrounds().get(name) or backgrounds().get(f"{folder}/")
    return one is not None and _says_so(one, words[1:]) and _is_known(one, container)


def _says_so(one: Background, words: list[str]) -> bool:
    said = f" {' '.join(words)} ".replace('"', " ").replace("'", " ").replace("=", " ")

    def has(word: str) -> bool:
        return f" {word} " in said or f" {word};" in said

    return not any(map(has, one.unless)) and (not one.when or any(map(has, one.when)))


def _is_known(one: Background, container: Container) -> bool:
    """Whether no configuration can keep it in the foreground."""
    if one.images and not _is_official(container, one.images):
        return False
    told = one.configuration
    return told is None or not any(is_within(told, posixpath.normpath(mount.mount_path)) for mount in container.mounts)

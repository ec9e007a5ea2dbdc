"""Whether a container starts the program of its image as the image itself does.

What software files say of settings and folders is about the program, started by its image's entry point. Another
command (a shell, a client, a wrapper) may need less, or be told otherwise. A script that ends with what the software
file knows as a start (`starts`) is none, as long as it sets nothing.
"""

from __future__ import annotations

from mblint.cluster.objects import Container, ContainerRole
from mblint.facts.software import RunningProgram
from mblint.facts.way.heard import is_of_its_makers, is_spoken_of
from mblint.globs import matches
from mblint.regex import regex
from mblint.settings.arguments import shell_script
from mblint.settings.scripts import read_script
from mblint.settings.words import Word
from mblint.software.entries import Entry
from mblint.software.running import Client, Starts
from mblint.software.setting_names import texts

_SETS = regex(r"(?:^|[\s;&|])(?:export|set -a|source|eval|declare|(?!\./)[A-Z][A-Z0-9_]*=)")
_PASS_ON = ("exec", "tini", "dumb-init", "--", "-g")  # words that only hand on to the program behind them
_SHELLS = frozenset(("sh", "bash", "ash", "dash", "env", "sleep", "tail", "cat", "echo", "true"))


def other_start(one: RunningProgram, entry: Entry | None = None) -> str | None:
    """Why a container may run something else than its image's program; None where it runs that.

    `entry`: one of the software file that may name the image's folder, and so speaks of that build.
    """
    container = one.container
    if not (is_of_its_makers(one.running) if entry is None else is_spoken_of(one.running, (entry,))):
        return "the image may be somebody's own build of it"
    if container.role is ContainerRole.INIT or not one.workload.lasting:
        return "it runs to its end, and may not start the program"
    if _starts_it(one):
        return None
    if container.command is not None:
        return "its command is not the image's"
    first = container.args[0].text if container.args else ""
    program = first.rpartition("/")[2]
    clients = {name for client in one.running.program.entries(Client) for name in client.programs}
    if program in _SHELLS or program in clients or (" " in first.strip() and not first.startswith("-")):
        return "its arguments start another program"
    return None


def _starts_it(one: RunningProgram) -> bool:
    """Whether the last program that its command runs is known to start it, and nothing before sets a variable."""
    names = [name for entry in one.running.entries(Starts) for name in texts(entry.by)]
    words = [Word(word.text, word.place, exact=False) for word in one.container.words]
    if not words or not names or any(_SETS.search(word.plain) for word in words):
        return False
    script = shell_script(words)
    commands = [tuple(words)] if script is None else list(read_script(script, {}))
    last = commands[-1] if commands else ()
    programs = [word.plain.rpartition("/")[2] for word in last if word.plain not in _PASS_ON][:1]
    return any(matches(program, name) for program in programs for name in names)


def is_filled_elsewhere(container: Container) -> bool:
    """Whether something outside the render may add to its environment: references that may be absent from it."""
    return any(source.optional for source in container.env_from)

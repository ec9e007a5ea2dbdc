"""Whether a command of the manifest only starts the program as its image does: then it makes no names besides."""

from __future__ import annotations

import posixpath

from mblint.facts.software import RunningProgram
from mblint.globs import matches
from mblint.settings.arguments import shell_script
from mblint.settings.scripts import read_script
from mblint.settings.words import Word
from mblint.software.running import Starts
from mblint.software.setting_names import texts


def starts_plainly(one: RunningProgram) -> bool:
    """Whether its command is, or runs, one command alone, of a program that is known to start it (`starts`); before it
    the very folder may be made that the program is then told."""
    names = [name for entry in one.running.entries(Starts) for name in texts(entry.by)]
    words = [Word(word.text, word.place, exact=False) for word in one.container.words]
    script = shell_script(words) if names else None
    commands = [tuple(words)] if script is None else list(read_script(script, {}))
    told = {word.plain for word in commands[-1]} if commands else set()
    before = [word for command in commands[:-1] for word in command]
    if not names or not told or any(word.plain not in {"mkdir", "-p", *(told - {""})} for word in before):
        return False
    program = next((word for word in commands[-1] if word.plain != "exec"), commands[-1][0])
    return any(matches(posixpath.basename(program.plain), name) for name in names)

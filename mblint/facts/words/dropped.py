"""Words that a shell gets and never looks at: `["sh", "-c", "npm", "start"]`.

Behind -c a shell reads one word as its script. What follows is $0, $1 and so on: nothing, unless the script asks for
them. So the line must be one word, or the lines of it. Words that are the arguments of another container of the pod are
meant for that one: nothing is lost.
Source: POSIX.1-2017, sh (the operands command_name and argument).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mblint.cluster.objects import TextAt
from mblint.facts.words.rows import DroppedWords
from mblint.facts.words.run_directly import DirectCommand, direct_commands, shown
from mblint.facts.world import World
from mblint.regex import regex

_ASKS = regex(r"\$[0-9@*#]|\$\{[!#]?[0-9@*]|\bshift\b|\bgetopts\b|\$\{?BASH_ARG|\bfor\s+\w+\s*(?:;|\n|do\b)")
_NAMES_ONLY = regex(r"--?|_|[\w./-]*sh|[\w-]+")  # a name for $0, where it is the only word
_MOST = 3  # words of those that a sentence names


def dropped_words(world: World) -> Iterator[DroppedWords]:
    """A row for each command whose shell drops words."""
    for command in direct_commands(world.cluster):
        at = command.script
        if at is None or at + 1 >= len(command.words):
            continue
        script, rest = command.words[at].text, command.words[at + 1 :]
        one_word = not re.search(r"[\s;&|]", script.strip())
        if _ASKS.search(script) or (not one_word and len(rest) == 1 and _NAMES_ONLY.fullmatch(rest[0].text)):
            continue
        if _is_of_another(command, rest):
            continue
        yield _row(command, script, rest, one_word=one_word)


def _is_of_another(command: DirectCommand, rest: Sequence[TextAt]) -> bool:
    """Whether the words are the arguments of another container of the pod, too."""
    said = tuple(word.text for word in rest)
    others = (each for each in command.workload.pod.containers if each is not command.container)
    return any(each.args is not None and tuple(word.text for word in each.args) == said for each in others)


def _row(command: DirectCommand, script: str, rest: Sequence[TextAt], *, one_word: bool) -> DroppedWords:
    named = [f"`{shown(word.text)}`" for word in rest[:_MOST]]
    more = f" and {len(rest) - _MOST} more" if len(rest) > _MOST else ""
    return DroppedWords(
        object=command.workload.id,
        container=command.container.name,
        place=rest[0].place,
        linted=command.workload.linted,
        where=command.where,
        shell=command.program,
        script=shown(script),
        dropped=", ".join(named) + more,
        verdict="program" if one_word else "line",
    )

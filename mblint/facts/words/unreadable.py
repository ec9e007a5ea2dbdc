"""Scripts that a shell is given, and cannot read: a quote that is never closed, an `if` without its `fi`.

Lines that YAML folded into one (`>`) are the usual cause: where each command had a line of its own, nothing ends them.
Kubernetes writes `$` for `$$` in a container's command before the shell sees it.
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.facts.words.rows import UnreadableScript
from mblint.facts.words.run_directly import DirectCommand, direct_commands, shown
from mblint.facts.world import World
from mblint.settings.shell_grammar import syntax_problem
from mblint.settings.shell_tokens import SyntaxProblem

_LONGEST = 100_000  # characters of a script
_ENDED_BY_LINES = ("then", "do", "else", "fi", "done")
_FOLDED = (
    "all of it stands in one line: where YAML folds lines into one (`>`), nothing ends a command any more, "
    "and a block (`|`) keeps them"
)
_POSIX = frozenset(("sh", "bash", "ash", "dash", "ksh"))


def unreadable_scripts(world: World) -> Iterator[UnreadableScript]:
    """A row for each script that a shell stumbles over."""
    for command in direct_commands(world.cluster):
        at = command.script
        if at is None or command.program not in _POSIX:
            continue
        text = command.words[at].text
        if len(text) > _LONGEST:
            continue
        script = text.replace("$$", "$") if command.where == "command" else text
        problem = syntax_problem(script)
        if problem is not None:
            yield _row(command, at, script, problem)


def _row(command: DirectCommand, at: int, script: str, problem: SyntaxProblem) -> UnreadableScript:
    line = script.count("\n", 0, problem.index) + 1
    start = script.rfind("\n", 0, problem.index) + 1
    end = script.find("\n", problem.index)
    is_folded = "\n" not in script.strip() and any(f" {word} " in f"{script} " for word in _ENDED_BY_LINES)
    return UnreadableScript(
        object=command.workload.id,
        container=command.container.name,
        place=command.words[at].place,
        linted=command.workload.linted,
        where=command.where,
        shell=command.program,
        line=line,
        text=shown(script[start : len(script) if end < 0 else end]),
        problem=problem.clause,
        cause=_FOLDED if is_folded else None,
        verdict="folded" if is_folded else "broken",
    )

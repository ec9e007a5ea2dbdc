"""`rules/tables/migrations.yaml`: commands that bring a database up to date before the server of a script starts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from msgspec import Struct, convert

from mblint.facts.runs.commands import Program
from mblint.globs import matches
from mblint.shipped import read_table

# What may decide that a script leaves its migrations out; the shell's control flow is not followed.
_CONDITIONS = frozenset(("[", "[[", "test", "case"))
# What a script may end with beside its server.
_NO_SERVERS = frozenset((*_CONDITIONS, "echo", "printf", "exit", "true", "set", "cd", "export", "sleep", "wait"))


class MigrationCommand(Struct, frozen=True):
    """One row. `does`: a program and the words that follow it. `unless`: words that make it change nothing."""

    tool: str
    does: tuple[tuple[str, ...], ...]
    source: str
    unless: tuple[str, ...] = ()


class _File(Struct, frozen=True):
    migrations: tuple[MigrationCommand, ...]


def migrates_first(run: Sequence[Program]) -> str | None:
    """The command that migrates before a server starts: `manage.py migrate`; None: none does for certain."""
    for index, program in enumerate(run):
        if program.name in _CONDITIONS:
            return None
        words = _migration(program)
        if words is not None:
            return words if any(later.name not in _NO_SERVERS for later in _others(run[index + 1 :])) else None
    return None


def _others(run: Sequence[Program]) -> list[Program]:
    return [program for program in run if _migration(program) is None]


def _migration(program: Program) -> str | None:
    words = [word.plain for word in program.arguments]
    named = [word for word in words if not word.startswith("-")]
    for row in _rows():
        for name, *wanted in row.does:
            found = _standing(wanted, named) if matches(program.name, name) else None
            if found is not None and not set(row.unless) & set(words):
                return " ".join((program.name, *found))
    return None


def _standing(wanted: Sequence[str], words: Sequence[str]) -> Sequence[str] | None:
    """The words, where they stand first, or behind one other: an option's value (`-c alembic.ini upgrade head`)."""
    for start in (0, 1):
        part = words[start : start + len(wanted)]
        if len(part) == len(wanted) and all(matches(word, glob) for word, glob in zip(part, wanted, strict=True)):
            return part
    return None


@cache
def _rows() -> tuple[MigrationCommand, ...]:
    return convert(read_table("tables/migrations.yaml"), _File).migrations

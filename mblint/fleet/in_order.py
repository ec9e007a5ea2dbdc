"""Results in the order of the environments, whoever works on them and however late each comes in.

Only so many contents and results are held at once as keep the workers busy: a fleet of any size takes the same memory.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Protocol

from msgspec import Struct

from mblint.fleet.cache import Cache
from mblint.fleet.lint_environment import lint_or_say
from mblint.fleet.result import Result, decoded
from mblint.fleet.task import Task, key_of


class Pending(Protocol):
    """A result that will be there."""

    def result(self) -> bytes:
        """Waits for it."""


class Workers(Protocol):
    """Those that work on tasks."""

    @property
    def at_once(self) -> int:
        """How many tasks are worth handing out at one time."""

    def submit(self, task: Task) -> Pending:
        """Begins to work on a task."""


class Linted(Struct, frozen=True):
    """An environment and what was found in it. `cached`: it was known from an earlier run."""

    name: str
    result: Result
    cached: bool


class _Handed(Struct, frozen=True):
    """A task that is under way, and where its result is to be kept."""

    name: str
    key: str | None
    pending: Pending


class _Known(Struct, frozen=True):
    """A result that is there already."""

    data: bytes

    def result(self) -> bytes:
        """It."""
        return self.data


class _Later(Struct, frozen=True):
    """A task that is worked on by whoever asks for its result."""

    task: Task

    def result(self) -> bytes:
        """Works on it."""
        return lint_or_say(self.task)


class ThisProcess:
    """No workers: each environment is linted when its turn comes."""

    at_once = 1

    def submit(self, task: Task) -> Pending:
        """Waits for the turn."""
        return _Later(task)


def in_order(tasks: Iterable[Task], workers: Workers, cache: Cache | None) -> Iterator[Linted]:
    """What is found in each environment, in the order of the tasks, which are asked for as they are needed."""
    waiting: deque[_Handed] = deque()
    for task in tasks:
        waiting.append(_handed(task, workers, cache))
        while len(waiting) >= workers.at_once:
            yield _finished(waiting.popleft(), cache)
    while waiting:
        yield _finished(waiting.popleft(), cache)


def _handed(task: Task, workers: Workers, cache: Cache | None) -> _Handed:
    key = None
    if cache is not None:
        key = key_of(task)
        known = cache.get(key)
        if known is not None and decoded(known) is not None:
            return _Handed(task.content.name, None, _Known(known))
    return _Handed(task.content.name, key, workers.submit(task))


def _finished(handed: _Handed, cache: Cache | None) -> Linted:
    data = handed.pending.result()
    result = decoded(data)
    assert result is not None
    if cache is not None and handed.key is not None and not result.broken:
        cache.put(handed.key, data)
    return Linted(handed.name, result, isinstance(handed.pending, _Known))

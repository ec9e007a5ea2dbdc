"""Processes on this machine: started once, each with the rules loaded once."""

from __future__ import annotations

import gc
import multiprocessing
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec import Struct

from mblint.fleet.build import build
from mblint.fleet.in_order import Pending
from mblint.fleet.lint_environment import failed, lint_or_say
from mblint.fleet.task import Task
from mblint.judge.load import load_rules
from mblint.shipped import rules_directory

if TYPE_CHECKING:
    from multiprocessing.context import BaseContext

_AHEAD = 3  # tasks in hand for each process, so that none waits for the one whose turn it is


class Processes:
    """A pool of processes. One that the machine ends (for want of memory, say) takes no environment but its own."""

    def __init__(self, number: int) -> None:
        self.at_once = number * _AHEAD
        self._number = number
        self._pool = _pool(number)
        self._pool.submit(build).result()  # starts all of them, before there is any thread that a fork would copy

    def submit(self, task: Task) -> Pending:
        """Hands a task to the pool."""
        return _Submitted(self, task, self._begun(task))

    def again(self, task: Task) -> bytes:
        """Works on a task whose process ended, maybe through no fault of its own: alone, so that the fault is known."""
        with _pool(1) as alone:
            try:
                return alone.submit(lint_or_say, task).result()
            except BrokenProcessPool:
                return failed(task.content.name, "the process that linted it was ended, maybe for want of memory")

    def end(self) -> None:
        """Ends every process, whatever it is doing."""
        processes = list((getattr(self._pool, "_processes", None) or {}).values())
        self._pool.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.kill()
        for process in processes:
            process.join()

    def _begun(self, task: Task) -> Future[bytes]:
        try:
            return self._pool.submit(lint_or_say, task)
        except BrokenProcessPool:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = _pool(self._number)
            return self._pool.submit(lint_or_say, task)


class _Submitted(Struct, frozen=True):
    """A task in the hands of the pool."""

    pool: Processes
    task: Task
    future: Future[bytes]

    def result(self) -> bytes:
        """Waits for it."""
        try:
            return self.future.result()
        except BrokenProcessPool:
            return self.pool.again(self.task)


@contextmanager
def processes(number: int) -> Iterator[Processes]:
    """A pool for as long as the block runs."""
    load_rules([rules_directory()])  # what a forked process needs not do again
    build()
    pool = Processes(number)
    try:
        yield pool
    finally:
        pool.end()


def _pool(number: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(number, mp_context=_context(), initializer=_begin)


def _context() -> BaseContext:
    """A fork has everything imported already, and is safe here: no thread of ours holds a lock while it is made."""
    return multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")


def _begin() -> None:
    """Interrupts are the parent's to hear: it ends us. Terminations end us as they end any process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for number in (signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])):
        signal.signal(number, signal.SIG_DFL)
    gc.freeze()  # what is there now stays: only what an environment leaves is looked for

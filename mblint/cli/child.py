"""Runs the user's render command."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from msgspec import Struct


class Outcome(Struct, frozen=True):
    """What a command printed, and why that cannot be trusted (None: it can).

    The sentence names the command's first word only: arguments may hold passwords.
    """

    output: bytes
    failure: str | None


def run_command(cmd: Sequence[str], timeout: float | None) -> Outcome:
    """Runs a command, without a shell, in a process group of its own; its standard error is ours.

    `timeout`: seconds after which the whole group is killed.
    """
    name = cmd[0]
    with _late_interrupt() as interrupted:
        try:
            child = subprocess.Popen(cmd, stdout=subprocess.PIPE, start_new_session=True)
        except OSError as error:
            return Outcome(b"", f"{name}: {_why(error)}")
    try:
        if interrupted:
            raise KeyboardInterrupt
        output, _ = child.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        _kill(child)
        output, _ = child.communicate()
        return Outcome(output, f"{name} took longer than {timeout:g} seconds, and was stopped")
    except BaseException:
        _kill(child)
        child.communicate()
        raise
    return Outcome(output, _failure(name, child.returncode))


@contextmanager
def _late_interrupt() -> Iterator[list[int]]:
    """While the block runs, an interrupt is only noted: one that comes while a child starts would leave it behind."""
    noted: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: noted.append(number))
    try:
        yield noted
    finally:
        signal.signal(signal.SIGINT, before)


def _failure(name: str, code: int) -> str | None:
    if code < 0:
        return f"{name} was killed by {signal.Signals(-code).name}"
    return f"{name} failed with exit code {code}" if code else None


def _kill(child: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):  # it ended meanwhile
        os.killpg(child.pid, signal.SIGKILL)


def _why(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "command not found"
    if isinstance(error, PermissionError):
        return "permission denied: is it executable?"
    return f"cannot be run: {error.strerror}"

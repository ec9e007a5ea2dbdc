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
    child: subprocess.Popen[bytes] | None = None
    try:
        with _late_interrupt() as interrupted:
            child = subprocess.Popen(cmd, stdout=subprocess.PIPE, start_new_session=True)
        if interrupted:
            raise KeyboardInterrupt
        output, _ = child.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        seconds = "1 second" if timeout == 1 else f"{timeout:g} seconds"
        return Outcome(_ended(child), f"{name} took longer than {seconds}, and was stopped")
    except OSError as error:
        _ended(child)
        return Outcome(b"", f"{name}: {_why(error)}")
    except BaseException:  # an interrupt may come anywhere above, the moment after the start included
        _ended(child)
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


def _ended(child: subprocess.Popen[bytes] | None) -> bytes:
    """Kills a command that was started, with all that it started. What it printed."""
    if child is None:
        return b""
    with suppress(ProcessLookupError):  # it ended meanwhile
        os.killpg(child.pid, signal.SIGKILL)
    return child.communicate()[0]


def _why(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "command not found"
    if isinstance(error, PermissionError):
        return "permission denied: is it executable?"
    return f"cannot be run: {error.strerror}"

"""Runs the user's render command."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import IO

from msgspec import Struct

from mblint.cli.exit_codes import Stopped

_PASSED_ON = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_GRACE = 2.0  # seconds that a command has to clean up after such a signal
_MOST = 256 * 1024 * 1024  # bytes; no render is longer, and what reads it needs many times that
_PIECE = 1 << 16


class Outcome(Struct, frozen=True):
    """What a command printed, and why that cannot be trusted (None: it can).

    The sentence names the command's first word only: arguments may hold passwords.
    """

    output: bytes
    failure: str | None


def run_command(cmd: Sequence[str], timeout: float | None, directory: Path | None = None) -> Outcome:
    """Runs a command, without a shell, in a process group of its own; its standard error is ours.

    `timeout`: seconds after which the whole group is killed, whoever still holds the pipe. `directory`: where it runs.
    """
    with _signals() as noted:
        outcome = run_noting(cmd, timeout, noted, directory)
    if noted:
        raise Stopped(noted[0])
    return outcome


def run_noting(
    cmd: Sequence[str], timeout: float | None, noted: Sequence[int], directory: Path | None = None
) -> Outcome:
    """The same for those who hear the signals: `noted` are those that came so far, which the command is told."""
    name = cmd[0]
    deadline = None if timeout is None else time.monotonic() + timeout
    try:
        with subprocess.Popen(cmd, stdout=subprocess.PIPE, start_new_session=True, cwd=directory) as child:
            assert child.stdout is not None
            found = _Output(child.stdout)
            try:
                failure = _until_ended(child, found, deadline, noted)
                if failure is None:
                    _send(child, signal.SIGKILL)  # to what it left behind
                    return Outcome(found.text(), _failure(name, child.returncode))
                _kill(child)
                found.drain()
            except BaseException:
                _kill(child)
                raise
            finally:
                child.stdout.close()
    except OSError as error:
        return Outcome(b"", f"{name}: {_why(error)}")
    if noted:
        return Outcome(b"", f"{name} was stopped")
    reason = f"took longer than {_seconds(timeout)}" if failure == "late" else f"printed more than {_MOST >> 20} MB"
    return Outcome(found.text(), f"{name} {reason}, and was stopped")


@contextmanager
def _signals() -> Iterator[list[int]]:
    """While the block runs, signals that end a program are only noted: a child that starts must not be left behind.

    What our own caller ignores (`nohup`) stays ignored.
    """
    noted: list[int] = []

    def note(number: int, _: FrameType | None) -> None:
        noted.append(number)

    heeded = [number for number in _PASSED_ON if signal.getsignal(number) is not signal.SIG_IGN]
    before = [(number, signal.signal(number, note)) for number in heeded]
    try:
        yield noted
    finally:
        for number, handler in before:
            signal.signal(number, handler)


class _Output:
    """What comes through the pipe."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe
        self._parts: list[bytes] = []
        self.size = 0

    def read(self) -> bool:
        """Takes the next piece, for which it waits. False at the end."""
        piece = os.read(self._pipe.fileno(), _PIECE)
        self._parts.append(piece)
        self.size += len(piece)
        return bool(piece)

    def drain(self) -> None:
        """Takes what is there already. Somebody else may hold the pipe open, for whom nobody waits."""
        os.set_blocking(self._pipe.fileno(), False)
        with suppress(BlockingIOError):
            while self.size <= _MOST and self.read():
                pass

    def text(self) -> bytes:
        return b"".join(self._parts)


def _until_ended(
    child: subprocess.Popen[bytes], found: _Output, deadline: float | None, noted: Sequence[int]
) -> str | None:
    """Reads until the pipe and the command have ended: None. Else why it has to be stopped."""
    assert child.stdout is not None
    passed_on = 0
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdout, selectors.EVENT_READ)
        open_pipe = True
        while open_pipe or child.poll() is None:
            if len(noted) > passed_on:
                _send(child, noted[passed_on])
                passed_on += 1
                deadline = min(deadline or float("inf"), time.monotonic() + _GRACE)
            if deadline is not None and time.monotonic() >= deadline:
                return "late"
            if found.size > _MOST:
                return "long"
            # Short waits: a signal that is only noted does not end one.
            if not open_pipe:
                time.sleep(0.01)
            elif selector.select(0.1):
                open_pipe = found.read()
    return "stopped" if noted else None


def _send(child: subprocess.Popen[bytes], number: int) -> None:
    with suppress(ProcessLookupError):  # it ended meanwhile
        os.killpg(child.pid, number)


def _kill(child: subprocess.Popen[bytes]) -> None:
    """Kills a command, with all that it started."""
    _send(child, signal.SIGKILL)
    child.wait()


def _seconds(timeout: float | None) -> str:
    return "1 second" if timeout == 1 else f"{timeout:g} seconds"


def _failure(name: str, code: int) -> str | None:
    if code < 0:
        return f"{name} was killed by {signal.Signals(-code).name}"
    return f"{name} failed with exit code {code}" if code else None


def _why(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "command not found"
    if isinstance(error, PermissionError):
        return "permission denied: is it executable?"
    return f"cannot be run: {error.strerror}"

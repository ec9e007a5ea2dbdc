"""Several render commands at once."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from mblint.cli.child import Outcome, run_noting
from mblint.cli.exit_codes import Stopped

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Children:
    """Commands that run at once, so many at a time; the others wait. At the end of the block none is left.

    Each is started and read by a thread, so that a signal, which the main thread hears, never comes while one starts.
    """

    def __init__(self, at_once: int) -> None:
        self._threads = ThreadPoolExecutor(at_once)
        self._noted: list[int] = []
        self._heeding = heeding_signals()

    def __enter__(self) -> Children:
        self._heeding.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        try:
            if error is not None:
                self._noted.append(error.code - 128 if isinstance(error, Stopped) else signal.SIGTERM)
            self._threads.shutdown(wait=True, cancel_futures=True)
        finally:
            self._heeding.__exit__(None, None, None)

    def start(self, cmd: Sequence[str], timeout: float | None, directory: Path | None = None) -> Future[Outcome]:
        """Runs a command as soon as its turn comes."""
        return self._threads.submit(run_noting, cmd, timeout, self._noted, directory)


@contextmanager
def heeding_signals() -> Iterator[None]:
    """While the block runs, signals that end a process raise Stopped in the main thread; ignored ones stay ignored."""
    before = {number: signal.getsignal(number) for number in _ENDING}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, _stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stopped(number)

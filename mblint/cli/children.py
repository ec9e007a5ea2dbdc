"""Several render commands at once."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path
from types import FrameType, TracebackType

from mblint.cli.child import Outcome, run_noting
from mblint.cli.exit_codes import Stopped

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_PATIENCE = 0.2  # seconds


class Children:
    """Commands that run at once, so many at a time; the others wait. At the end of the block none is left.

    Each is started and read by a thread, so that a signal, which the main thread hears, never comes while one starts.
    """

    def __init__(self, at_once: int) -> None:
        self._threads = ThreadPoolExecutor(at_once)
        self._heeding = heeding_signals()
        self.noted: list[int] = []

    def __enter__(self) -> Children:
        self.noted = self._heeding.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None and not self.noted:
            self.noted.append(signal.SIGTERM)  # what runs is stopped for another reason than a signal
        try:
            self._threads.shutdown(wait=True, cancel_futures=True)
        finally:
            self._heeding.__exit__(kind, error, trace)

    def start(self, cmd: Sequence[str], timeout: float | None, directory: Path | None = None) -> Future[Outcome]:
        """Runs a command as soon as its turn comes."""
        return self._threads.submit(run_noting, cmd, timeout, self.noted, directory)


def outcome_of(running: Future[Outcome]) -> Outcome:
    """Waits for a command. In short pieces: a signal that another thread gets does not wake the one that waits."""
    while not wait([running], timeout=_PATIENCE).done:
        pass
    return running.result()


@contextmanager
def heeding_signals() -> Iterator[list[int]]:
    """While the block runs, signals that end a process raise Stopped in the main thread; ignored ones stay ignored.

    Gives those that came so far. Python drops what is raised while it tidies up (in a finalizer, say), wherever the
    signal found it: such a signal is noted all the same, and the block ends with Stopped. Within another such block
    the signals stay the outer one's.
    """
    before = {number: signal.getsignal(number) for number in _ENDING}
    heeding = next((handler for handler in before.values() if isinstance(handler, _Heeding)), None)
    if heeding is not None:
        yield heeding.noted
        return
    heeding = _Heeding()
    try:
        for number, handler in before.items():
            if handler is not signal.SIG_IGN:
                signal.signal(number, heeding)
        yield heeding.noted
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if heeding.noted:
        raise Stopped(heeding.noted[0])


class _Heeding:
    """What a signal calls: notes it, then raises it."""

    def __init__(self) -> None:
        self.noted: list[int] = []

    def __call__(self, number: int, frame: FrameType | None) -> None:
        self.noted.append(number)
        raise Stopped(number)

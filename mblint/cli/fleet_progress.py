"""How far a fleet has come, to people only: how many, how fast, how long still."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_AFTER_SECONDS = 1.0
_EVERY_SECONDS = 0.2
_CLEAR_LINE = "\r\x1b[K"

Advance = Callable[[bool | None], None]


@contextmanager
def fleet_progress(number: int) -> Iterator[Advance]:
    """A function to call for each environment: True where it was known, None at the end. On a terminal."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    begin = shown = time.monotonic()
    done = known = 0
    visible = False

    def advance(cached: bool | None) -> None:
        nonlocal done, known, shown, visible
        now = time.monotonic()
        if cached is None:
            if visible:
                print(_CLEAR_LINE, end="", file=sys.stderr, flush=True)
            visible = False
            return
        done, known = done + 1, known + cached
        if now - begin < _AFTER_SECONDS or now - shown < _EVERY_SECONDS:
            return
        shown, visible = now, True
        print(f"{_CLEAR_LINE}mblint: {_said(done, known, number, now - begin)}", end="", file=sys.stderr, flush=True)

    try:
        yield advance
    finally:
        advance(None)


def _said(done: int, known: int, number: int, seconds: float) -> str:
    rate = done / seconds
    unchanged = f" ({known:,} unchanged)" if known else ""
    return f"{done:,} of {number:,} environments{unchanged}, {rate:.1f} a second, {_left((number - done) / rate)} left"


def _left(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds > 90 else f"{seconds:.0f} s"

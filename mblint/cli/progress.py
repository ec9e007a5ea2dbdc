"""Says what is going on when a run lasts long, to people only."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

_AFTER_SECONDS = 1.0
_CLEAR_LINE = "\r\x1b[K"


@contextmanager
def progress(what: str) -> Iterator[None]:
    """While the block runs: after a second, one line on standard error, if that is a terminal; gone afterwards."""
    if not sys.stderr.isatty():
        yield
        return
    from threading import Timer  # noqa: PLC0415  for terminals only

    shown: list[str] = []

    def show() -> None:
        shown.append(what)
        print(f"mblint: {what} …", end="", file=sys.stderr, flush=True)

    timer = Timer(_AFTER_SECONDS, show)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        if shown:
            print(_CLEAR_LINE, end="", file=sys.stderr, flush=True)

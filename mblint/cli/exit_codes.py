"""The exit codes of the contract."""

from __future__ import annotations

CLEAN = 0
FINDINGS = 1
USAGE = 2
UNTRUSTED_INPUT = 3
INTERNAL = 70
INTERRUPTED = 130


class Stopped(BaseException):
    """A signal asked mblint to end while a command ran, which got the signal, too. Shells count 128 and its number."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.code = 128 + number

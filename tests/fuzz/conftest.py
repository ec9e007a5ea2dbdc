"""How long to go on: a bounded number of inputs in CI, `MBLINT_FUZZ=20000` (`make fuzz`) for as many of each kind."""

from __future__ import annotations

import pytest

from .invariants import CHECKED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if CHECKED.inputs:
        terminalreporter.write_line(f"fuzz: {CHECKED.inputs} inputs, {CHECKED.findings} findings in them")

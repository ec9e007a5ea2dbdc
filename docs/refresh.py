"""Writes into the documentation what its commands print now. Read the difference before you commit it.

Usage: python docs/refresh.py
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from console import PAGES, ROOT, Step, agrees, blocks, prepare, run, working_directory


def main() -> None:
    """Runs every command of every page; outputs that still agree stay as they are."""
    with tempfile.TemporaryDirectory() as name:
        prepare(Path(name))
        for page in PAGES:
            page.write_text(_refreshed(page.read_text(), working_directory(page, Path(name))))


def _refreshed(text: str, directory: Path) -> str:
    parts: list[str] = []
    end = 0
    for block in blocks(text):
        parts.append(text[end : block.start])
        parts.extend(_shown(step, directory) for step in block.steps)
        end = block.end
    return "".join([*parts, text[end:]])


def _shown(step: Step, directory: Path) -> str:
    printed = run(step.command, directory)
    shown = step.output if agrees(step.output, printed) else printed.replace(str(ROOT), "…")  # nobody else's path
    return f"$ {step.command}\n{shown}"


if __name__ == "__main__":
    main()

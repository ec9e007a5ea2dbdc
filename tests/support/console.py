"""The console blocks of the documentation: commands behind `$ `, and what they print.

A line `…` stands for any number of lines, and `…` within a line for any text. Commands run in a copy of `examples/`, in
a git repository, with stand-ins for the renderers that a reader has; those of a page beside examples run where it is.
A block goes on where the one before it ended.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md")), *sorted(ROOT.glob("examples/**/README.md")))
RENDERERS = ROOT / "tests" / "documentation" / "renderers"
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Step(Struct, frozen=True):
    """One command of a block, and what the page says that it prints. `line`: of the page."""

    command: str
    output: str
    line: int


class Block(Struct, frozen=True):
    """One console block. `start` and `end`: where its content stands in the page's text."""

    steps: tuple[Step, ...]
    start: int
    end: int


def blocks(text: str) -> Iterator[Block]:
    """The console blocks of a page, in its order."""
    for found in _BLOCK.finditer(text):
        first = text.count("\n", 0, found.start(1)) + 1
        yield Block(tuple(_steps(found[1], first)), found.start(1), found.end(1))


def _steps(content: str, first: int) -> Iterator[Step]:
    starts = [match.start() for match in re.finditer(r"^\$ ", content, re.MULTILINE)]
    assert starts[:1] == [0], f"a console block begins with a command: {content[:60]}"
    for start, end in zip(starts, [*starts[1:], len(content)], strict=True):
        head, _, output = content[start + 2 : end].partition("\n")
        yield Step(head, output, first + content.count("\n", 0, start))


def prepare(directory: Path) -> None:
    """What a reader has at hand: the examples, in a repository."""
    shutil.copytree(ROOT / "examples", directory / "examples")
    identity = ["-c", "user.name=reader", "-c", "user.email=reader@example.org"]
    for words in (["init", "-q"], ["add", "."], [*identity, "commit", "-q", "-m", "examples"]):
        subprocess.run(["git", *words], cwd=directory, check=True)


def working_directory(page: Path, prepared: Path) -> Path:
    """Where a page's commands run."""
    beside = page.relative_to(ROOT).parent
    return prepared / beside if beside.parts[:1] == ("examples",) else prepared


def run(command: str, directory: Path) -> str:
    """What a command prints, on both streams, as they come."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MBLINT", "_MBLINT", "NO_COLOR"))}
    path = os.pathsep.join([str(RENDERERS), str(Path(sys.executable).parent), kept.get("PATH", "")])
    python_path = os.pathsep.join([str(ROOT), kept.get("PYTHONPATH", "")])
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=directory,
        env=kept | {"PATH": path, "PYTHONPATH": python_path, "EXAMPLES": str(ROOT / "examples")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.stdout


def agrees(said: str, printed: str) -> bool:
    """Whether a page says what was printed."""
    parts = re.split(r"(^…\n|…)", said, flags=re.MULTILINE)
    patterns = {"…\n": r"(?:.*\n)*?", "…": ".*?"}
    return re.fullmatch("".join(patterns.get(part) or re.escape(part) for part in parts), printed) is not None

"""Every command that the documentation shows is run, and prints what the documentation says."""

from __future__ import annotations

from pathlib import Path

import pytest
from console import PAGES, ROOT, Block, agrees, blocks, prepare, run, working_directory

BLOCKS = [
    pytest.param(page, block, id=f"{page.relative_to(ROOT)}:{block.steps[0].line}")
    for page in PAGES
    for block in blocks(page.read_text())
]


@pytest.fixture(scope="session")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("reader")
    prepare(directory)
    return directory


@pytest.mark.parametrize(("page", "block"), BLOCKS)
def test_commands_print_what_the_page_says(page: Path, block: Block, reader: Path) -> None:
    for step in block.steps:
        printed = run(step.command, working_directory(page, reader))
        assert agrees(step.output, printed), f"line {step.line}: $ {step.command}\nprints:\n{printed}"


def test_pages_show_commands() -> None:
    assert len(BLOCKS) > 10


@pytest.mark.parametrize(
    ("said", "printed", "expected"),
    [
        ("a\nb\n", "a\nb\n", True),
        ("a\n…\nc\n", "a\nb\nb\nc\n", True),
        ("a … c\n", "a b c\n", True),
        ("a\n", "a\nb\n", False),
        ("…\n", "", True),
        ("a.c\n", "abc\n", False),
        ("", "a\n", False),
        ("", "", True),
    ],
)
def test_what_agrees(said: str, printed: str, expected: bool) -> None:
    assert agrees(said, printed) is expected

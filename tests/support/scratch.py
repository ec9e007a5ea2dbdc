"""Repositories of the test's, as users have them."""

from __future__ import annotations

import subprocess
from pathlib import Path

IDENTITY = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")


def git(*words: str, cwd: Path) -> str:
    """The output of one git command."""
    done = subprocess.run(["git", *IDENTITY, *words], cwd=cwd, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def write(directory: Path, files: dict[str, str]) -> None:
    """Writes files, by their paths."""
    for name, text in files.items():
        file = directory / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def repository(directory: Path, files: dict[str, str]) -> Path:
    """The directory as a git repository that tracks these files."""
    write(directory, files)
    git("init", "-q", cwd=directory)
    git("add", "-A", cwd=directory)
    return directory

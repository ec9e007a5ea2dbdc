"""What became of each mutant, kept in a file, so that a run that was interrupted goes on where it stopped."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path


class Outcomes:
    """Whether each mutant was noticed. Kept under a name made of all code and tests: what changes begins anew."""

    def __init__(self, folder: Path, root: Path, names: Iterable[str]) -> None:
        folder.mkdir(exist_ok=True)
        self.file = folder / f"{_digest(root, names)}.jsonl"
        lines = self.file.read_text(encoding="utf-8").splitlines() if self.file.exists() else []
        self.noticed: dict[str, bool] = dict(json.loads(line) for line in lines)

    def add(self, mutant: str, noticed: bool) -> None:
        self.noticed[mutant] = noticed
        with self.file.open("a", encoding="utf-8") as file:
            file.write(json.dumps([mutant, noticed]) + "\n")


def _digest(root: Path, names: Iterable[str]) -> str:
    digest = hashlib.sha256(version("mutmut").encode())
    for name in names:
        for file in sorted((root / name).rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(f"{file.relative_to(root)}\0".encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()[:16]

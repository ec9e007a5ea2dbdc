"""What became of each mutant, kept in a file, so that a run that was interrupted goes on where it stopped.

A fault that was noticed stays so while its module is what it was: tests are added, and seldom taken away. One that got
away is tried again when anything changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path

from msgspec import Struct
from msgspec.json import decode, encode


class Outcome(Struct):
    mutant: str
    noticed: bool
    module: str  # digest of the module
    everything: str  # digest of all code and tests

    def holds(self, digests: Digests) -> bool:
        if self.noticed:
            return self.module == digests.module(self.mutant)
        return self.everything == digests.everything


class Digests:
    """Of the checkout as it is when the run begins."""

    def __init__(self, folders: Iterable[Path], modules: Mapping[str, Path]) -> None:
        self.everything = _digest(file for folder in folders for file in _files(folder))
        self._modules = {module: _digest([file]) for module, file in modules.items()}

    def module(self, mutant: str) -> str:
        """`mblint.cluster.policies.ports.x_ports__mutmut_1` is in `policies.ports`. Empty for what is not asked."""
        return self._modules.get(".".join(mutant.split(".")[2:-1]), "")


class Outcomes:
    """Whether each mutant was noticed, as far as it is known."""

    def __init__(self, file: Path, digests: Digests) -> None:
        file.parent.mkdir(exist_ok=True)
        self._file = file
        self._digests = digests
        lines = file.read_bytes().splitlines() if file.exists() else []
        found = (decode(line, type=Outcome) for line in lines)
        self.noticed = {one.mutant: one.noticed for one in found if one.holds(digests)}

    def add(self, mutant: str, noticed: bool) -> None:
        self.noticed[mutant] = noticed
        outcome = Outcome(mutant, noticed, self._digests.module(mutant), self._digests.everything)
        with self._file.open("ab") as file:
            file.write(encode(outcome) + b"\n")


def _files(folder: Path) -> Iterable[Path]:
    return (file for file in sorted(folder.rglob("*")) if file.is_file() and "__pycache__" not in file.parts)


def _digest(files: Iterable[Path]) -> str:
    digest = hashlib.sha256(version("mutmut").encode())
    for file in files:
        digest.update(f"{file.name}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]

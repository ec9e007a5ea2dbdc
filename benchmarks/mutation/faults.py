"""Plants faults in a copy of the checkout: every mutant that mutmut makes of a module, beside the original."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.mutation.file_mutation import mutate_file_contents

ROOT = Path(__file__).parents[2]
COPIED = ("mblint", "rules", "schemas", "tests")


@dataclass(frozen=True)
class Planted:
    """A module with all its mutants in it. Which of them runs is chosen when it runs, by `mutants` names."""

    module: str
    source: str
    mutants: tuple[str, ...]

    def difference(self, mutant: str) -> str:
        """What a mutant changes, as a unified diff of the function that it is in."""
        return get_diff_for_mutant(mutant, self.source, f"mblint/cluster/{self.module.replace('.', '/')}.py")


def copy_checkout(folder: Path) -> None:
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    (folder / "setup.cfg").write_text("[mutmut]\nsource_paths=mblint\n", encoding="utf-8")


def file_of(folder: Path, module: str) -> Path:
    return folder.joinpath("mblint", "cluster", *module.split(".")).with_suffix(".py")


def plant(folder: Path, module: str) -> Planted:
    """Overwrites a module of the copy, which must be the current folder: mutmut looks for its settings there."""
    file = file_of(folder, module)
    mutated = mutate_file_contents(str(file), file.read_text(encoding="utf-8"))
    file.write_text(mutated.code, encoding="utf-8")
    names = tuple(f"mblint.cluster.{module}.{name}" for name in mutated.mutant_names)
    return Planted(module, mutated.code, names)

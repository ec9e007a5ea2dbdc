"""Finds the environments below the roots of a fleet, and reads what one of them holds."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from mblint.fleet.task import Content, File
from mblint.globs import matches
from mblint.manifests.documents import InputError
from mblint.manifests.read import contents
from mblint.manifests.walk import SUFFIXES


class Environment(Struct, frozen=True, order=True):
    """A folder or file that is a cluster of its own. `name`: its path, as seen from the working directory."""

    name: str
    path: Path

    @property
    def folder(self) -> Path:
        """From where upwards its configuration is looked for."""
        return self.path if self.path.is_dir() else self.path.parent


def find_environments(roots: Sequence[Path], each: str, exclude: Sequence[str]) -> tuple[list[Environment], list[str]]:
    """The environments by name, each once, and what is wrong with the roots, in sentences. Raises ValueError."""
    found: dict[str, Environment] = {}
    wrong = []
    for root in roots:
        if not root.is_dir():
            wrong.append(f"{root}: no such directory")
            continue
        matching = [path for path in root.glob(each) if _counts(path, root)]
        if not matching:
            wrong.append(f"{root}: nothing in it matches --each {each}")
        for path in matching:
            name = Path(os.path.relpath(path)).as_posix()
            found.setdefault(name, Environment(name, path))
    kept = [one for one in found.values() if not any(matches(one.name, glob) for glob in exclude)]
    return sorted(kept), wrong


def _counts(path: Path, root: Path) -> bool:
    """A folder, or a file with a manifest's suffix; nothing hidden."""
    if any(part.startswith(".") for part in path.relative_to(root).parts):
        return False
    return path.is_dir() or (path.is_file() and path.name.endswith(SUFFIXES))


def read_environment(environment: Environment, context: tuple[File, ...], exclude: Sequence[str]) -> Content:
    """What an environment holds. What cannot be read of it is in the content's troubles."""
    files, troubles = parted(contents(environment.name))
    kept = tuple(file for file in files if not any(matches(file[0], glob) for glob in exclude))
    return Content(environment.name, kept, context, troubles)


def parted(found: Iterator[File | InputError]) -> tuple[tuple[File, ...], tuple[InputError, ...]]:
    """The files, and what could not be read."""
    files: list[File] = []
    troubles: list[InputError] = []
    for one in found:
        if isinstance(one, InputError):
            troubles.append(one)
        else:
            files.append(one)
    return tuple(files), tuple(troubles)

"""Which environments changed since a revision: by git's word, in their own folder or in what they share with others."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct

from mblint.fleet.environments import Environment


class NoRevision(Exception):
    """Git cannot say what changed. `str()` is a sentence."""


class Changed(Struct, frozen=True):
    """The files that differ from a revision, those that git does not track yet and those that are gone too."""

    files: frozenset[str]
    folders: frozenset[str]  # every folder above one of them

    def touches(self, path: Path) -> bool:
        """Whether a file, or anything below a folder, changed."""
        whole = os.path.abspath(path)
        return whole in self.files or whole in self.folders

    def configures(self, folder: Path, name: str) -> bool:
        """Whether a configuration of this file name that held, or holds now, for a folder changed."""
        whole = Path(os.path.abspath(folder))
        return any(str(above / name) in self.files for above in (whole, *whole.parents))


def changed_since(revision: str) -> Changed:
    """What differs between a revision and the files here. Raises NoRevision."""
    top = _git("rev-parse", "--show-toplevel").strip()
    commit = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}", about=revision)
    differing = _git("diff", "--name-only", "-z", "--no-ext-diff", "--no-renames", commit.strip(), "--", top)
    untracked = _git("ls-files", "-z", "--others", "--exclude-standard", "--full-name", "--", top)
    names = [name for text in (differing, untracked) for name in text.split("\0") if name]
    here = _links(top)
    files = frozenset(os.path.join(here, name) for name in names)
    return Changed(files, frozenset(_above(files, here)))


def only_changed(
    environments: Sequence[Environment], changed: Changed, shared: Iterable[Path], configuration: str | None
) -> list[Environment]:
    """The environments that changed, or all where what they share did. `configuration`: the file name of those that
    are looked for upwards from an environment; None where one is given for all, and is among the shared.
    """
    if any(changed.touches(path) for path in shared):
        return list(environments)
    return [
        one
        for one in environments
        if changed.touches(Path(one.name))
        or (configuration is not None and changed.configures(one.folder, configuration))
    ]


def _links(top: str) -> str:
    """The root as seen from here: git resolves links, and names of ours may go through them."""
    here = os.path.abspath(os.curdir)
    below = os.path.relpath(os.path.realpath(here), os.path.realpath(top))
    return os.path.normpath(os.path.join(here, *([os.pardir] * len(Path(below).parts))))


def _above(files: Iterable[str], top: str) -> set[str]:
    found: set[str] = set()
    for file in files:
        folder = os.path.dirname(file)
        while folder not in found and folder.startswith(top):
            found.add(folder)
            folder = os.path.dirname(folder)
    return found


def _git(*words: str, about: str | None = None) -> str:
    command = ("git", "-c", "core.fsmonitor=false", *words)
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except OSError as error:
        raise NoRevision(f"git cannot be run: {error.strerror}") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise NoRevision(f"git knows no revision {about}" if about else (said or ["git failed"])[0])
    return os.fsdecode(done.stdout)

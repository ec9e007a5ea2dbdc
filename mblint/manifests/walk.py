"""What of a directory is read: its manifests, and what of the rest is passed over, so that nothing is by accident."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Collection, Iterator

from msgspec import Struct

from mblint.manifests.documents import InputError, Skipped

SUFFIXES = (".yaml", ".yml", ".json")


class Walked(Struct, frozen=True):
    """The files of a directory and of all below it. `manifests` are sorted."""

    manifests: tuple[str, ...]
    errors: tuple[InputError, ...]
    skipped: tuple[Skipped, ...]


def walk(directory: str, ignored: Collection[str] = ()) -> Walked:
    """Looks at everything in a directory; hidden folders and links to folders are not gone into.

    `ignored`: folders below it that are not gone into either, since git ignores them; as they are named from it.
    """
    manifests: list[str] = []
    errors: list[InputError] = []
    skipped: list[Skipped] = []

    def unreadable(error: OSError) -> None:
        errors.append(InputError(str(error.filename), None, None, why(error)))

    for folder, folders, files in os.walk(directory, onerror=unreadable):
        folders.sort()
        skipped += _passed_over(folder, folders)
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in [name for name in folders if os.path.relpath(os.path.join(folder, name), directory) in ignored]:
            folders.remove(name)
            skipped.append(Skipped(os.path.join(folder, name), None, "git ignores this folder"))
        others: Counter[str] = Counter()
        for name in sorted(files):
            file = os.path.join(folder, name)
            if name.startswith("."):
                others["hidden files"] += 1
            elif not name.endswith(SUFFIXES):
                suffix = os.path.splitext(name)[1]
                others[f"files with the suffix {suffix}" if suffix else "files without a suffix"] += 1
            else:
                problem = _problem(file)
                if problem is None:
                    manifests.append(file)
                elif isinstance(problem, InputError):
                    errors.append(problem)
                else:
                    skipped.append(problem)
        skipped += (Skipped(folder, None, f"{what} are not read", None, count) for what, count in others.items())
    return Walked(tuple(sorted(manifests)), tuple(errors), tuple(skipped))


def why(error: OSError) -> str:
    """A clause that says why a file cannot be read."""
    return {
        "FileNotFoundError": "no such file or directory",
        "PermissionError": "permission denied",
    }.get(type(error).__name__, f"cannot be read: {error.strerror or 'input/output error'}")


def _passed_over(folder: str, folders: list[str]) -> Iterator[Skipped]:
    for name in folders:
        path = os.path.join(folder, name)
        if name.startswith("."):
            yield Skipped(path, None, "hidden folders are not read")
        elif os.path.islink(path):
            yield Skipped(path, None, "links to folders are not followed")


def _problem(file: str) -> InputError | Skipped | None:
    """Why what has a manifest's name cannot be read; None where it can."""
    try:
        mode = os.stat(file).st_mode
    except OSError as error:
        return InputError(file, None, None, "this link leads nowhere" if os.path.islink(file) else why(error))
    return None if stat.S_ISREG(mode) else Skipped(file, None, f"{_named(mode)} is not read")


def _named(mode: int) -> str:
    if stat.S_ISFIFO(mode):
        return "a FIFO"
    return "a socket" if stat.S_ISSOCK(mode) else "what is no regular file"

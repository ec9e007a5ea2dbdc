"""The environments that the helmfile of a directory names, itself or in its `bases:`. They are templates, so they are
read line by line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from glob import iglob
from pathlib import Path

from msgspec import Struct

from mblint.regex import regex

FILES = ("helmfile.yaml", "helmfile.yaml.gotmpl", "helmfile.yml", "helmfile.yml.gotmpl")
_SECTION = regex(r"^(?P<name>environments|bases):\s*(?:#.*)?$")
_NAME = regex(r"^(?P<indent> +)(?P<quote>[\"']?)(?P<name>[A-Za-z0-9][\w.-]*)(?P=quote):(?:\s.*)?$")
_ENTRY = regex(
    r"^ *-\s+(?P<quote>[\"']?)(?P<path>[^\"'\s{}:]+\.(?:ya?ml|json|gotmpl)[^\"'\s{}:/]*)(?P=quote)\s*(?:#.*)?$"
)
_OPTIONAL_FILES = regex(r"^\s*missingFileHandler:\s*[\"']?(?:Warn|Info|Debug)", re.MULTILINE)
_DIRECTORY = "helmfile.d"
_DEEPEST = 5  # bases of bases


class Environment(Struct, frozen=True):
    """`lacking`: the first of its files that is not here, as of an environment that everybody makes himself."""

    name: str
    lacking: str | None = None


def helmfile_in(directory: Path) -> Path | None:
    """The helmfile of a directory, or the folder of its parts."""
    found = next((directory / name for name in FILES if (directory / name).is_file()), None)
    return found or (directory / _DIRECTORY if (directory / _DIRECTORY).is_dir() else None)


def environments_in(helmfile: Path) -> list[Environment]:
    """Those under `environments:`, each once. A folder's files are read in order."""
    files = sorted(helmfile.iterdir()) if helmfile.is_dir() else [helmfile]
    found: dict[str, Environment] = {}
    for file in files:
        for environment in _named(file, file.parent, _DEEPEST):
            found.setdefault(environment.name, environment)
    return list(found.values())


def _named(file: Path, directory: Path, depth: int) -> Iterator[Environment]:
    """Those that a file names, and its bases. What they refer to counts from the helmfile's own directory."""
    if depth == 0 or not file.is_file():
        return
    text = file.read_text("utf-8", "replace")
    lines = text.splitlines()
    for base in (entry["path"] for line in _below(lines, "bases") if (entry := _ENTRY.match(line))):
        yield from _named(directory / base, directory, depth - 1)
    needs_files = not _OPTIONAL_FILES.search(text)
    yield from _environments(_below(lines, "environments"), directory, needs_files)


def _below(lines: list[str], section: str) -> list[str]:
    """The lines below a key of the outermost indentation."""
    found: list[str] = []
    inside = False
    for line in lines:
        if not line.startswith((" ", "#", "{{", "- ")) and line.strip():
            match = _SECTION.match(line)
            inside = match is not None and match["name"] == section
        elif inside:
            found.append(line)
    return found


def _environments(lines: list[str], directory: Path, needs_files: bool) -> Iterator[Environment]:
    """The keys of the least indentation, with the first file named below each that is not there."""
    indent: str | None = None
    name: str | None = None
    lacking: str | None = None
    for line in lines:
        found = _NAME.match(line)
        if found and found["indent"] == (indent := indent or found["indent"]):
            if name is not None:
                yield Environment(name, lacking)
            name, lacking = found["name"], None
        elif needs_files and not lacking and (entry := _ENTRY.match(line)) and not _exists(directory, entry["path"]):
            lacking = entry["path"]
    if name is not None:
        yield Environment(name, lacking)


def _exists(directory: Path, path: str) -> bool:
    """Whether a file, or any that a pattern means, is there."""
    return next(iglob(path, root_dir=directory), None) is not None

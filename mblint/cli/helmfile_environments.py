"""The environments that the helmfile of a directory names. It is a template, so it is read line by line."""

from __future__ import annotations

import re
from pathlib import Path

FILES = ("helmfile.yaml", "helmfile.yaml.gotmpl", "helmfile.yml", "helmfile.yml.gotmpl")
_SECTION = re.compile(r"^environments:\s*(?:#.*)?$")
_NAME = re.compile(r"^(?P<indent> +)(?P<quote>[\"']?)(?P<name>[A-Za-z0-9][\w.-]*)(?P=quote):(?:\s.*)?$")
_DIRECTORY = "helmfile.d"


def helmfile_in(directory: Path) -> Path | None:
    """The helmfile of a directory, or the folder of its parts."""
    found = next((directory / name for name in FILES if (directory / name).is_file()), None)
    return found or (directory / _DIRECTORY if (directory / _DIRECTORY).is_dir() else None)


def environments_in(helmfile: Path) -> list[str]:
    """The names under `environments:`, each once. A folder's files are read in order."""
    files = sorted(helmfile.iterdir()) if helmfile.is_dir() else [helmfile]
    names: dict[str, None] = {}
    for file in files:
        if file.is_file():
            names.update(dict.fromkeys(_named(file.read_text("utf-8", "replace").splitlines())))
    return list(names)


def _named(lines: list[str]) -> list[str]:
    """The keys of the least indentation below the section."""
    names: list[str] = []
    indent: str | None = None
    inside = False
    for line in lines:
        if not line.startswith((" ", "#", "{{")) and line.strip():
            inside = _SECTION.match(line) is not None
            indent = None
        elif inside and (found := _NAME.match(line)):
            indent = indent or found["indent"]
            if found["indent"] == indent:
                names.append(found["name"])
    return names

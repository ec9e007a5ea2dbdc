"""A software file as text, cut at the keys of its first level, so that only sections that are asked for are parsed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from mblint.regex import regex
from mblint.shipped import parse_table

_KEY = regex(r"^([A-Za-z][\w-]*)[ \t]*:(?=[ \t\n]|$)", re.MULTILINE)
_PLAIN_LIST = regex(r"images:[ \t]*\[([\w./*, \t-]+)\][ \t]*\n?")


class SoftwareError(Exception):
    """A software file that is not as it should be, with the line."""

    def __init__(self, file: str, line: int | None, message: str) -> None:
        """`line` None: the file as a whole."""
        super().__init__(f"{file}:{line}: {message}" if line else f"{file}: {message}")
        self.file, self.line, self.message = file, line, message


class SoftwareText(Struct, frozen=True):
    """A software file as it was read: its path, whose stem is the program's name, and its text."""

    file: str
    text: str


class Chunk(Struct, frozen=True):
    """The text of one key of the first level, and the line that it begins in."""

    text: str
    line: int


def read_software(path: Path) -> SoftwareText:
    """A file. Raises SoftwareError."""
    try:
        return SoftwareText(str(path), path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SoftwareError(str(path), None, f"cannot be read: {error}") from error


def read_chunks(path: Path) -> Mapping[str, Chunk]:
    """The chunks of a file by their keys. Raises SoftwareError."""
    read = read_software(path)
    return cut(read.text, read.file)


def cut(text: str, file: str) -> Mapping[str, Chunk]:
    """The chunks of a text by their keys. Raises SoftwareError where two have one key."""
    found = list(_KEY.finditer(text))
    ends = [*(match.start() for match in found[1:]), len(text)]
    chunks: dict[str, Chunk] = {}
    line = 1
    before = 0
    for match, end in zip(found, ends, strict=True):
        line += text.count("\n", before, match.start())
        before = match.start()
        if match[1] in chunks:
            raise SoftwareError(file, line, f"{match[1]} stands there twice")
        chunks[match[1]] = Chunk(text[match.start() : end], line)
    return chunks


def value_of(key: str, chunk: Chunk, file: str) -> object:
    """What a chunk says. Raises SoftwareError for what is no YAML."""
    if key == "images" and (plain := _PLAIN_LIST.fullmatch(chunk.text)) is not None:
        return [image.strip() for image in plain[1].split(",")]
    import yaml  # noqa: PLC0415  an installed mblint has its files prepared

    try:
        value = parse_table(chunk.text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise SoftwareError(file, chunk.line + (mark.line if mark else 0), f"is no YAML: {error}") from error
    return value[key] if isinstance(value, dict) and key in value else None

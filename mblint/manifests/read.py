"""Files, directories and standard input to documents. What is broken becomes an error; everything else is read."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import BinaryIO

from msgspec import Struct, field

from mblint.globs import matches
from mblint.manifests.compose import Composed, compose
from mblint.manifests.decoding import BYTE_ORDER_MARK, decode
from mblint.manifests.documents import Document, InputError, KeyPath, Place, Skipped
from mblint.manifests.events import BrokenYaml
from mblint.manifests.positions import Positions
from mblint.manifests.splitting import Part, split
from mblint.manifests.walk import walk, why

STDIN = "-"


class Note(Struct, frozen=True):
    """Something in the input that works, and is hardly meant."""

    place: Place
    message: str


class Manifests(Struct, frozen=True):
    """What was read, in the order of the input."""

    documents: tuple[Document, ...]
    errors: tuple[InputError, ...]
    notes: tuple[Note, ...]
    skipped: tuple[Skipped, ...] = ()


class _Found(Struct, frozen=True):
    """What has been read so far."""

    documents: list[Document] = field(default_factory=list)
    errors: list[InputError] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    positions: Positions = field(default_factory=Positions)

    def manifests(self) -> Manifests:
        return Manifests(tuple(self.documents), tuple(self.errors), tuple(self.notes), tuple(self.skipped))


Ignored = Callable[[str], Collection[str]]


def _nothing_ignored(directory: str) -> Collection[str]:
    return ()


def read_paths(
    paths: Sequence[str],
    stdin: BinaryIO | None = None,
    *,
    linted: bool = True,
    exclude: Sequence[str] = (),
    ignored: Ignored = _nothing_ignored,
) -> Manifests:
    """All documents of files, of directories (recursively: *.yaml, *.yml, *.json, sorted), and of "-" (`stdin`).

    What of a directory is passed over is in `skipped`, as is a file that is named twice: it is read once. An empty
    input gives no documents and no error. Raises nothing: what cannot be read is in `errors`. `exclude`: globs of files
    and folders in directories that are not read, as they are named from here or from the directory. `ignored`: which
    folders of a directory git ignores.
    """
    found = _Found()
    seen: dict[str, str] = {}
    for path in paths:
        for file in _files(path, found.errors, found.skipped, ignored):
            if file != path and _excluded(file, path, exclude):
                found.skipped.append(Skipped(file, None, "it is excluded"))
                continue
            identity = file if file == STDIN else os.path.realpath(file)
            if identity in seen:
                found.skipped.append(Skipped(file, None, "this file is read already", (seen[identity], None)))
                continue
            seen[identity] = file
            data = _bytes(file, stdin, found.errors)
            if data is not None:
                _read_stream(decode(data), file, linted, found)
    return found.manifests()


def read_text(text: str | bytes, file: str = STDIN, *, linted: bool = True) -> Manifests:
    """All documents of one stream; `file` is what errors and locations call it."""
    found = _Found()
    decoded = decode(text) if isinstance(text, bytes) else text.removeprefix(BYTE_ORDER_MARK)
    _read_stream(decoded, file, linted, found)
    return found.manifests()


def read_files(files: Iterable[tuple[str, bytes]], *, linted: bool = True) -> Manifests:
    """All documents of files that somebody else has read: their names, and what they hold."""
    found = _Found()
    for name, data in files:
        _read_stream(decode(data), name, linted, found)
    return found.manifests()


def contents(path: str) -> Iterator[tuple[str, bytes] | InputError]:
    """The files that a path stands for, each with what it holds, or why that is not known."""
    errors: list[InputError] = []
    for file in _files(path, errors, []):
        data = _bytes(file, None, errors)
        if data is not None:
            yield file, data
    yield from errors


def _files(
    path: str, errors: list[InputError], skipped: list[Skipped], ignored: Ignored = _nothing_ignored
) -> Iterator[str]:
    """The files that a path stands for."""
    if "\0" in path:
        errors.append(InputError(path, None, None, "this is no file name"))
        return
    if path == STDIN or not os.path.isdir(path):
        yield path
        return
    walked = walk(path, ignored(path))
    manifests, problems = walked.manifests, list(walked.errors)
    skipped += walked.skipped
    if not manifests and not problems:
        problems.append(InputError(path, None, None, "this directory holds no *.yaml, *.yml or *.json files"))
    errors += problems
    yield from manifests


def _excluded(file: str, directory: str, globs: Sequence[str]) -> bool:
    """True where a glob is the file, or a folder that it is in."""
    if not globs:
        return False
    below = os.path.relpath(file, directory).split(os.sep)
    names = ["/".join(below[:depth]) for depth in range(1, len(below) + 1)]
    names += [os.path.normpath(os.path.join(directory, name)) for name in names]
    return any(matches(name, glob.rstrip("/")) for name in names for glob in globs)


def _bytes(file: str, stdin: BinaryIO | None, errors: list[InputError]) -> bytes | None:
    try:
        if file == STDIN and stdin is not None:
            return stdin.read()
        with open(file, "rb") as opened:
            return opened.read()
    except OSError as error:
        errors.append(InputError(file, None, None, why(error)))
    return None


def _read_stream(text: str, file: str, linted: bool, found: _Found) -> None:
    # Nothing of what parsing allocates can be freed before the end: looking for cycles meanwhile costs a fifth.
    collecting = gc.isenabled()
    gc.disable()
    try:
        for part in split(text):
            _read_part(part, file, linted, found)
    finally:
        if collecting:
            gc.enable()


def _read_part(part: Part, file: str, linted: bool, found: _Found) -> None:
    rest = _read_json(part, file, linted, found) if part.text.lstrip().startswith("{") else part
    if rest is None:
        return
    try:
        composed = compose(rest.text)
    except BrokenYaml as broken:
        found.errors.append(_error(rest, file, broken))
        return
    if not composed.empty and composed.value is not None:
        _add(rest, file, linted, composed, found)
        if rest.after_end:
            note = "this document follows '...' without '---': kubectl and Helm do not apply it"
            found.notes.append(Note(Place(found.documents[-1]), note))


def _read_json(part: Part, file: str, linted: bool, found: _Found) -> Part | None:
    """Reads the JSON objects at the beginning of a part. Returns what is left of it for YAML, if anything is."""
    from mblint.manifests.json_text import json_objects  # noqa: PLC0415  a render needs no JSON: save its import

    objects = json_objects(part.text)
    if not objects:
        return part
    rest = part.text[objects[-1].end :].lstrip()
    if rest and not rest.startswith("{"):
        return part
    line, counted = part.first_line, 0
    sections = [(one.start, one.end, one) for one in objects] + [(len(part.text) - len(rest), len(part.text), None)]
    for start, end, one in sections:
        line += part.text.count("\n", counted, start)
        counted = start
        # Blanks stand for what precedes it in its first line, so that columns stay true.
        blank = " " * (start - part.text.rfind("\n", 0, start) - 1)
        section = Part(blank + part.text[start:end], line, part.source, part.after_end)
        if one is not None:
            _add(section, file, linted, Composed(one.value, one.duplicates, False), found)
    return section if rest else None


def _add(part: Part, file: str, linted: bool, composed: Composed, found: _Found) -> None:
    document = Document(file, part.text, part.first_line, composed.value, part.source, linted, found.positions)
    found.documents.append(document)
    for path in composed.duplicates:
        found.notes.append(Note(Place(document, path), _twice(path)))


def _twice(path: KeyPath) -> str:
    return f"the key {path[-1]!r} stands here more than once; the last one counts"


def _error(part: Part, file: str, broken: BrokenYaml) -> InputError:
    line_start = part.text.rfind("\n", 0, broken.index) + 1
    line = part.first_line + part.text.count("\n", 0, broken.index)
    line_end = part.text.find("\n", line_start)
    message = broken.message
    if "{{" in part.text[line_start : line_end if line_end >= 0 else None]:
        message += " (a template? mblint reads what `helm template` prints)"
    return InputError(file, line, broken.index - line_start + 1, message)

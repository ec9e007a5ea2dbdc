"""Edits of rendered files: the text of each file as they leave it, and as a unified diff.

A file's text is what its bytes say; documents are found in it by their lines. Every edited document is read again: it
must mean what the edits make of its value, or it is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import unified_diff

from msgspec import Struct, field

from mblint.manifests.documents import Document, Value
from mblint.manifests.read import read_text
from mblint.regex import regex
from mblint.remedies.apply import patched
from mblint.remedies.edits import Change, Create, Edit, Operation
from mblint.remedies.splice import CannotWrite, spliced
from mblint.remedies.writing import block

_CONTEXT = 3
_HEAD = regex(r"---\s*$|# Source: |apiVersion: |kind: ")  # what of the next document can be shown
_HUNK = regex(r"^@@ -(\d+)(,\d+)? \+(\d+)(,\d+)? @@")


class Edited(Struct):
    """The documents that change, with their new texts, and the objects that are new, by file."""

    documents: dict[Document, str] = field(default_factory=dict)
    created: dict[str, list[dict[str, Value]]] = field(default_factory=dict)

    def files(self) -> list[str]:
        """The files that change, in the order of their first change."""
        return list(dict.fromkeys([*(document.file for document in self.documents), *self.created]))

    def copy(self) -> Edited:
        """The same, to be tried on."""
        return Edited(dict(self.documents), {file: list(values) for file, values in self.created.items()})


def add(edited: Edited, edits: Sequence[Edit], beside: str) -> None:
    """Writes these edits, too; new objects go into the file `beside`. Raises CannotWrite, and then nothing counts."""
    for edit in edits:
        if isinstance(edit, Change):
            document = edit.place.document
            edited.documents[document] = _written(document, edited.documents.get(document, document.text), edit)
        elif isinstance(edit, Create):
            if beside.endswith(".json"):
                raise CannotWrite(f"{beside} holds JSON, into which no second object fits")
            objects = edited.created.setdefault(beside, [])
            if edit.value not in objects:
                objects.append(edit.value)


def _written(document: Document, text: str, edit: Change) -> str:
    before = _value(text)
    for operation in edit.patch:
        path = (*edit.place.path, *operation.path)
        moved = Operation(operation.op, path, operation.value, operation.was)
        text = spliced(text, moved)
        before = patched(before, [moved])
    if _value(text) != before:
        raise CannotWrite(f"its text in {document.file} cannot be changed without changing more")
    return text


def _value(text: str) -> Value:
    documents = read_text(text).documents
    if len(documents) != 1:
        raise CannotWrite("the text is no single document")
    return documents[0].value


def file_text(edited: Edited, file: str, text: str) -> str:
    """A file's new text. Raises CannotWrite where its documents are not found in it as they were read."""
    pieces = sorted(_pieces(edited, file, text), key=lambda piece: -piece[0])
    for start, old, new in pieces:
        text = text[:start] + new + text[start + len(old) :]
    newline = "\r\n" if "\r\n" in text else "\n"
    for value in edited.created.get(file, ()):
        ending = "" if text.endswith("\n") or not text else newline
        text += ending + newline.join(("---", *block(value))) + newline
    return text


def _pieces(edited: Edited, file: str, text: str) -> Iterator[tuple[int, str, str]]:
    starts = [0, *(found.end() for found in re.finditer("\n", text))]
    for document, new in edited.documents.items():
        if document.file != file:
            continue
        start = starts[document.first_line - 1] if document.first_line <= len(starts) else len(text)
        if text[start : start + len(document.text)] != document.text:
            raise CannotWrite(f"{file} was not read as it is written")
        yield start, document.text, new


def diff(edited: Edited, texts: Mapping[str, str]) -> Iterator[str]:
    """A unified diff, its lines with their ends. Around a change stands what its own document says, nothing else:
    the next one may be a Secret.
    """
    for file in edited.files():
        name = file.removeprefix("./").lstrip("/")
        yield f"--- a/{name}\n"
        yield f"+++ b/{name}\n"
        shift = 0
        documents = [one for one in edited.documents if one.file == file]
        for document in sorted(documents, key=lambda one: one.first_line):
            behind = _head_behind(texts[file], document)
            old = [*document.text.splitlines(keepends=True), *behind]
            new = [*edited.documents[document].splitlines(keepends=True), *behind]
            for line in list(unified_diff(old, new, n=_CONTEXT))[2:]:
                yield _ended(_moved(line, document.first_line - 1, shift))
            shift += len(new) - len(old)
        yield from _appended(edited, file, texts[file], shift)


def _head_behind(text: str, document: Document) -> list[str]:
    """The first lines behind a document: without any, `patch` takes a change for one at the file's end."""
    lines = text.splitlines(keepends=True)[document.first_line - 1 + len(document.text.splitlines()) :][:_CONTEXT]
    return lines[: next((number for number, line in enumerate(lines) if not _HEAD.match(line)), len(lines))]


def _moved(line: str, by: int, shift: int) -> str:
    """A hunk's head with the lines of the file."""
    return _HUNK.sub(
        lambda head: f"@@ -{int(head[1]) + by}{head[2] or ''} +{int(head[3]) + by + shift}{head[4] or ''} @@", line
    )


def _ended(line: str) -> str:
    return line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _appended(edited: Edited, file: str, text: str, shift: int) -> Iterator[str]:
    values = edited.created.get(file)
    if not values:
        return
    lines = [line for value in values for line in ("---", *block(value))]
    last = text.count("\n") + (not text.endswith("\n") and bool(text))
    yield f"@@ -{last},0 +{last + shift + 1},{len(lines)} @@\n"
    yield from (f"+{line}\n" for line in lines)

"""Edits as sections of a document's text, each with what is to stand there instead; what is between them stays unseen.

For readers that apply edits themselves. What has no section of its own (two edits at one place) is refused.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from mblint.manifests.documents import Document
from mblint.remedies.edits import Change, Edit, Operation
from mblint.remedies.files import Edited, add
from mblint.remedies.splice import CannotWrite, spliced


class Section(Struct, frozen=True, order=True):
    """Characters `start` up to `end` of a document's text, and what replaces them."""

    start: int
    end: int
    new: str


def sections(edits: Sequence[Edit]) -> dict[Document, tuple[Section, ...]]:
    """The sections that edits change, by document, in order. Raises CannotWrite, also for what changes no document."""
    changes = [edit for edit in edits if isinstance(edit, Change)]
    if len(changes) < len(edits):
        raise CannotWrite("not all of it is a change of what is written")
    add(Edited(), edits, "")  # what is written means what the edits say
    patches: dict[Document, list[Operation]] = {}
    for change in changes:
        moved = (Operation(one.op, (*change.place.path, *one.path), one.value) for one in change.patch)
        patches.setdefault(change.place.document, []).extend(one for one in moved if one.op != "test")
    return {document: _of(document.text, operations) for document, operations in patches.items()}


def _of(text: str, operations: Sequence[Operation]) -> tuple[Section, ...]:
    done: list[Section] = []
    for operation in operations:
        after = spliced(text, operation)
        if after != text:
            done.append(_before_others(_difference(text, after), sorted(done)))
        text = after
    return tuple(sorted(done))


def _difference(before: str, after: str) -> Section:
    """What differs, without what both begin and end with."""
    most = min(len(before), len(after))
    start = next((number for number in range(most) if before[number] != after[number]), most)
    end = 0
    while end < most - start and before[-1 - end] == after[-1 - end]:
        end += 1
    return Section(start, len(before) - end, after[start : len(after) - end])


def _before_others(section: Section, done: Sequence[Section]) -> Section:
    """The section where it was before the others were written. Raises CannotWrite where they touch."""
    shift = 0
    for other in done:
        start = other.start + shift
        if section.end < start:
            break
        if section.start <= start + len(other.new):
            raise CannotWrite("two edits change the same place")
        shift += len(other.new) - (other.end - other.start)
    return Section(section.start - shift, section.end - shift, section.new)

"""Edits as SARIF's `fixes` (2.1.0, section 3.55): for findings whose edits are sure changes of a tracked file."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from mblint.findings.finding import Finding, How, ValuesEdit
from mblint.manifests.documents import Document
from mblint.remedies.sections import Section, sections
from mblint.remedies.splice import CannotWrite
from mblint.reports.files import artifact_location, relative_file
from mblint.reports.values import Json


class Fixes:
    """Those of one report. Files are looked at once: what is not written as it was read has no sure place."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._texts: dict[str, tuple[str, list[int]] | None] = {}

    def of(self, finding: Finding) -> dict[str, Json]:
        """`fixes` for a finding that is shown at what was read and can be mended there; else nothing."""
        if finding.at_values:
            return self._described(finding, _at_values(finding.at_values))
        placed = finding.placed
        if not finding.edits or placed is None or placed.how is not How.READ:
            return {}
        try:
            found = sections(finding.edits)
        except CannotWrite:
            return {}
        if not found or not all(self._is_sure(document) for document in found):
            return {}
        changes: dict[str, list[Json]] = {}
        for document, changed in found.items():
            replacements = [_replacement(document, section) for section in changed]
            changes.setdefault(document.file, []).extend(replacements)
        return self._described(finding, changes)

    def _described(self, finding: Finding, changes: Mapping[str, list[Json]]) -> dict[str, Json]:
        described = finding.fix.split("\n\n", 1)[0] or finding.message
        return {
            "fixes": [
                {
                    "description": {"text": described},
                    "artifactChanges": [
                        {"artifactLocation": artifact_location(file, self._root), "replacements": replacements}
                        for file, replacements in changes.items()
                    ],
                }
            ]
        }

    def _is_sure(self, document: Document) -> bool:
        """True where the document stands in a file of the repository as it was read."""
        if document.file not in self._texts:
            self._texts[document.file] = self._text(document.file)
        known = self._texts[document.file]
        if known is None or document.first_line > len(known[1]):
            return False
        text, starts = known
        return text.startswith(document.text, starts[document.first_line - 1])

    def _text(self, file: str) -> tuple[str, list[int]] | None:
        if os.path.isabs(relative_file(file, self._root)):
            return None
        try:
            text = Path(file).read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError):
            return None
        return text, [0, *(found.end() for found in re.finditer("\n", text))]


def _at_values(edits: Sequence[ValuesEdit]) -> dict[str, list[Json]]:
    """Whole lines of values files, without their ends."""
    changes: dict[str, list[Json]] = {}
    for edit in edits:
        line, end = edit.location.line, len(edit.before.rstrip("\r")) + 1
        region: Json = {"startLine": line, "startColumn": 1, "endLine": line, "endColumn": end}
        change: Json = {"deletedRegion": region, "insertedContent": {"text": edit.after.rstrip("\r")}}
        changes.setdefault(edit.location.file, []).append(change)
    return changes


def _replacement(document: Document, section: Section) -> dict[str, Json]:
    line, column = _position(document, section.start)
    end_line, end_column = _position(document, section.end)
    return {
        "deletedRegion": {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column},
        "insertedContent": {"text": section.new},
    }


def _position(document: Document, index: int) -> tuple[int, int]:
    line = document.first_line + document.text.count("\n", 0, index)
    return line, index - document.text.rfind("\n", 0, index)

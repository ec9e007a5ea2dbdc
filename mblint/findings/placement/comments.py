"""Ignores that stand where the value is set: `# mblint: ignore[RULE] reason` at a line of a values file or a template.

On the line itself, or above it. Which rendered values a line sets is asked only of the facts that the comments' rules
have judged.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cached_property
from pathlib import Path

from mblint.cluster.objects import ObjectId
from mblint.findings.ignores import CONFIGURATION, Ignore
from mblint.findings.placement.place import Placing
from mblint.judge.rule import Judged
from mblint.manifests.documents import Document, Place
from mblint.regex import regex

WORDS = "mblint: ignore["
_COMMENT = regex(
    r"(?P<before>.*?)(?:#|\{\{-?\s*/\*)\s*mblint: ignore\[(?P<rules>[^\]]*)\]\s*(?P<reason>.*?)\s*(?:\*/\s*-?\}\}\s*)?$"
)
_SETS_VALUES = regex(r"\.(?:ya?ml|gotmpl|tpl)$|(?:^|/)templates/")  # what is only about ignores has them, too
_NOTHING = regex(r"\s*(?:#.*|\{\{-?\s*/\*.*\*/\s*-?\}\}\s*)?$")  # blank, or a comment


class LineIgnores:
    """Those of a repository's tracked files, for one render."""

    def __init__(self, placing: Callable[[], Placing], documents: Sequence[Document]) -> None:
        """`placing`: called once something is found; a repository is not looked at for nothing."""
        self._open = placing
        self._documents = documents

    @cached_property
    def _placing(self) -> Placing:
        return self._open()

    def ignores(self, judged: Sequence[Judged], known: Collection[str]) -> tuple[Ignore, ...]:
        """Each with the places of the facts that it is for. `known`: every rule there is."""
        files = (file for file in self._placing.repository.saying(WORDS) if _SETS_VALUES.search(file))
        written = [one for file in files for one in self._written(file)]
        if not written:
            return ()
        rules = {rule for _, _, rule, _ in written}
        by_line: dict[tuple[str, int, str], set[Place]] = {}
        for one in judged:
            if one.rule.id in rules and (at := self._line(one)) is not None:
                by_line.setdefault((*at, one.rule.id), set()).add(one.fact.place)
        own = self._files()
        return tuple(
            Ignore(
                rule=rule,
                origin="comment",
                reason=reason,
                place=place,
                holder=ObjectId("", CONFIGURATION, place.document.file),
                linted=not reason or rule not in known or file in own,
                places=frozenset(by_line.get((file, covered, rule), ())),
            )
            for (file, covered), place, rule, reason in written
        )

    def _written(self, file: str) -> Iterator[tuple[tuple[str, int], Place, str, str]]:
        """The comments of a file: the line that each is for, where it stands, the rule and the reason."""
        lines = self._placing.repository.lines(file)
        for number, text in enumerate(lines, 1):
            found = _COMMENT.match(text) if WORDS in text else None
            if found is None:
                continue
            covered = number if found["before"].strip() else _next(lines, number)
            shown = os.path.relpath(self._placing.repository.root / file, Path.cwd())
            place = Place(Document(shown, text, number, None, None, linted=True))
            for rule in found["rules"].replace(",", " ").split():
                yield (file, covered), place, rule, found["reason"].rstrip("\r ")

    def _line(self, one: Judged) -> tuple[str, int] | None:
        """The line of the repository that sets what a fact is about."""
        placed = self._placing.spot(one.fact.place, [row.place for row in one.fact.related])
        if placed is None:
            return None
        file = self._placing.repository.own_name(placed.location.file)
        return None if file is None else (file, placed.location.line)

    def _files(self) -> set[str]:
        """The files that this render is sure to come from; others may be another environment's."""
        lines = self._placing.lines
        origins = [lines.origin(document) for document in self._documents if document.source is not None]
        charts = {f"{origin.chart}/values.yaml" for origin in origins}
        told = {part.file for part in lines.told or ()}
        return {origin.template for origin in origins if origin.template is not None} | charts | told


def _next(lines: Sequence[str], number: int) -> int:
    """The line that a comment stands above."""
    return next((at for at in range(number + 1, len(lines) + 1) if not _NOTHING.match(lines[at - 1])), number)

"""How large a report may get: a small input can ask for gigabytes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from mblint.reports.values import Json

MOST = 95_000_000  # bytes of what is listed, so that the whole stays below 100 MB
_INDENT = 16  # blanks before a line of a report, which most are less far in


def size_of(text: str) -> int:
    """Bytes when written."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "backslashreplace"))


def within(entries: Iterable[dict[str, Json]], most: int) -> list[dict[str, Json]]:
    """The first entries of a JSON report, as many as fit."""
    found: list[dict[str, Json]] = []
    for entry in entries:
        text = json.dumps(entry, ensure_ascii=False)
        most -= size_of(text) + _INDENT * (text.count(",") + 2 * (text.count("{") + text.count("[")))
        if most < 0:
            break
        found.append(entry)
    return found


def texts_within(texts: Iterable[str], most: int, left_out: str) -> Iterator[str]:
    """The first texts, as many as fit; then, if there are more, a line that says how many are left out."""
    missing = 0
    for text in texts:
        most -= size_of(text)
        if most < 0:
            missing += 1
        else:
            yield text
    if missing:
        yield left_out.format(missing)

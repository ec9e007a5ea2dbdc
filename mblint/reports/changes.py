"""What an upgrade changes, for people: between two renders of one commit, what every sync changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mblint.facts.upgrade.rows import Change
from mblint.reports.printable import printable
from mblint.reports.style import Style
from mblint.reports.text import counted

_HEADINGS: Mapping[str, str] = {
    "refused": "cannot change",
    "changed": "changed",
    "recreated": "created anew",
    "added": "added",
    "removed": "removed",
}


_PATHS_SHOWN = 12


def render(changes: Sequence[Change], style: Style) -> str:
    """A heading with the numbers, then each object with what differs in it. Values are not shown."""
    if not changes:
        return "NEW changes nothing.\n"
    objects = {verdict: {change.object for change in changes if change.verdict == verdict} for verdict in _HEADINGS}
    numbers = ", ".join(
        f"{counted(len(objects[verdict]), 'object')} {heading}"
        for verdict, heading in _HEADINGS.items()
        if objects[verdict]
    )
    lines = [
        style.strong(f"NEW changes: {numbers}"),
        *(line for verdict in _HEADINGS for line in _of(verdict, changes)),
    ]
    return "".join(f"{line}\n" for line in lines)


def _of(verdict: str, changes: Sequence[Change]) -> Iterator[str]:
    for change in changes:
        if change.verdict == verdict:
            yield f"  {_HEADINGS[verdict]}: {printable(_object(change))}{printable(_paths(change))}"


def _object(change: Change) -> str:
    item = change.object
    name = item.name if change.old_name is None else f"{change.old_name}, now {item.name}"
    return f"{item.kind} {item.namespace}/{name}" if item.namespace else f"{item.kind} {name}"


def _paths(change: Change) -> str:
    if not change.paths:
        return ""
    more = len(change.paths) - _PATHS_SHOWN
    return f": {', '.join(change.paths[:_PATHS_SHOWN])}{f' and {more} more' if more > 0 else ''}"

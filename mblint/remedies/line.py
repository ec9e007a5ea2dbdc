"""One line of a values file with another scalar in it. The file may be a template, which no parser of YAML reads; but a
line that says `key: value` is YAML by itself.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from mblint.manifests.documents import KeyPath, Value
from mblint.manifests.spans import Span, spans
from mblint.regex import regex
from mblint.remedies.edits import Operation
from mblint.remedies.flow import flow
from mblint.remedies.splice import CannotWrite, spliced

_EMPTY = regex(r"(?P<key>\s*[\w.-]+:)(?:\s+(?:\{\s*\}|null|~))?(?P<rest>\s*(?:\s#.*)?)", re.DOTALL)


def changed_line(line: str, names: Collection[str], was: Value, new: Value) -> str:
    """The line with a new value of the one key of these names; indentation, quotes, comment and line end stay.

    Raises CannotWrite.
    """
    bare = line.lstrip()
    if "{{" in bare:
        raise CannotWrite("its value is worked out by a template")
    found = [path for path, span in _scalars(spans(bare), ()) if path[-1] in names and span.scalar == str(was)]
    if len(found) != 1 or "\n" in bare.rstrip("\n"):
        raise CannotWrite("the line does not say the value as it is rendered")
    start = spans(bare)
    for part in found[0]:
        start = start.children[part]
    if bare[: start.start].rstrip().rpartition(" ")[2].startswith(("&", "!")):
        raise CannotWrite("other lines may take the value by its anchor, or it has a tag")
    return line[: len(line) - len(bare)] + spliced(bare, Operation("replace", found[0], new))


def filled_line(line: str, new: Value) -> str | None:
    """The line with a value for a key that has none (`resources: {}`, `resources:`); None for any other line."""
    found = _EMPTY.fullmatch(line)
    return None if found is None else f"{found['key']} {flow(new)}{found['rest']}"


def _scalars(span: Span, path: KeyPath) -> Iterator[tuple[KeyPath, Span]]:
    """The scalars written here, with the keys that lead to them."""
    for key, child in span.children.items():
        if child.scalar is not None and child.alias_of is None:
            yield (*path, key), child
        yield from _scalars(child, (*path, key))

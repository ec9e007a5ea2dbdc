"""Operations carried out on a document's text: only what changes is written, so that comments, order, quoting, line
endings and everything else stay as they are.

What cannot be written so (a value behind an alias, a folded text) is refused; who calls reads the result again and
compares, since a text that does not mean the value is worse than none.
"""

from __future__ import annotations

import json

from mblint.manifests.documents import KeyPath, Value
from mblint.manifests.spans import Span, spans
from mblint.remedies.edits import END, Operation
from mblint.remedies.flow import flow, stands_plain, text
from mblint.remedies.writing import block


class CannotWrite(Exception):
    """A change that has no sure place in the text. `str()` is a clause that says why."""


def spliced(written: str, operation: Operation) -> str:
    """The text after one operation; its path begins at the document's root. Raises CannotWrite."""
    if operation.op == "test":
        return written
    root = spans(written)
    if operation.op == "remove":
        raise CannotWrite("what is to be removed may have comments that go with it")
    parent = _at(root, operation.path[:-1])
    key = operation.path[-1]
    child = parent.children.get(key)
    as_json = written.lstrip().startswith(("{", "["))
    if key != END and child is not None:
        within = _within_flow(written, root, operation.path[:-1])
        return _instead(written, child, operation, as_json=as_json, within_flow=within)
    if key != END and isinstance(key, int):
        raise CannotWrite("lists are added to at their end only")
    if written[parent.start : parent.start + 1] in ("{", "["):
        return _into_flow(written, parent, key, operation.value, as_json)
    return _into_block(written, parent, key, operation.value)


def _at(root: Span, path: KeyPath) -> Span:
    span = root
    for key in path:
        child = span.children.get(key)
        if span.alias_of is not None or child is None:
            raise CannotWrite("it stands behind an alias, and other values are the same")
        span = child
    if span.alias_of is not None:
        raise CannotWrite("it stands behind an alias, and other values are the same")
    return span


def _within_flow(written: str, root: Span, path: KeyPath) -> bool:
    """Whether what lies there lies within `{…}` or `[…]`."""
    span = root
    for key in (*path, None):
        if written[span.start : span.start + 1] in ("{", "["):
            return True
        span = span.children[key] if key is not None else span
    return False


# ---------------------------------------------------------------- a value in place of another


def _instead(written: str, child: Span, operation: Operation, *, as_json: bool, within_flow: bool) -> str:
    if child.alias_of is not None:
        raise CannotWrite("it is an alias, and other values are the same")
    value = operation.value
    if child.children or (isinstance(value, list | dict) and not child.empty):
        raise CannotWrite("a whole mapping or list stands there")
    if child.style == "|" and isinstance(value, str) and child.scalar is not None:
        return _lines_instead(written, child, value)
    if child.style == ">":
        raise CannotWrite("it is folded text")
    new = json.dumps(value, ensure_ascii=False) if as_json else _like(child.style, value, within_flow=within_flow)
    if child.empty:
        return _after_key(written, child, new)
    return written[: child.start] + new + written[child.end :]


def _after_key(written: str, child: Span, new: str) -> str:
    """In place of nothing: `startupProbe:`."""
    colon = written.find(":", child.key[1]) if child.key is not None else -1
    if colon < 0:
        raise CannotWrite("nothing says where it is written")
    return f"{written[: colon + 1]} {new}{written[colon + 1 :]}"


def _like(style: str, value: Value, *, within_flow: bool) -> str:
    """A scalar in the quotes that were there, or without any where YAML reads it as this text."""
    if isinstance(value, str) and style == "" and stands_plain(value, within_flow=within_flow):
        return value
    if isinstance(value, str) and value.isprintable() and style == "'":
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, str) and style == '"':
        quoted = text(value)
        return quoted if quoted.startswith('"') else f'"{quoted}"'
    return flow(value)


def _lines_instead(written: str, child: Span, value: str) -> str:
    """Of literal text the lines that change."""
    before, after = (child.scalar or "").split("\n"), value.split("\n")
    lines = written[child.start : child.end].split("\n")
    if len(before) != len(after):
        raise CannotWrite("the number of its lines would change")
    for number, (old, new) in enumerate(zip(before, after, strict=True), 1):
        if old == new:
            continue
        if number >= len(lines) or not lines[number].rstrip("\r").endswith(old):
            raise CannotWrite("its lines are not written as they are read")
        ending = "\r" if lines[number].endswith("\r") else ""
        bare = lines[number].removesuffix("\r")
        lines[number] = bare[: len(bare) - len(old)] + new + ending
    return written[: child.start] + "\n".join(lines) + written[child.end :]


# ---------------------------------------------------------------- something new


def _into_flow(written: str, parent: Span, key: str | int, value: Value, as_json: bool) -> str:
    """At the end of `{…}` or `[…]`, on a line of its own where the others have one each."""
    name = "" if key == END else (json.dumps(str(key)) if as_json else text(str(key))) + ": "
    new = name + (json.dumps(value, ensure_ascii=False) if as_json else flow(value))
    if not parent.children:
        opening, closing = written[parent.start], written[parent.end - 1]
        return f"{written[: parent.start]}{opening}{new}{closing}{written[parent.end :]}"
    last = list(parent.children.values())[-1]
    start = last.key[0] if last.key is not None else last.start
    indent = written[written.rfind("\n", 0, start) + 1 : start]
    between = "," + _newline(written) + indent if "\n" in written[parent.start : start] and not indent.strip() else ", "
    return f"{written[: last.end]}{between}{new}{written[last.end :]}"


def _into_block(written: str, parent: Span, key: str | int, value: Value) -> str:
    """Below the last entry, indented as the first one is."""
    if not parent.children:
        raise CannotWrite("nothing stands there that says how it is indented")
    children = list(parent.children.values())
    first, end = children[0], max(_end(child) for child in children)
    start = first.key[0] if first.key is not None else written.rfind("-", 0, first.start + 1)
    column = start - (written.rfind("\n", 0, start) + 1)
    line_end = written.find("\n", end)
    at = len(written) if line_end < 0 else line_end
    if at and written[at - 1] == "\r":
        at -= 1
    newline = _newline(written)
    lines = block([value] if key == END else {str(key): value})
    return written[:at] + "".join(f"{newline}{' ' * column}{line}" for line in lines) + written[at:]


def _end(span: Span) -> int:
    return max(span.end, span.key[1] if span.key is not None else 0)


def _newline(written: str) -> str:
    return "\r\n" if "\r\n" in written else "\n"

"""Edits in words and YAML, as the text of a fix shows them: where, and what to paste there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from mblint.cluster.objects import ObjectId
from mblint.manifests.documents import KeyPath, Value
from mblint.remedies.edits import END, Change, Configure, Create, Edit, Operation
from mblint.remedies.flow import flow, text

_WIDTH = 88  # what is longer than this is written over several lines
_INDENT = "  "


def shown(edits: Sequence[Edit]) -> str:
    """All edits, each a sentence and what to paste, indented; empty where there are none."""
    return "\n\n".join(part for part in _parts(edits))


def _parts(edits: Sequence[Edit]) -> Iterator[str]:
    for edit in edits:
        if isinstance(edit, Create):
            yield _pasted("Add this object:", block(edit.value))
        elif isinstance(edit, Configure):
            yield _pasted("In .mblint.yaml:", block(edit.value))
    yield from _changes([edit for edit in edits if isinstance(edit, Change)])


def block(value: Value) -> list[str]:
    """A value over several lines, with what is short on one."""
    if isinstance(value, dict) and value:
        return [line for key, inner in value.items() for line in _entry(key, inner)]
    if isinstance(value, list) and value:
        return [line for element in value for line in _element(element)]
    return [flow(value)]


def _entry(key: str, value: Value) -> Iterator[str]:
    short = flow(value)
    if value in ([], {}) or not isinstance(value, list | dict) or _is_short(key, short, value):
        yield f"{text(key)}: {short}"
        return
    yield f"{text(key)}:"
    yield from (f"{_INDENT}{line}" for line in block(value))


def _is_short(key: str, written: str, value: Value) -> bool:
    """Lists of mappings always stand below each other: people add to them."""
    holds_mappings = isinstance(value, list) and any(isinstance(element, dict) for element in value)
    return not holds_mappings and len(key) + len(written) <= _WIDTH and "[{" not in written


def _element(value: Value) -> Iterator[str]:
    short = flow(value)
    if "[{" not in short and len(short) <= _WIDTH:
        yield f"- {short}"
        return
    first, *rest = block(value)
    yield f"- {first}"
    yield from (f"{_INDENT}{line}" for line in rest)


def _changes(changes: Sequence[Change]) -> Iterator[str]:
    """One sentence for everything that goes into the same mapping or list."""
    snippets: dict[str, list[str]] = {}
    for change in changes:
        tests = {operation.path: operation.value for operation in change.patch if operation.op == "test"}
        for operation in change.patch:
            if operation.op != "test":
                sentence, lines = _operation(_object(change.object), operation, tests)
                snippets.setdefault(sentence, []).extend(lines)
    yield from (_pasted(sentence, lines) if lines else sentence for sentence, lines in snippets.items())


def _operation(what: str, operation: Operation, tests: dict[KeyPath, Value]) -> tuple[str, list[str]]:
    """Where, and what to paste there."""
    where, key, value = dotted(operation.path[:-1], tests), operation.path[-1], operation.value
    if operation.op == "remove":
        return f"In {what}, remove {dotted(operation.path, tests)}.", []
    old = operation.was
    if operation.op == "replace" and isinstance(old, str) and isinstance(value, str) and "\n" in old:
        return f"In {what}, in {dotted(operation.path, tests)}:", list(_changed_lines(old, value))
    lines = block([value] if key == END or isinstance(key, int) else {key: value})
    if operation.op == "replace":
        lines[-1] += f"  # instead of {flow(old)}"
    return f"In {what}, {'add to' if key == END else 'in'} {where}:", lines


def _changed_lines(old: str, new: str) -> Iterator[str]:
    """Of a text with many lines those that change. (Words are corrected: the number of lines stays.)"""
    for before, after in zip(old.splitlines(), new.splitlines(), strict=False):
        if before != after:
            yield from (f"- {before}", f"+ {after}")


def _pasted(sentence: str, lines: Iterable[str]) -> str:
    return "\n".join((sentence, "", *(f"{_INDENT}{line}" for line in lines)))


def _object(identity: ObjectId) -> str:
    space = f" (namespace {_line(identity.namespace)})" if identity.namespace else ""
    return f"{_line(identity.kind)} {_line(identity.name)}{space}"


def dotted(path: KeyPath, tests: dict[KeyPath, Value]) -> str:
    """`spec.template.spec.containers[web].resources`: elements by their names where a test says them."""
    parts: list[str] = []
    for depth, key in enumerate(path, 1):
        if isinstance(key, int):
            parts.append(f"[{_line(str(tests.get((*path[:depth], 'name'), key)))}]")
        elif not key.replace("-", "").replace("_", "").isalnum():
            parts.append(f"[{flow(key)}]")
        else:
            parts.append(f".{key}" if parts else key)
    return "".join(parts) or "the object"


def _line(name: str) -> str:
    """A name, which is one printable line whatever the input says."""
    return name if name.isprintable() else text(name)

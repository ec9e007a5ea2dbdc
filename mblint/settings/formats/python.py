"""Settings files written in Python (Django, Superset, JupyterHub, Airflow, Celery): read as a tree, never run.

Source: https://docs.python.org/3/library/ast.html. What is assigned at the top of a module counts as it stands; below
`if`, `try` and in functions it may or may not be run, so what is read there is guessed. Of names, f-strings, `+`, `%`
and `format` the known parts are put together; `os.environ.get(NAME, default)` and its relatives ask the environment.
"""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from mblint.settings.formats.leaf import UNKNOWN, Leaf, UnreadableText, without_markers
from mblint.settings.formats.python_expressions import Expressions, Said, target_of

_DEEPEST = 12  # levels of dictionaries, lists and blocks
_MOST = 5000  # values of one file
_COLLECTIONS = (ast.List, ast.Tuple, ast.Set)


def read_python(text: str) -> Iterator[Leaf]:
    """The values of a settings file (`DATABASES.default.HOST`). Raises UnreadableText."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise UnreadableText from None
    yield from _Reader(text).module(tree)


class _Reader:
    """The values of one file, and what its names stand for so far."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0, *accumulate(len(line) for line in text.splitlines(keepends=True))]
        self._said = Expressions()
        self._left = _MOST

    def module(self, tree: ast.Module) -> Iterator[Leaf]:
        """The values of the file, in its order."""
        yield from self._block(tree.body, "", guessed=False, depth=0)

    def _block(self, body: Iterable[ast.stmt], path: str, *, guessed: bool, depth: int) -> Iterator[Leaf]:
        if depth > _DEEPEST:
            return
        for statement in body:
            if isinstance(statement, ast.ClassDef):
                yield from self._block(statement.body, _joined(path, statement.name), guessed=guessed, depth=depth + 1)
            elif isinstance(statement, ast.Assign | ast.AnnAssign):
                targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
                for target in targets:
                    yield from self._assigned(target, statement.value, path, guessed=guessed)
            elif isinstance(statement, ast.Expr):
                yield from self._values(statement.value, path, guessed=True, depth=depth)
            else:
                yield from self._below(statement, path, depth)

    def _below(self, statement: ast.stmt, path: str, depth: int) -> Iterator[Leaf]:
        """The blocks of a statement that may or may not be run, and what is called beside them."""
        for name, value in ast.iter_fields(statement):
            if name in ("body", "orelse", "finalbody") and isinstance(value, list):
                yield from self._block(value, path, guessed=True, depth=depth + 1)
            elif name == "handlers" and isinstance(value, list):
                for handler in value:
                    yield from self._block(handler.body, path, guessed=True, depth=depth + 1)
            elif name in ("value", "test", "iter") and isinstance(value, ast.Call):
                yield from self._values(value, path, guessed=True, depth=depth + 1)
            elif name == "items" and isinstance(statement, ast.With | ast.AsyncWith):
                for item in statement.items:
                    yield from self._values(item.context_expr, path, guessed=True, depth=depth + 1)

    def _assigned(self, target: ast.expr, value: ast.expr | None, path: str, *, guessed: bool) -> Iterator[Leaf]:
        name = target_of(target)
        if name is None or value is None:
            return
        if isinstance(target, ast.Name) and (known := self._said.known(value)) is not None:
            self._said.names[name] = known
        yield from self._values(value, _joined(path, name), guessed=guessed, depth=0)

    def _values(self, value: ast.expr, key: str, *, guessed: bool, depth: int) -> Iterator[Leaf]:
        """The leaves of an expression: dictionaries, lists, calls with names for their values, and texts."""
        self._left -= 1
        if depth > _DEEPEST or self._left < 0:
            return
        known = self._said.known(value)
        if known is not None:
            if key and known.text and known.text != UNKNOWN:
                yield self._leaf(key, value, known, guessed=guessed)
        elif isinstance(value, ast.Dict):
            yield from self._entries(value, key, guessed=guessed, depth=depth)
        elif isinstance(value, _COLLECTIONS):
            yield from self._elements(value.elts, key, guessed=guessed, depth=depth)
        elif isinstance(value, ast.Call):
            yield from self._call(value, key, guessed=guessed, depth=depth)
        elif isinstance(value, ast.BoolOp | ast.IfExp):
            parts = value.values if isinstance(value, ast.BoolOp) else [value.body, value.orelse]
            for part in parts:
                yield from self._values(part, key, guessed=True, depth=depth + 1)

    def _entries(self, value: ast.Dict, key: str, *, guessed: bool, depth: int) -> Iterator[Leaf]:
        for named, element in zip(value.keys, value.values, strict=True):
            text = self._said.known(named) if named is not None else Said("")
            if text is not None:
                inner = _joined(key, text.text) if text.text else key
                yield from self._values(element, inner, guessed=guessed, depth=depth + 1)

    def _elements(self, elements: Sequence[ast.expr], key: str, *, guessed: bool, depth: int) -> Iterator[Leaf]:
        pair = [self._said.known(element) for element in elements]
        if len(pair) == 2 and pair[0] is not None and pair[1] is not None and pair[1].text.isdigit():
            both = Said(f"{pair[0].text}:{pair[1].text}", pair[0].asks | pair[1].asks)  # ("redis", 6379)
            yield self._leaf(key, elements[0], both, guessed=guessed)
            return
        for number, element in enumerate(elements):
            yield from self._values(element, f"{key}[{number}]", guessed=guessed, depth=depth + 1)

    def _call(self, call: ast.Call, key: str, *, guessed: bool, depth: int) -> Iterator[Leaf]:
        """`dict(host="db")`, `RedisCache(host="redis", port=6379)`, `SMTP("mail", 25)`, `requests.get("http://api/")`."""
        function = target_of(call.func) or "call"
        told = "" if function == "dict" else function.rpartition(".")[2]  # the keywords' own: `cache.Redis.host`
        inner = _joined(key, told) if key and told else key or function
        key = key or function
        pair = [self._said.known(argument) for argument in call.args[:2]]
        both = len(pair) == 2 and pair[0] is not None and pair[1] is not None and _is_port(pair[1].text)
        if both:
            yield from self._elements(call.args[:2], key, guessed=guessed, depth=depth + 1)
        for argument in call.args[2 if both else 0 :]:
            yield from self._values(argument, key, guessed=guessed, depth=depth + 1)
        for keyword in call.keywords:
            name = _joined(inner, keyword.arg) if keyword.arg else inner
            yield from self._values(keyword.value, name, guessed=guessed, depth=depth + 1)

    def _leaf(self, key: str, value: ast.expr, known: Said, *, guessed: bool) -> Leaf:
        if known.asks:
            return Leaf(key, known.text, None, guessed, known.asks)
        text = without_markers(known.text)
        return Leaf(key, text, self._offset(value, text), guessed)

    def _offset(self, value: ast.expr, text: str) -> int | None:
        """Where a text stands as it is: behind its quote."""
        if not isinstance(value, ast.Constant) or value.lineno >= len(self._starts):
            return None
        line = self._text[self._starts[value.lineno - 1] : self._starts[value.lineno]]
        column = len(line.encode()[: value.col_offset].decode(errors="replace"))
        found = self._text.find(text, self._starts[value.lineno - 1] + column)
        end = self._starts[min(value.end_lineno or value.lineno, len(self._starts) - 1)]
        return found if 0 <= found < end and bisect_right(self._starts, found) >= value.lineno else None


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdigit() and 9 < int(text[:6]) < 65536


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name

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

from msgspec import Struct, field

from mblint.settings.formats.leaf import Leaf, UnreadableText, asked, without_markers

_DEEPEST = 12  # levels of dictionaries, lists and blocks
_MOST = 5000  # values of one file
_LONGEST = 4096  # characters of one value
_UNKNOWN = "$()"  # a part that only the running program knows
_ENVIRONMENT = frozenset(("environ.get", "getenv", "env", "env.str", "env.url", "config", "get_env"))
_COLLECTIONS = (ast.List, ast.Tuple, ast.Set)


def read_python(text: str) -> Iterator[Leaf]:
    """The values of a settings file (`DATABASES.default.HOST`). Raises UnreadableText."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise UnreadableText from None
    yield from _Reader(text).module(tree)


class _Value(Struct):
    """What an expression is known to say, with the variables that it asks the environment for."""

    text: str
    asks: dict[str, str | None] = field(default_factory=dict)


class _Reader:
    """The values of one file, and what its names stand for so far."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0, *accumulate(len(line) for line in text.splitlines(keepends=True))]
        self._names: dict[str, _Value] = {}
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

    def _assigned(self, target: ast.expr, value: ast.expr | None, path: str, *, guessed: bool) -> Iterator[Leaf]:
        name = _target(target)
        if name is None or value is None:
            return
        if isinstance(target, ast.Name) and (known := self._known(value)) is not None:
            self._names[name] = known
        yield from self._values(value, _joined(path, name), guessed=guessed, depth=0)

    def _values(self, value: ast.expr, key: str, *, guessed: bool, depth: int) -> Iterator[Leaf]:
        """The leaves of an expression: dictionaries, lists, calls with names for their values, and texts."""
        self._left -= 1
        if depth > _DEEPEST or self._left < 0:
            return
        known = self._known(value)
        if known is not None:
            if key and known.text and known.text != _UNKNOWN:
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
            text = self._known(named) if named is not None else _Value("")
            if text is not None:
                inner = _joined(key, text.text) if text.text else key
                yield from self._values(element, inner, guessed=guessed, depth=depth + 1)

    def _elements(self, elements: Sequence[ast.expr], key: str, *, guessed: bool, depth: int) -> Iterator[Leaf]:
        pair = [self._known(element) for element in elements]
        if len(pair) == 2 and pair[0] is not None and pair[1] is not None and pair[1].text.isdigit():
            both = _Value(f"{pair[0].text}:{pair[1].text}", pair[0].asks | pair[1].asks)  # ("redis", 6379)
            yield self._leaf(key, elements[0], both, guessed=guessed)
            return
        for number, element in enumerate(elements):
            yield from self._values(element, f"{key}[{number}]", guessed=guessed, depth=depth + 1)

    def _call(self, call: ast.Call, key: str, *, guessed: bool, depth: int) -> Iterator[Leaf]:
        """`dict(host="db")`, `RedisCache(host="redis", port=6379)`, `requests.get("http://api/")`."""
        key = key or _target(call.func) or "call"
        for argument in call.args:
            yield from self._values(argument, key, guessed=guessed, depth=depth + 1)
        for keyword in call.keywords:
            name = _joined(key, keyword.arg) if keyword.arg else key
            yield from self._values(keyword.value, name, guessed=guessed, depth=depth + 1)

    def _leaf(self, key: str, value: ast.expr, known: _Value, *, guessed: bool) -> Leaf:
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

    # ------------------------------------------------------------ what an expression says

    def _known(self, value: ast.expr, depth: int = 0) -> _Value | None:
        """What an expression says, its unknown parts left open; None where it is no text, number or truth."""
        known = self._said(value, depth) if depth <= _DEEPEST else None
        return known if known is None or len(known.text) <= _LONGEST else None

    def _said(self, value: ast.expr, depth: int) -> _Value | None:
        if isinstance(value, ast.Constant):
            plain = value.value
            if isinstance(plain, bool):
                return _Value(str(plain).lower())
            return _Value(str(plain).replace("$", "$$")) if isinstance(plain, str | int) else None
        if isinstance(value, ast.Name):
            return self._names.get(value.id)
        if isinstance(value, ast.JoinedStr):
            return _together(self._part(part, depth) for part in value.values)
        if isinstance(value, ast.BinOp):
            return self._combined(value, depth)
        if isinstance(value, ast.Subscript) and _target(value.value) in ("os.environ", "environ"):
            name = self._known(value.slice, depth + 1)
            return None if name is None else _Value(*asked(name.text, None))
        return self._called(value, depth) if isinstance(value, ast.Call) else None

    def _part(self, part: ast.expr, depth: int) -> _Value:
        inner = part.value if isinstance(part, ast.FormattedValue) else part
        return self._known(inner, depth + 1) or _Value(_UNKNOWN)

    def _combined(self, value: ast.BinOp, depth: int) -> _Value | None:
        """`"http://" + HOST`, `"http://%s:%d" % (HOST, PORT)`; nothing where no side is a text."""
        left = self._known(value.left, depth + 1)
        if isinstance(value.op, ast.Add):
            right = self._known(value.right, depth + 1)
            return None if left is None and right is None else _together((left or _OPEN, right or _OPEN))
        if not isinstance(value.op, ast.Mod) or left is None:
            return None
        parts = value.right.elts if isinstance(value.right, ast.Tuple) else [value.right]
        return _filled(left, ("%s", "%d"), [self._part(part, depth) for part in parts])

    def _called(self, call: ast.Call, depth: int) -> _Value | None:
        function = _target(call.func) or ""
        if function.removeprefix("os.").removeprefix("self.") in _ENVIRONMENT and call.args:
            name = self._known(call.args[0], depth + 1)
            default = call.args[1] if len(call.args) > 1 else _keyword(call, "default")
            known = None if default is None else self._known(default, depth + 1)
            if name is None or not name.text.isidentifier():
                return None
            text, asks = asked(name.text, None if known is None else without_markers(known.text))
            return _Value(text, asks if known is None else known.asks | asks)
        if function in ("str", "int") and len(call.args) == 1:
            return self._known(call.args[0], depth + 1)
        if isinstance(call.func, ast.Attribute) and call.func.attr == "format" and not call.keywords:
            template = self._known(call.func.value, depth + 1)
            if template is not None:
                return _filled(template, ("{}",), [self._part(part, depth) for part in call.args])
        return None


_OPEN = _Value(_UNKNOWN)


def _together(parts: Iterable[_Value]) -> _Value:
    found = list(parts)
    asks: dict[str, str | None] = {}
    for part in found:
        asks |= part.asks
    return _Value("".join(part.text for part in found)[: _LONGEST + 1], asks)


def _filled(template: _Value, gaps: Sequence[str], parts: Sequence[_Value]) -> _Value:
    """A template whose gaps are filled, one after the other."""
    texts = [template.text]
    for gap in gaps:
        texts = [piece for text in texts for piece in text.split(gap)]
    fillers = iter(parts)
    pieces = [_Value(texts[0], template.asks)]
    for text in texts[1:]:
        pieces += [next(fillers, _OPEN), _Value(text)]
    return _together(pieces)


def _target(target: ast.expr) -> str | None:
    """`DATABASES`, `c.JupyterHub.ip`, `DATABASES["default"]` as a key path."""
    if isinstance(target, ast.Name):
        return target.id
    if isinstance(target, ast.Attribute):
        outer = _target(target.value)
        return None if outer is None else f"{outer}.{target.attr}"
    if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
        outer, inner = _target(target.value), target.slice.value
        return f"{outer}.{inner}" if outer is not None and isinstance(inner, str | int) else None
    return None


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name

"""What expressions of Python say, as far as it can be known without running them: texts, and how they are put together.

Names stand for what the file gave them before; `os.environ.get(NAME, default)` and its relatives ask the environment.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from msgspec import Struct, field

from mblint.settings.formats.leaf import UNKNOWN, asked, without_markers

_DEEPEST = 12  # expressions in each other
_LONGEST = 4096  # characters of one text
_ENVIRONMENT = frozenset(("environ.get", "getenv", "env", "env.str", "env.url", "config", "get_env"))


class Said(Struct):
    """What an expression is known to say, with the variables that it asks the environment for."""

    text: str
    asks: dict[str, str | None] = field(default_factory=dict)


class Expressions:
    """What the expressions of one file say, with the names that were given something so far."""

    def __init__(self) -> None:
        self.names: dict[str, Said] = {}

    def known(self, value: ast.expr, depth: int = 0) -> Said | None:
        """What an expression says, its unknown parts left open; None where it is no text, number or truth."""
        known = self._said(value, depth) if depth <= _DEEPEST else None
        return known if known is None or len(known.text) <= _LONGEST else None

    def _said(self, value: ast.expr, depth: int) -> Said | None:
        if isinstance(value, ast.Constant):
            plain = value.value
            if isinstance(plain, bool):
                return Said(str(plain).lower())
            return Said(str(plain).replace("$", "$$")) if isinstance(plain, str | int) else None
        if isinstance(value, ast.Name):
            return self.names.get(value.id)
        if isinstance(value, ast.JoinedStr):
            return _together(self._part(part, depth) for part in value.values)
        if isinstance(value, ast.BinOp):
            return self._combined(value, depth)
        if isinstance(value, ast.BoolOp) and isinstance(value.op, ast.Or):
            return self._with_default(value, depth)
        if isinstance(value, ast.Subscript) and target_of(value.value) in ("os.environ", "environ"):
            name = self.known(value.slice, depth + 1)
            return None if name is None else Said(*asked(name.text, None))
        return self._called(value, depth) if isinstance(value, ast.Call) else None

    def _with_default(self, value: ast.BoolOp, depth: int) -> Said | None:
        """`os.environ.get("DB_HOST") or "db"`; nothing else that may be this or that."""
        asking, default = self.known(value.values[0], depth + 1), self.known(value.values[-1], depth + 1)
        if len(value.values) != 2 or asking is None or default is None or default.asks:
            return None
        if list(asking.asks.values()) != [None]:
            return None
        return Said(asking.text, dict.fromkeys(asking.asks, without_markers(default.text)))

    def _part(self, part: ast.expr, depth: int) -> Said:
        inner = part.value if isinstance(part, ast.FormattedValue) else part
        return self.known(inner, depth + 1) or Said(UNKNOWN)

    def _combined(self, value: ast.BinOp, depth: int) -> Said | None:
        """`"http://" + HOST`, `"http://%s:%d" % (HOST, PORT)`; nothing where no side is a text."""
        left = self.known(value.left, depth + 1)
        if isinstance(value.op, ast.Add):
            right = self.known(value.right, depth + 1)
            return None if left is None and right is None else _together((left or _OPEN, right or _OPEN))
        if not isinstance(value.op, ast.Mod) or left is None:
            return None
        if isinstance(value.right, ast.Dict):
            named = zip(value.right.keys, value.right.values, strict=True)
            pairs = [(key.value, part) for key, part in named if isinstance(key, ast.Constant)]
            return self._named(left, "%({})s", pairs, depth)
        parts = value.right.elts if isinstance(value.right, ast.Tuple) else [value.right]
        return _filled(left, ("%s", "%d"), [self._part(part, depth) for part in parts])

    def _called(self, call: ast.Call, depth: int) -> Said | None:
        function = target_of(call.func) or ""
        if function.removeprefix("os.").removeprefix("self.") in _ENVIRONMENT and call.args:
            name = self.known(call.args[0], depth + 1)
            default = call.args[1] if len(call.args) > 1 else _keyword(call, "default")
            known = None if default is None else self.known(default, depth + 1)
            if name is None or not name.text.isidentifier():
                return None
            text, asks = asked(name.text, None if known is None else without_markers(known.text))
            return Said(text, asks if known is None else known.asks | asks)
        if function in ("str", "int") and len(call.args) == 1:
            return self.known(call.args[0], depth + 1)
        if isinstance(call.func, ast.Attribute) and call.func.attr == "format":
            template = self.known(call.func.value, depth + 1)
            if template is not None and not call.keywords:
                return _filled(template, ("{}",), [self._part(part, depth) for part in call.args])
            if template is not None and not call.args:
                pairs = [(keyword.arg, keyword.value) for keyword in call.keywords]
                return self._named(template, "{{{}}}", pairs, depth)
        return None

    def _named(self, template: Said, gap: str, pairs: Iterable[tuple[object, ast.expr]], depth: int) -> Said:
        """A template whose gaps have names: `%(host)s`, `{host}`."""
        for name, part in pairs:
            filler = self._part(part, depth)
            parts = template.text.split(gap.format(name))
            template = Said(filler.text.join(parts)[: _LONGEST + 1], template.asks | filler.asks)
        return template


_OPEN = Said(UNKNOWN)


def _together(parts: Iterable[Said]) -> Said:
    found = list(parts)
    asks: dict[str, str | None] = {}
    for part in found:
        asks |= part.asks
    return Said("".join(part.text for part in found)[: _LONGEST + 1], asks)


def _filled(template: Said, gaps: Sequence[str], parts: Sequence[Said]) -> Said:
    """A template whose gaps are filled, one after the other."""
    texts = [template.text]
    for gap in gaps:
        texts = [piece for text in texts for piece in text.split(gap)]
    fillers = iter(parts)
    pieces = [Said(texts[0], template.asks)]
    for text in texts[1:]:
        pieces += [next(fillers, _OPEN), Said(text)]
    return _together(pieces)


def target_of(target: ast.expr) -> str | None:
    """`DATABASES`, `c.JupyterHub.ip`, `DATABASES["default"]` as a key path."""
    if isinstance(target, ast.Name):
        return target.id
    if isinstance(target, ast.Attribute):
        outer = target_of(target.value)
        return None if outer is None else f"{outer}.{target.attr}"
    if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
        outer, inner = target_of(target.value), target.slice.value
        return f"{outer}.{inner}" if outer is not None and isinstance(inner, str | int) else None
    return None


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)

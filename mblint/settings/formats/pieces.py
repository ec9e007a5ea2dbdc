"""Texts of programs that are put together: `"http://" + host + ":80"`, `http://${host}:80`, `"http://#{host}:80"`.

Names stand for what the file gave them before; variables of the environment are asked for; what else is put in only the
running program knows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct, field

from mblint.regex import regex
from mblint.settings.formats.leaf import UNKNOWN, asked, without_markers

TEXT = r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`"
ASKED = regex(
    rf"""(?:process\.env\.(?P<js>\w+)|(?:process\.env|ENV|\$_ENV|\$_SERVER)\[\s*["'](?P<index>\w+)["']\s*\]
    |(?:ENV\.fetch|getenv|env|sys\.env|os\.getenv|System\.getenv)\(\s*["'](?P<call>\w+)["']\s*(?:,\s*(?P<second>{TEXT}|\d+)\s*)?\)
    |\$\{{\??(?P<hocon>[A-Z][A-Z0-9_]*)\}})
    (?:\s*(?:\|\||\?\?|\?:|or)\s*(?P<default>{TEXT}|\d+)|\s*\{{\s*(?P<block>{TEXT}|\d+)\s*\}})?""",
    re.X | re.S,
)
_TEXT = regex(TEXT, re.S)
_ADDED = regex(r"\s*(?:\+|\.\.|\.(?=\s*[\"'$]))\s*")  # JavaScript and Ruby, Lua, PHP
_NAME = regex(r"\$?[A-Za-z_][\w.]*(?!\s*\()|\d+")
_PUT_IN = {
    "`": regex(r"\$\{([^{}]*)\}"),  # JavaScript
    '"': regex(r"#\{([^{}]*)\}|\{\$(\w+)\}"),  # Ruby, PHP
}
_MOST = 50  # pieces of one text


class Pieces(Struct):
    """A text put together: what it says, as `Leaf.value` does, the variables that it asks for, and where it ends."""

    text: str = ""
    asks: dict[str, str | None] = field(default_factory=dict)
    end: int = 0
    whole: bool = True  # it stands in the file as it is, between two quotes

    @property
    def said(self) -> str:
        """The value of a leaf."""
        return self.text if self.asks else without_markers(self.text)


def put_together(text: str, start: int, known: Mapping[str, str]) -> Pieces | None:
    """The text that begins with a literal at an offset; None where no literal begins."""
    first = _TEXT.match(text, start)
    if first is None:
        return None
    pieces = Pieces(end=first.end())
    _literal(pieces, first[0], known)
    for _ in range(_MOST):
        added = _ADDED.match(text, pieces.end)
        if added is None or not _next(pieces, text, added.end(), known):
            break
        pieces.whole = False
    return pieces


def of_question(match: re.Match[str]) -> tuple[str, dict[str, str | None]]:
    """What a value holds for a match of `ASKED`, and what it asks for."""
    name = match["js"] or match["index"] or match["call"] or match["hocon"]
    default = match["default"] or match["second"] or match["block"]
    return asked(name, default if default is None or default.isdigit() else default[1:-1])


def _next(pieces: Pieces, text: str, position: int, known: Mapping[str, str]) -> bool:
    """One more piece; False where none can be read."""
    if (found := ASKED.match(text, position)) is not None:
        _add(pieces, *of_question(found))
    elif (found := _TEXT.match(text, position)) is not None:
        _literal(pieces, found[0], known)
    elif (found := _NAME.match(text, position)) is not None:
        pieces.text += _named(found[0], known)
    else:
        return False
    pieces.end = found.end()
    return True


def _literal(pieces: Pieces, quoted: str, known: Mapping[str, str]) -> None:
    """A literal, with what is put into it."""
    inner, position = quoted[1:-1], 0
    for gap in _PUT_IN[quoted[0]].finditer(inner) if quoted[0] in _PUT_IN else ():
        pieces.text += inner[position : gap.start()].replace("$", "$$")
        pieces.whole = False
        expression = next(part for part in gap.groups() if part is not None).strip()
        if (question := ASKED.fullmatch(expression)) is not None:
            _add(pieces, *of_question(question))
        else:
            pieces.text += _named(expression, known)
        position = gap.end()
    pieces.text += inner[position:].replace("$", "$$")


def _add(pieces: Pieces, text: str, asks: Mapping[str, str | None]) -> None:
    pieces.text += text
    pieces.asks |= asks


def _named(name: str, known: Mapping[str, str]) -> str:
    if name.isdigit():
        return name
    value = known.get(name.lstrip("$"))
    return UNKNOWN if value is None else value.replace("$", "$$")

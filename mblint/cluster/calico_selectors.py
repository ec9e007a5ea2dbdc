"""Calico's selector language, as alternatives of requirements.

Source: docs.tigera.io/calico/latest/reference/resources/networkpolicy, "Selectors". `!=` and `not in` hold where the
label is absent, as NotIn does. What compares parts of values (`contains`, `starts with`, `ends with`) is not modelled.
"""

from __future__ import annotations

import re
from functools import cache

from mblint.cluster.policies import Requirement

Alternatives = tuple[tuple[Requirement, ...], ...]  # any of them, each with all its requirements; empty: nothing

EVERYTHING: Alternatives = ((),)
NOTHING: Alternatives = ()
_OPPOSITE = {"In": "NotIn", "NotIn": "In", "Exists": "DoesNotExist", "DoesNotExist": "Exists"}


class NoSelector(ValueError):
    """The text is no selector, or says what is not modelled."""


def parse(text: str) -> Alternatives:
    """What a selector means. An empty one selects everything."""
    if not text.strip():
        return EVERYTHING
    reader = _Reader(_tokens(text))
    found = reader.either()
    if reader.left:
        raise NoSelector(f"unexpected {reader.left[0]}")
    return found


def both(one: Alternatives, other: Alternatives) -> Alternatives:
    """Where both hold."""
    return tuple((*first, *second) for first in one for second in other)


def opposite(alternatives: Alternatives) -> Alternatives:
    """Where none of them holds."""
    found = EVERYTHING
    for requirements in alternatives:
        found = both(found, tuple((_not(requirement),) for requirement in requirements))
    return found


def _not(requirement: Requirement) -> Requirement:
    return Requirement(requirement.key, _OPPOSITE[requirement.operator], requirement.values)


@cache
def _words() -> re.Pattern[str]:
    return re.compile(r"""\s*(&&|\|\||==|!=|[!(){},]|"[^"]*"|'[^']*'|[\w./-]+)""")


def _tokens(text: str) -> list[str]:
    text = text.strip()
    tokens, at = [], 0
    while at < len(text):
        match = _words().match(text, at)
        if match is None:
            raise NoSelector(f"unexpected {text[at:].strip()}")
        tokens.append(match[1])
        at = match.end()
    return tokens


class _Reader:
    """Reads one expression, the loosest operator first."""

    def __init__(self, tokens: list[str]) -> None:
        self.left = tokens

    def either(self) -> Alternatives:
        found = self.all()
        while self._take("||"):
            found = (*found, *self.all())
        return found

    def all(self) -> Alternatives:
        found = self.one()
        while self._take("&&"):
            found = both(found, self.one())
        return found

    def one(self) -> Alternatives:
        if self._take("!"):
            return opposite(self.one())
        if self._take("("):
            found = self.either()
            self._expect(")")
            return found
        name = self._next()
        if self.left[:1] == ["("]:
            return self._call(name)
        return self._comparison(name)

    def _call(self, name: str) -> Alternatives:
        self._expect("(")
        if name == "has":
            found: Alternatives = ((Requirement(self._next(), "Exists", ()),),)
        elif name in ("all", "global"):  # global(): what is in no namespace, which no pod is
            found = EVERYTHING if name == "all" else NOTHING
        else:
            raise NoSelector(f"unexpected {name}")
        self._expect(")")
        return found

    def _comparison(self, label: str) -> Alternatives:
        match self._next():
            case "==":
                return ((Requirement(label, "In", (self._text(),)),),)
            case "!=":
                return ((Requirement(label, "NotIn", (self._text(),)),),)
            case "in":
                return ((Requirement(label, "In", self._texts()),),)
            case "not" if self._take("in"):
                return ((Requirement(label, "NotIn", self._texts()),),)
            case other:
                raise NoSelector(f"operator {other}")

    def _texts(self) -> tuple[str, ...]:
        self._expect("{")
        found: list[str] = []
        while not self._take("}"):
            found.append(self._text())
            if not self._take(","):
                self._expect("}")
                break
        return tuple(found)

    def _text(self) -> str:
        token = self._next()
        if token[0] not in "\"'":
            raise NoSelector(f"unexpected {token}")
        return token[1:-1]

    def _take(self, token: str) -> bool:
        if self.left[:1] != [token]:
            return False
        self.left = self.left[1:]
        return True

    def _expect(self, token: str) -> None:
        if not self._take(token):
            raise NoSelector(f"{token} is missing")

    def _next(self) -> str:
        if not self.left:
            raise NoSelector("it ends too early")
        token, *self.left = self.left
        return token

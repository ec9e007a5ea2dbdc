"""Calico's selector language, as alternatives of requirements.

Source: docs.tigera.io/calico/latest/reference/resources/networkpolicy, "Selectors". `!=` and `not in` hold where the
label is absent, as NotIn does. What compares parts of values (`contains`, `starts with`, `ends with`) means those of
the values that the label has anywhere in the view.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache

from msgspec import Struct

from mblint.cluster.policies.objects import Requirement

Alternatives = tuple[tuple[Requirement, ...], ...]  # any of them, each with all its requirements; empty: nothing

EVERYTHING: Alternatives = ((),)
NOTHING: Alternatives = ()
_OPPOSITE = {"In": "NotIn", "NotIn": "In", "Exists": "DoesNotExist", "DoesNotExist": "Exists"}
_MOST = 1_000  # alternatives; a selector that says more is not worked out
_BLANKS = " \t"  # a line break is none, not even at the end
_DEEPEST = 100  # parentheses and negations
_PARTS: Mapping[str, Callable[[str, str], bool]] = {
    "contains": lambda value, part: part in value,
    "starts": str.startswith,
    "ends": str.endswith,
}


class NoSelector(ValueError):
    """The text is no selector: Calico refuses it."""


class TooMuch(ValueError):
    """A selector that says more than is worked out."""


class Words(Struct, frozen=True):
    """What a selector's words mean where it is used.

    `prefix`: what the keys of its labels are called there. `all_of` and `none_of`: what `all()` and `global()` mean.
    `values`: the values that a label has anywhere, by its key with the prefix.
    """

    prefix: str = ""
    all_of: Alternatives = EVERYTHING
    none_of: Alternatives = NOTHING
    values: Callable[[str], Iterable[str]] = lambda _: ()


_PLAIN = Words()


def parse(text: str, words: Words = _PLAIN) -> Alternatives:
    """What a selector means. An empty one selects everything."""
    if not text.strip(_BLANKS):
        return EVERYTHING
    tokens = _tokens(text)
    if sum(token in ("(", "!") for token in tokens) > _DEEPEST:
        raise TooMuch("it is too long")
    reader = _Reader(tokens, words)
    found = reader.either()
    if reader.left:
        raise NoSelector(f"unexpected {reader.left[0]}")
    return found


def both(one: Alternatives, other: Alternatives) -> Alternatives:
    """Where both hold."""
    if len(one) * len(other) > _MOST:
        raise TooMuch("it is too long")
    return tuple((*first, *second) for first in one for second in other)


def opposite(alternatives: Alternatives) -> Alternatives:
    """Where none of them holds."""
    found = EVERYTHING
    for requirements in alternatives:
        found = both(found, tuple((_not(requirement),) for requirement in requirements))
    return found


def _not(requirement: Requirement) -> Requirement:
    return Requirement(requirement.key, _OPPOSITE[requirement.operator], requirement.values)


def _one(key: str, operator: str, values: tuple[str, ...]) -> Alternatives:
    return ((Requirement(key, operator, values),),)


@cache
def _token() -> re.Pattern[str]:
    return re.compile(r"""[ \t]*(&&|\|\||==|!=|[!(){},]|"[^"]*"|'[^']*'|[a-zA-Z0-9_./-]+)""")


def _tokens(text: str) -> list[str]:
    text = text.strip(_BLANKS)
    tokens, at = [], 0
    while at < len(text):
        match = _token().match(text, at)
        if match is None:
            raise NoSelector(f"unexpected {text[at:].lstrip(_BLANKS)[:20]!r}")
        tokens.append(match[1])
        at = match.end()
    return tokens


class _Reader:
    """Reads one expression, the loosest operator first."""

    def __init__(self, tokens: list[str], words: Words) -> None:
        self.left = tokens
        self._words = words

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
            found: Alternatives = ((Requirement(self._words.prefix + self._next(), "Exists", ()),),)
        elif name in ("all", "global"):
            found = self._words.all_of if name == "all" else self._words.none_of
        else:
            raise NoSelector(f"unexpected {name}")
        self._expect(")")
        return found

    def _comparison(self, label: str) -> Alternatives:
        key = self._words.prefix + label
        match self._next():
            case "==":
                return _one(key, "In", (self._text(),))
            case "!=":
                return _one(key, "NotIn", (self._text(),))
            case "in":
                return _one(key, "In", self._texts())
            case "notin":
                return _one(key, "NotIn", self._texts())
            case "not" if self._take("in"):
                return _one(key, "NotIn", self._texts())
            case "contains" | "starts" | "startswith" | "ends" | "endswith" as operator:
                if operator in ("starts", "ends"):
                    self._expect("with")
                part, fits = self._text(), _PARTS[operator.removesuffix("with")]
                return _one(key, "In", tuple(sorted(one for one in self._words.values(key) if fits(one, part))))
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

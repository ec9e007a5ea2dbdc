"""Configuration in programming and block languages, as far as its literals tell: names, and the texts they are given.

JavaScript, PHP, Ruby, Groovy, Lua, HCL, Alloy, HOCON, Logstash, VCL: `name = "text"`, `name: "text"`,
`"name" => "text"`, PHP's `define("NAME", "text")`, below `{ … }`, `[ … ]` and `( … )` of a name. No language is
understood further. What stands below a condition, in a function, or in a section for another environment
(`test: { … }`) is guessed, in languages that end blocks by words all that stands behind the first condition; so is
what is set twice, added to, or mixed with what is not in the file. A variable of the
environment (`process.env.NAME || "text"`, `getenv("NAME")`, `ENV.fetch("NAME", "text")`) is asked for.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from mblint.regex import regex
from mblint.settings.formats.leaf import Leaf
from mblint.settings.formats.pieces import ASKED, Pieces, of_question, put_together

_DEEPEST = 40
_MOST = 20_000  # words and marks of one file
_COMMENTS = {
    "slashes": r"//[^\n]*|/\*.*?\*/",
    "hashes": r"\#[^\n]*",
    "both": r"//[^\n]*|/\*.*?\*/|\#[^\n]*|<\?php\b|<\?=|\?>",
    "blocks": r"(?<![^\s])//[^\n]*|\#[^\n]*",
    "dashes": r"--\[\[.*?\]\]|--[^\n]*",
}
_BARE_VALUE = regex(r"[\w./][^\s,;{}\[\]\"'#]*(?=[ \t]*(?:[,;}\n#]|$))")  # HOCON, Dovecot: host = db.example
_INDEX = regex(r"\[\s*([\"'])([\w.-]+)\1\s*\](?=[\s\[]*(?:=(?!=)|\[))")  # settings['db_host'] = …
_NAMES = regex(r"[^.\[\]]+")
_WORD = regex(r"\$?[A-Za-z_@.][\w.$@-]*|-?\d[\w.]*")
_TO_BE_NAMED = regex(r"\s*(?:=>|:)")  # behind a text that is a name
_DEFINED = regex(r"\bdefine\(\s*([\"'])(\w+)\1\s*,\s*")
_DECIDING = frozenset(
    (
        *("if", "else", "elif", "elsif", "elseif", "unless", "switch", "case", "when", "match", "endif", "endforeach"),
        *("while", "for", "foreach", "until", "each", "do", "function", "fn", "def", "sub", "try", "catch", "rescue"),
    )
)
_ADDED_TO = regex(r"([\w.-]+)[\"']?\]?\[\s*\][ \t]*=")  # PHP: $settings['hosts'][] = …
_MIXED = regex(r"\.\.\.|\bmerge\w*\(|\brequire\(|\binclude\b|\bObject\.assign\(")
_ENVIRONMENTS = frozenset(("development", "dev", "test", "testing", "staging", "local", "ci"))
_NAMED = frozenset("=:")
_OPENING = frozenset("{[(")
_CLOSING = frozenset("}])")


class _Open(Struct):
    """A bracket that is open: the name that it belongs to, how many values it had, and whether something decides
    if the program comes to what is in it."""

    name: str
    values: int = 0
    decided: bool = False
    chosen: bool = False  # what follows in it is one of two values: `production ? "a" : "b"`


def read_literals(text: str, comments: str) -> Iterator[Leaf]:
    """The texts and numbers of a file that have a name. `comments`: how the language marks them; `blocks` are of
    configuration in blocks (HOCON, Logstash), where texts need no quotes."""
    leaves = list(_Reader(text, comments).run())
    times = Counter(leaf.key for leaf in leaves)
    added_to = frozenset(_ADDED_TO.findall(text))
    mixed = comments == "slashes" and _MIXED.search(text) is not None
    for leaf in leaves:
        doubtful = mixed or times[leaf.key] > 1 or not added_to.isdisjoint(_NAMES.findall(leaf.key))
        yield replace(leaf, guessed=True) if doubtful else leaf


class _Reader:
    """Reads one file, mark by mark."""

    def __init__(self, text: str, comments: str) -> None:
        self._text = text
        self._bare = comments == "blocks"
        self._by_words = comments in ("hashes", "dashes")  # its blocks end with words: Ruby, Lua
        self._arrows = comments == "slashes"  # there `=>` begins a function
        self._decides = False  # what follows is under a condition, or in a function
        self._skipped = re.compile(rf"\s+|{_COMMENTS[comments]}", re.S)
        self._path: list[_Open] = [_Open("")]
        self._name = ""  # what was last read and may be a name
        self._labels: list[str] = []  # the words before an opening brace: loki.write "default" {
        self._assigned = False  # a name and a mark of assignment stand before
        self._known: dict[str, str] = {}  # the texts that names were given

    def run(self) -> Iterator[Leaf]:
        """The values of the file, in its order."""
        position = count = 0
        while position < len(self._text) and count < _MOST:
            count += 1
            if (skipped := self._skipped.match(self._text, position)) is not None:
                if "\n" in skipped[0]:
                    self._end_line()
                position = skipped.end()
            elif (question := ASKED.match(self._text, position)) is not None:
                yield from self._question(question)
                position = question.end()
            elif self._name and (index := _INDEX.match(self._text, position)) is not None:
                self._name = f"{self._name}.{index[2]}"
                position = index.end()
            elif (defined := _DEFINED.match(self._text, position)) is not None:
                self._path.append(_Open("", decided=self._is_decided()))
                self._name, self._assigned = defined[2], True
                position = defined.end()
            elif (pieces := put_together(self._text, position, self._known)) is not None:
                yield from self._string_at(pieces, position)
                position = pieces.end
            elif self._assigned and self._bare and (bare := _BARE_VALUE.match(self._text, position)) is not None:
                yield self._leaf(bare[0], position)
                self._assigned = False
                position = bare.end()
            elif (word := _WORD.match(self._text, position)) is not None:
                yield from self._word(word)
                position = word.end()
            else:
                self._mark(self._text[position])
                position += 1

    def _question(self, match: re.Match[str]) -> Iterator[Leaf]:
        text, asks = of_question(match)
        if self._assigned or self._in_list():
            yield self._leaf(text, None, asks)
        self._assigned = False

    def _string_at(self, pieces: Pieces, start: int) -> Iterator[Leaf]:
        value = pieces.said
        if self._assigned or (self._in_list() and _TO_BE_NAMED.match(self._text, pieces.end) is None):
            if value:
                yield self._leaf(value, start + 1 if pieces.whole else None, pieces.asks)
            if self._assigned and pieces.whole:
                self._known[self._name] = value
            self._assigned = False
        else:
            self._labels.append(value)
        if _names_something(value):
            self._name = value

    def _word(self, match: re.Match[str]) -> Iterator[Leaf]:
        word = match[0]
        if self._assigned and word in ("true", "false"):
            yield self._leaf(word, match.start())
            self._assigned = False
            return
        if self._assigned and word.isdigit():
            self._known[self._name] = word
            yield self._leaf(word, match.start())
            self._assigned = False
            return
        if self._assigned and word == "array":  # PHP's other way to write a list
            return
        if word in _DECIDING and not self._assigned:
            self._decides = True
        self._name = word.lstrip("$@.")
        self._labels.append(self._name)

    def _mark(self, mark: str) -> None:
        if mark in _NAMED:
            self._assigned = bool(self._name)
        elif mark in _OPENING:
            self._open(mark)
        elif mark in _CLOSING:
            if len(self._path) > 1:
                self._path.pop()
            self._forget()
        elif mark in ",;":
            self._path[-1].values += 1
            self._path[-1].chosen = False
            self._decides = self._decides and (self._by_words or mark == ",")
            self._forget()
        elif mark != ">":  # `=>` assigns
            self._path[-1].chosen |= mark == "?"
            self._assigned = False
        elif self._arrows:
            self._decides = True
            self._assigned = False

    def _open(self, mark: str) -> None:
        name = self._name
        if mark == "{" and not self._assigned and self._labels:
            name = ".".join(label for label in self._labels if _names_something(label))
        if len(self._path) < _DEEPEST:
            decided = self._is_decided() or name in _ENVIRONMENTS
            self._path.append(_Open(name if self._assigned or mark != "(" else "", decided=decided))
        if mark == "{":
            self._decides = self._decides and self._by_words
        self._forget()

    def _is_decided(self) -> bool:
        return self._decides or self._path[-1].chosen or self._path[-1].decided

    def _forget(self) -> None:
        self._name, self._labels, self._assigned = "", [], False

    def _end_line(self) -> None:
        if not self._assigned:
            self._labels = []
        if self._bare:
            self._decides = self._path[-1].chosen = False

    def _in_list(self) -> bool:
        """True in `hosts = ["a", "b"]`: a value without a name of its own."""
        return not self._assigned and bool(self._path[-1].name) and not self._labels and not self._name

    def _leaf(self, value: str, offset: int | None, asks: Mapping[str, str | None] | None = None) -> Leaf:
        name = self._name if self._assigned else f"[{self._path[-1].values}]"
        if name.isdigit():  # PHP's `0 => "text"`
            name = f"[{name}]"
        outer = ".".join(part.name for part in self._path if part.name)
        key = f"{outer}{'.' if outer and not name.startswith('[') else ''}{name}"
        return Leaf(key, value, offset, guessed=self._is_decided(), asks=asks or {})


def _names_something(text: str) -> bool:
    return bool(text) and len(text) <= 80 and re.fullmatch(r"[\w.$@-]+", text) is not None

"""The words of shell scripts: simple commands, split into words.

Source: POSIX.1-2017, Shell Command Language. Here-documents and comments are left out, variables replaced where their
value is known. What the commands do to each other (assignments, loops) is `scripts.py`.
Long because words, quotes and commands are one grammar.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct, field

from mblint.cluster.secrets import SecretText, Text, reveal
from mblint.regex import regex
from mblint.settings.bounded import BoundedText, Room
from mblint.settings.words import Command, Word

_VARIABLE = regex(r"\$(?:(\w+)|\{(\w+)(?::?[-=]([^${}]*)|:?\?[^{}]*)?\})")
_CUT = regex(r"\$\{(\w+)(%%?|##?)([^${}\[\]?]*)\}")  # ${each%%:*}, ${each##*:}
# The pod's own namespace. Source: https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/
NAMESPACE_FILE = "/var/run/secrets/kubernetes.io/serviceaccount/namespace"
_READ_NAMESPACE = regex(rf"\$\(\s*(?:cat\s+|<\s*)[\"']?(?:/var)?{NAMESPACE_FILE.removeprefix('/var')}[\"']?\s*\)")
# Bash connects to what follows. Source: https://www.gnu.org/software/bash/manual/html_node/Redirections.html
DEVICES = ("/dev/tcp/", "/dev/udp/")
_HEREDOC = regex(r"<<-?\s*([\"']?)(\w+)\1")
_REDIRECTION = regex(r"\d*(?:>>|>&|<&|>\||<>|>|<)")
_PLAIN = regex(r"[^\s\\'\"$`<>;&|(){}]+")
_PLAIN_IN_QUOTES = regex(r"[^\\\"$`]+")
_BRACKETS = regex(r"['\\()]")
_URL_UP_TO_LOGIN = regex(r"(?:-{0,2}[A-Za-z_][\w.-]*=)?[A-Za-z][A-Za-z0-9+.-]*://[^/@?#\s]*")
_BEHIND_LOGIN = regex(r"[^/@?#\s]*@[\w.:,\[\]-]+(?:[/?#][^\s@]*)?")
UNKNOWN = "$()"  # of a URL, what only the running shell knows
_DEEPEST = 10  # command substitutions in each other; what stands deeper is not read
_IGNORED_STARTS = frozenset("\\#<>0123456789")  # of line continuations, comments, redirections
_SEPARATORS = ";&|(){}\n"


class _Building(Struct):
    """The word that is being read."""

    text: BoundedText
    start: int
    secret: bool = False
    before: str | None = None  # the text before the first part that only the running shell knows
    known_from: int = 0  # the parts of the text behind the last such part

    def cannot_know(self) -> None:
        """What comes next depends on the running shell."""
        if self.before is None:
            self.before = str(self.text)
        self.known_from = len(self.text.parts)

    def url(self) -> str | None:
        """A URL of which only a part before the `@` is not known, which is its password mostly; None for all else."""
        behind = "".join(self.text.parts[self.known_from :])
        if self.before is None or not _URL_UP_TO_LOGIN.fullmatch(self.before) or not _BEHIND_LOGIN.fullmatch(behind):
            return None
        return f"{self.before}{UNKNOWN}{behind}"


class _Part(Struct):
    """A script, or the inside of a command substitution: how far it is read, and what is read before it goes on."""

    position: int
    end: int
    words: list[Word] = field(default_factory=list)
    inner: list[tuple[int, int]] = field(default_factory=list)
    in_array: bool = False  # between the parentheses of NAME=( … )

    def taken(self) -> Iterator[Command]:
        """The command that ends here, if there is one."""
        if self.words:
            yield tuple(self.words)
            self.words = []


class Lexer:
    """Reads one script. Keeps the positions of here-documents that the next line begins with."""

    def __init__(self, script: Word, scope: Mapping[str, Text | None]) -> None:
        self.origin = script
        self.script = script.plain
        self.scope = scope
        self.heredocs: list[str] = []
        self.room = Room()
        self.position = 0  # of the end of the command that was read last
        self.device: Word | None = None  # what a redirection connects to

    def commands(self, start: int, end: int) -> Iterator[Command]:
        """The commands between two offsets, those of command substitutions before the command they stand in."""
        open_parts = [_Part(start, end)]
        while open_parts:
            part = open_parts[-1]
            if part.inner:
                inner = part.inner.pop(0)
                if len(open_parts) <= _DEEPEST:
                    open_parts.append(_Part(*inner))
            elif part.position < part.end:
                self.position = part.position
                yield from self._step(part)
            else:
                self.position = part.end
                yield from part.taken()
                open_parts.pop()

    def _step(self, part: _Part) -> Iterator[Command]:
        """What is at the position: something to skip, the end of a command, or a word."""
        position, end = part.position, part.end
        if (beyond := self._behind_ignored(position, end)) > position:
            part.position = beyond
            if self.device is not None:
                yield (self.device,)
                self.device = None
        elif self.script[position] == "(" and part.words and self._opens_array(part.words[-1], position):
            part.words, part.in_array, part.position = [array_word(part.words[-1])], True, position + 1
        elif part.in_array and self.script[position] == "\n":
            part.position = position + 1
        elif self.script[position] in _SEPARATORS:
            part.in_array = False
            yield from part.taken()
            newline = self.script[position] == "\n"
            part.position = self._behind_heredocs(position + 1, end) if newline else position + 1
        else:
            word, part.position = self._word(position, end, part.inner)
            part.words.append(word)

    def _opens_array(self, word: Word, position: int) -> bool:
        name = word.plain.removesuffix("=").removesuffix("+")
        return self.script[position - 1] == "=" and word.plain.endswith("=") and is_name(name)

    def _behind_ignored(self, position: int, end: int) -> int:
        """Where a blank, a comment, a redirection or the head of a here-document ends; else the position itself."""
        script = self.script
        first = script[position]
        if first in " \t\r":
            return self._blanks(position, end)
        if first not in _IGNORED_STARTS:
            return position
        if script.startswith("\\\n", position):
            return position + 2
        if first == "#":
            return self._until(position, "\n", end)
        heredoc = None if script.startswith("<<<", position) else _HEREDOC.match(script, position, end)
        if heredoc is not None:
            self.heredocs.append(heredoc[2])
            return heredoc.end()
        redirection = _REDIRECTION.match(script, position, end)
        if redirection is None:
            return position
        target, behind = self._word(self._blanks(redirection.end(), end), end, [])
        self.device = target if target.plain.startswith(DEVICES) else None
        return behind

    def _blanks(self, position: int, end: int) -> int:
        while position < end and self.script[position] in " \t\r":
            position += 1
        return position

    def _until(self, position: int, mark: str, end: int) -> int:
        found = self.script.find(mark, position, end)
        return end if found < 0 else found

    def _behind_heredocs(self, position: int, end: int) -> int:
        for delimiter in self.heredocs:
            closing = re.compile(rf"^\t*{re.escape(delimiter)}[ \t]*$", re.M).search(self.script, position, end)
            position = end if closing is None else closing.end()
        self.heredocs.clear()
        return position

    def _word(self, position: int, end: int, nested: list[tuple[int, int]]) -> tuple[Word, int]:
        """The word at a position, and where it ends. Command substitutions inside it are added to `nested`."""
        script = self.script
        building = _Building(BoundedText(self.room), position)
        while position < end:
            character = script[position]
            if character in " \t\r<>" or character in _SEPARATORS:
                break
            if character == "\\":
                building.text.write(script[position + 1 : position + 2].replace("\n", ""))
                position += 2
            elif character == "'":
                closing = self._until(position + 1, "'", end)
                building.text.write(script[position + 1 : closing])
                position = closing + 1
            elif character == '"':
                position = self._double_quoted(building, position + 1, end, nested)
            elif character in "$`":
                position = self._expansion(building, position, end, nested)
            else:
                plain = _PLAIN.match(script, position, end)
                building.text.write(character if plain is None else plain[0])
                position += 1 if plain is None else len(plain[0])
        return self._finished(building), max(position, building.start + 1)

    def _double_quoted(self, building: _Building, position: int, end: int, nested: list[tuple[int, int]]) -> int:
        script = self.script
        while position < end and script[position] != '"':
            if script[position] == "\\":
                building.text.write(script[position + 1 : position + 2].replace("\n", ""))
                position += 2
            elif script[position] in "$`":
                position = self._expansion(building, position, end, nested)
            else:
                plain = _PLAIN_IN_QUOTES.match(script, position, end)
                building.text.write(script[position] if plain is None else plain[0])
                position += 1 if plain is None else len(plain[0])
        return position + 1

    def _expansion(self, building: _Building, position: int, end: int, nested: list[tuple[int, int]]) -> int:
        """A `$…` or a backtick: a known variable's value, or something only the running shell knows."""
        script = self.script
        if script.startswith("$(", position):
            return self._substitution(building, position, end, nested)
        if script[position] == "`":
            closing = self._until(position + 1, "`", end)
            nested.append((position + 1, closing))
            building.cannot_know()
            return closing + 1
        variable = _VARIABLE.match(script, position, end)
        if variable is None:
            if script[position + 1 : position + 2] in ("@", "*", "#", "?", "!", "$", "-"):
                building.cannot_know()
                return position + 2
            if (cut := _CUT.match(script, position, end)) is not None:
                shortened = _shortened(self.scope.get(cut[1]), cut[2], cut[3])
                if shortened is None or not building.text.insert(shortened):
                    building.cannot_know()
                return cut.end()
            if script.startswith("${", position):
                building.cannot_know()
                return self._until(position, "}", end) + 1
            building.text.write("$")
            return position + 1
        value = self.scope.get(variable[1] or variable[2], variable[3])
        if value is None or not building.text.insert(reveal(value)):
            building.cannot_know()
        building.secret |= isinstance(value, SecretText)
        return variable.end()

    def _substitution(self, building: _Building, position: int, end: int, nested: list[tuple[int, int]]) -> int:
        """`$(…)`: what a command prints is not known, but for the namespace that the kubelet writes into every pod."""
        namespace = self.scope.get(NAMESPACE_FILE)
        if namespace and (reading := _READ_NAMESPACE.match(self.script, position, end)) is not None:
            building.text.insert(reveal(namespace))
            return reading.end()
        closing = self._closing(position + 2, end)
        if not self.script.startswith("$((", position):
            nested.append((position + 2, closing))
        building.cannot_know()
        return closing + 1

    def _closing(self, position: int, end: int) -> int:
        """Where the parenthesis that is open at `position` closes."""
        depth = 1
        while (mark := _BRACKETS.search(self.script, position, end)) is not None:
            position = mark.end()
            if mark[0] == "'":
                position = self._until(position, "'", end) + 1
            elif mark[0] == "\\":
                position += 1
            else:
                depth += 1 if mark[0] == "(" else -1
                if depth == 0:
                    return mark.start()
        return end

    def _finished(self, building: _Building) -> Word:
        text = str(building.text)
        start = building.start
        if self.script[start : start + 1] in ("'", '"'):
            start += 1
        whole = self.origin
        place = whole.place.inside((whole.place.offset or 0) + start) if whole.exact else whole.place
        secret = building.secret or isinstance(whole.text, SecretText)
        if building.before is not None:
            url = building.url()
            return Word(SecretText(url) if url and secret else url, place, exact=False, before=building.before)
        exact = whole.exact and self.script.startswith(text, start)
        return Word(SecretText(text) if secret else text, place, exact)


def _shortened(value: Text | None, mark: str, pattern: str) -> str | None:
    """A known text without what a pattern of one `*` at its end or beginning matches; None for all else."""
    if value is None or isinstance(value, SecretText):
        return None
    if mark.startswith("%"):
        kept = pattern.removesuffix("*")
        at = (value.find(kept) if mark == "%%" else value.rfind(kept)) if pattern.endswith("*") else -1
        whole = value.removesuffix(pattern) if kept == pattern else value
        return None if "*" in kept else whole if at < 0 else value[:at]
    kept = pattern.removeprefix("*")
    at = (value.rfind(kept) if mark == "##" else value.find(kept)) if pattern.startswith("*") else -1
    whole = value.removeprefix(pattern) if kept == pattern else value
    return None if "*" in kept else whole if at < 0 else value[at + len(kept) :]


def is_name(text: str) -> bool:
    """True for what can be a variable's name."""
    return text.isidentifier() and text.isascii()


def array_word(name: Word) -> Word:
    """The first word of a command that assigns a list: no other command has its like."""
    return Word(f"{name.plain}(", name.place, exact=False)

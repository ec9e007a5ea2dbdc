"""The words and operators of a shell script, as its grammar reads them: with their quotes, and where each stands.

Here-documents are passed over. What is written in a way that is not followed (extended patterns, quotes inside a `${…}`
inside quotes) ends the reading.
Long because quotes, expansions and here-documents stand in each other.
Source: POSIX.1-2017, Shell Command Language, 2.2 Quoting and 2.3 Token Recognition.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from msgspec import Struct

from mblint.regex import regex

_OPERATORS = regex(r"&&|\|\||;;&|;;|;&|&>>|&>|\|&|<<<|<<-|<<|<&|<>|>>|>&|>\||[;&|<>()]")
_PLAIN = regex(r"[^ \t\n\\'\"$`<>;&|()]+")
_PLAIN_IN_QUOTES = regex(r"[^\\\"$`]+")
_BLANKS = regex(r"(?:[ \t]|\\\n)+")
_LAST_BACKTICK = regex(r"(?:[^`\\]|\\.)*`", re.S)
_ANSI_QUOTED = regex(r"(?:[^'\\]|\\.)*'", re.S)
REDIRECTIONS = frozenset(("&>>", "&>", "<<<", "<<-", "<<", "<&", "<>", ">>", ">&", ">|", "<", ">"))
_ROUND = regex(r"[()]")
RESERVED = frozenset(
    (
        "if",
        "then",
        "elif",
        "else",
        "fi",
        "for",
        "select",
        "while",
        "until",
        "do",
        "done",
        "case",
        "in",
        "esac",
        "{",
        "}",
        "!",
    )
)


class SyntaxProblem(Struct, frozen=True):
    """What a shell stumbles over: where, and a clause that says what is wrong ("this `if` has no `fi`")."""

    index: int
    clause: str


class StumbledError(Exception):
    """The error that is told."""

    def __init__(self, index: int, clause: str) -> None:
        super().__init__(clause)
        self.problem = SyntaxProblem(index, clause)


class NotFollowedError(Exception):
    """Something that this grammar does not follow."""


class Token(Struct, frozen=True):
    """A word, an operator, a newline or the end; `text` is the word as it is written."""

    kind: str
    text: str
    start: int
    end: int

    @property
    def shown(self) -> str:
        """As a clause names it; a word that is none of the shell's own is not quoted, since it may be a secret."""
        if self.kind in ("end", "newline"):
            return self.text
        return f"`{self.text}`" if self.kind == "operator" or self.text in RESERVED else "a word"


class Tokens:
    """Those of a script from a position on. `commands_end`: where the commands end that stand behind an opening."""

    def __init__(self, script: str, start: int, commands_end: Callable[[str, Token], int]) -> None:
        self.script = script
        self.position = start
        self.commands_end = commands_end
        self.heredocs: list[
            tuple[str, bool, int]
        ] = []  # what ends each, whether tabs may stand before it, its beginning
        self.ahead: Token | None = None

    def jump(self, position: int) -> None:
        """Go on from a position."""
        self.position, self.ahead = position, None

    def peek(self) -> Token:
        """The next one."""
        if self.ahead is None:
            self.ahead = self._token()
        return self.ahead

    def take(self) -> Token:
        """The next one, and on to the one behind it."""
        token = self.peek()
        self.ahead = None
        return token

    def _token(self) -> Token:
        self._skip_blanks()
        start, script = self.position, self.script
        if start >= len(script):
            return Token("end", "the end", start, start)
        if script[start] == "\n":
            self.position += 1
            self._skip_heredocs()
            return Token("newline", "the end of the line", start, start + 1)
        operator = _OPERATORS.match(script, start)
        if operator is None or script.startswith(("<(", ">("), start):
            self._skip_word()
            return Token("word", script[start : self.position], start, self.position)
        self.position = operator.end()
        return Token("operator", operator[0], start, self.position)

    def _skip_blanks(self) -> None:
        blanks = _BLANKS.match(self.script, self.position)
        if blanks is not None:
            self.position = blanks.end()
        if self.script.startswith("#", self.position):
            ending = self.script.find("\n", self.position)
            self.position = len(self.script) if ending < 0 else ending

    def _skip_heredocs(self) -> None:
        for delimiter, tabs, opened in self.heredocs:
            blanks = r"\t*" if tabs else ""
            closing = re.compile(rf"^{blanks}{re.escape(delimiter)}$", re.M).search(self.script, self.position)
            if closing is None:
                indented = re.compile(rf"^[ \t]+{re.escape(delimiter)}[ \t]*\)?$", re.M).search(
                    self.script, self.position
                )
                if indented is None:
                    raise NotFollowedError  # a shell takes the rest of the script, and says so
                raise StumbledError(
                    opened,
                    f"the text that begins here ends at a line that is `{delimiter}` alone, and that line is indented",
                )
            self.position = min(closing.end() + 1, len(self.script))
        self.heredocs.clear()

    def _skip_word(self) -> None:
        script, start = self.script, self.position
        while self.position < len(script):
            character = script[self.position]
            if character in "<>" and script.startswith("(", self.position + 1):
                self._skip_commands()
            elif character == "(":
                self._skip_parenthesis(start)
                if self.position < len(script) and script[self.position] == "(":
                    return
            elif character in " \t\n;&|<>)":
                return
            elif character == "\\":
                self.position += 2
            elif character == "'":
                self._skip_quoted()
            elif character == '"':
                self._skip_double_quoted()
            elif character in "$`":
                self._skip_expansion(in_quotes=False)
            else:
                plain = _PLAIN.match(script, self.position)
                self.position += 1 if plain is None else len(plain[0])
        self.position = min(self.position, len(script))

    def _skip_parenthesis(self, start: int) -> None:
        """The words of an array behind `NAME=`; any other parenthesis is an operator."""
        before = self.script[self.position - 1 : self.position] if self.position > start else ""
        if before in ("?", "*", "+", "@", "!"):
            raise NotFollowedError  # an extended pattern
        if before != "=":
            return
        opened = Token("operator", "(", self.position, self.position + 1)
        self.position = self._words_end(opened)

    def _words_end(self, opened: Token) -> int:
        """Where an array ends, whose words may stand on several lines."""
        inside = Tokens(self.script, opened.end, self.commands_end)
        while inside.peek().kind in ("word", "newline"):
            inside.take()
        closing = inside.take()
        if closing.text != ")":
            raise StumbledError(opened.start, "this `(` is never closed")
        return closing.end

    def _skip_commands(self) -> None:
        """`$(…)`, `<(…)` or `>(…)`."""
        start, inside = self.position, self.position + 2
        self.position = self.commands_end(self.script, Token("operator", self.script[start:inside], start, inside))

    def _skip_quoted(self) -> None:
        closing = self.script.find("'", self.position + 1)
        if closing < 0:
            raise StumbledError(self.position, "this `'` is never closed")
        self.position = closing + 1

    def _skip_double_quoted(self) -> None:
        script, opened = self.script, self.position
        self.position += 1
        while self.position < len(script):
            character = script[self.position]
            if character == '"':
                self.position += 1
                return
            if character == "\\":
                self.position += 2
            elif character in "$`":
                self._skip_expansion(in_quotes=True)
            else:
                plain = _PLAIN_IN_QUOTES.match(script, self.position)
                self.position += 1 if plain is None else len(plain[0])
        raise StumbledError(opened, 'this `"` is never closed')

    def _skip_expansion(self, *, in_quotes: bool) -> None:
        script, start = self.script, self.position
        if script[start] == "`":
            closing = _LAST_BACKTICK.match(script, start + 1)
            if closing is None:
                raise StumbledError(start, "this backtick is never closed")
            self.position = closing.end()
        elif script.startswith("$((", start):
            behind = behind_arithmetic(script, start + 3)
            if behind is None:
                raise NotFollowedError  # where no `))` follows, shells differ in what they take it for
            self.position = behind
        elif script.startswith("$(", start):
            self._skip_commands()
        elif script.startswith("${", start):
            self._skip_braces(in_quotes=in_quotes)
        elif script.startswith("$'", start) and not in_quotes:
            closing = _ANSI_QUOTED.match(script, start + 2)
            if closing is None or "\\'" in closing[0]:
                raise NotFollowedError  # shells differ
            self.position = closing.end()
        else:
            self.position += 1

    def _skip_braces(self, *, in_quotes: bool) -> None:
        script, opened = self.script, self.position
        self.position += 2
        while self.position < len(script):
            character = script[self.position]
            if character == "}":
                self.position += 1
                return
            if character == "\\":
                self.position += 2
            elif character in "$`":
                self._skip_expansion(in_quotes=in_quotes)
            elif character in "'\"" and in_quotes:
                raise NotFollowedError  # what it means depends on the operator
            elif character == "'":
                self._skip_quoted()
            elif character == '"':
                self._skip_double_quoted()
            else:
                self.position += 1
        raise StumbledError(opened, "this `${` is never closed")


def behind_arithmetic(script: str, start: int) -> int | None:
    """Where `))` ends that closes the arithmetic that begins at `start`; None where it is none."""
    depth = 0
    for found in _ROUND.finditer(script, start):
        if found[0] == "(":
            depth += 1
        elif depth:
            depth -= 1
        else:
            return found.end() + 1 if script.startswith(")", found.end()) else None
    return None

"""Whether a shell can read a script: each quote closed, each `if`, `for`, `case` and bracket with all of its parts.

The grammar is that of POSIX with what bash and busybox add to it; what one shell takes is no error here, even where
another does not. The first error is told. Where a script is written in a way that is not followed (extended patterns,
quotes inside a `${…}` inside quotes), nothing is.
Source: POSIX.1-2017, Shell Command Language, 2.10 Shell Grammar; https://www.gnu.org/software/bash/manual/bash.html.
Long because each compound command has a form of its own.
"""

from __future__ import annotations

import re

from mblint.regex import regex
from mblint.settings.shell_tokens import (
    REDIRECTIONS,
    NotFollowedError,
    StumbledError,
    SyntaxProblem,
    Token,
    Tokens,
    behind_arithmetic,
)

_FUNCTION = regex(r"[\w.:/@+-]+")
_NEXT_PATTERN = frozenset((";;", ";&", ";;&"))
_CLOSERS = {"then": "if", "elif": "if", "else": "if", "fi": "if", "do": "while", "done": "do", "esac": "case", "}": "{"}
_COMPOUND = frozenset(("if", "while", "until", "for", "select", "case", "{", "function", "[[", "coproc"))
_TEST_ENDS = regex(r"\s\]\](?=[\s;&|)]|$)")
_DEEPEST = 40  # constructs in each other
_WINDOWS = "its lines end in \\r as they do on Windows, which a shell takes for a part of their last words"


def syntax_problem(script: str) -> SyntaxProblem | None:
    """The first thing in a script that no shell can read; None where there is nothing, or it cannot be told."""
    if "{{" in script:
        return None  # a template is filled first
    try:
        _Reader(script, 0, 0).whole()
    except StumbledError as error:
        ending = script.find("\r\n")
        return error.problem if ending < 0 else SyntaxProblem(ending, _WINDOWS)
    except NotFollowedError:
        return None
    return None


class _Reader:
    """Reads a script, or the inside of a command substitution, from a position on."""

    def __init__(self, script: str, start: int, depth: int) -> None:
        if depth > _DEEPEST:
            raise NotFollowedError
        self.depth = depth
        self.tokens = Tokens(script, start, self._inside)

    def _inside(self, script: str, opened: Token) -> int:
        """Where the commands end that stand behind an opening."""
        inner = _Reader(script, opened.end, self.depth + 1)
        inner._list()
        inner._close(")", opened)
        return inner.tokens.position

    def whole(self) -> None:
        """A script, to its end."""
        self._list()
        token = self.tokens.peek()
        if token.kind == "end":
            return
        if token.text in _CLOSERS:
            raise StumbledError(token.start, f"no `{_CLOSERS[token.text]}` is open that this `{token.text}` belongs to")
        raise StumbledError(token.start, f"this `{token.text}` belongs to nothing")

    def _list(self) -> int:
        """Commands up to something that ends them; how many there are."""
        count = 0
        while True:
            self._newlines()
            token = self.tokens.peek()
            if token.kind == "end" or token.text == ")" or token.text in _NEXT_PATTERN or token.text in _CLOSERS:
                return count
            self._and_or()
            count += 1
            token = self.tokens.peek()
            if token.text in (";", "&") and token.kind == "operator":
                self.tokens.take()
                if self.tokens.peek().kind == "operator" and self.tokens.peek().text in (";", "&"):
                    raise StumbledError(
                        self.tokens.peek().start, f"no command stands before this `{self.tokens.peek().text}`"
                    )
            elif token.kind == "word" and token.text not in _CLOSERS:
                raise StumbledError(
                    token.start, f"neither `;` nor a new line stands before {token.shown}, which begins a command"
                )

    def _newlines(self) -> None:
        while self.tokens.peek().kind == "newline":
            self.tokens.take()

    def _and_or(self) -> None:
        self._pipeline()
        while self.tokens.peek().text in ("&&", "||"):
            operator = self.tokens.take()
            self._newlines()
            self._need_command(operator)
            self._pipeline()

    def _pipeline(self) -> None:
        while self.tokens.peek().kind == "word" and self.tokens.peek().text in ("!", "time"):
            self.tokens.take()
        self._command()
        while self.tokens.peek().text in ("|", "|&"):
            operator = self.tokens.take()
            self._newlines()
            self._need_command(operator)
            self._command()

    def _need_command(self, operator: Token) -> None:
        token = self.tokens.peek()
        if token.kind == "end" or (token.kind == "operator" and token.text not in REDIRECTIONS and token.text != "("):
            raise StumbledError(operator.start, f"no command follows this `{operator.text}`")

    def _command(self) -> None:
        token = self.tokens.peek()
        if token.kind == "operator" and token.text not in REDIRECTIONS:
            if token.text != "(":
                raise StumbledError(token.start, f"a command cannot begin with `{token.text}`")
            self._parenthesis()
        elif token.kind == "word" and token.text in _CLOSERS:
            raise StumbledError(token.start, f"a command is missing before this `{token.text}`")
        elif token.kind == "word" and token.text in _COMPOUND:
            self._compound()
        else:
            self._simple()

    def _simple(self) -> None:
        first: Token | None = None
        alone = True
        while True:
            token = self.tokens.peek()
            if token.kind == "word":
                first, alone = first or token, first is None
                self.tokens.take()
            elif token.text in REDIRECTIONS:
                self._redirection()
            elif token.text == "(":
                if first is None or not alone or _FUNCTION.fullmatch(first.text) is None:
                    raise StumbledError(token.start, "a `(` cannot stand inside of a command")
                self._function_body()
                return
            else:
                return

    def _redirection(self) -> None:
        operator = self.tokens.take()
        target = self.tokens.peek()
        if target.kind != "word":
            raise StumbledError(
                operator.start, f"this `{operator.text}` is followed by {target.shown}, not by the name of a file"
            )
        self.tokens.take()
        if operator.text in ("<<", "<<-"):
            delimiter = re.sub(r"[\"'\\]", "", target.text)
            self.tokens.heredocs.append((delimiter, operator.text == "<<-", operator.start))

    def _compound(self) -> None:
        self._deeper()
        first = self.tokens.take()
        match first.text:
            case "if":
                self._if(first)
            case "while" | "until":
                self._body(first, "do")
                self._body(first, "done")
            case "for" | "select":
                self._for(first)
            case "case":
                self._case(first)
            case "{":
                self._body(first, "}")
            case "function":
                self.tokens.take()
                self._function_body()
            case "[[":
                self._test()
            case _:
                raise NotFollowedError
        self.depth -= 1
        self._redirections()

    def _deeper(self) -> None:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise NotFollowedError

    def _body(self, first: Token, ending: str) -> None:
        """Commands, of which there must be one, and what ends them."""
        if self._list() == 0 and self.tokens.peek().kind != "end":
            raise StumbledError(
                self.tokens.peek().start, f"a command is missing before this `{self.tokens.peek().text}`"
            )
        self._close(ending, first)

    def _close(self, ending: str, first: Token) -> None:
        token = self.tokens.peek()
        if token.kind == "end":
            raise StumbledError(first.start, f"this `{first.text}` has no `{ending}`")
        if token.text != ending:
            shown = token.shown
            raise StumbledError(token.start, f"{shown} comes before the `{ending}` of the `{first.text}` that is open")
        self.tokens.take()

    def _if(self, first: Token) -> None:
        self._body(first, "then")
        while True:
            if self._list() == 0 and self.tokens.peek().kind != "end":
                raise StumbledError(
                    self.tokens.peek().start, f"a command is missing before this `{self.tokens.peek().text}`"
                )
            if self.tokens.peek().text == "elif":
                self.tokens.take()
                self._body(first, "then")
            elif self.tokens.peek().text == "else":
                self.tokens.take()
                self._body(first, "fi")
                return
            else:
                self._close("fi", first)
                return

    def _for(self, first: Token) -> None:
        if self.tokens.peek().text == "(":
            raise NotFollowedError  # bash's for ((…))
        if self.tokens.take().kind != "word":
            raise StumbledError(first.start, f"this `{first.text}` names no variable")
        self._newlines()
        if self.tokens.peek().text == "in":
            self.tokens.take()
            while self.tokens.peek().kind == "word":
                self.tokens.take()
        if self.tokens.peek().text == ";":
            self.tokens.take()
        self._newlines()
        self._close("do", first)
        self._body(first, "done")

    def _case(self, first: Token) -> None:
        self.tokens.take()
        self._newlines()
        self._close("in", first)
        while True:
            self._newlines()
            if self.tokens.peek().text == "esac":
                self.tokens.take()
                return
            self._pattern(first)
            self._list()
            if self.tokens.peek().text not in _NEXT_PATTERN:
                self._close("esac", first)
                return
            self.tokens.take()

    def _pattern(self, first: Token) -> None:
        if self.tokens.peek().text == "(":
            self.tokens.take()
        while self.tokens.peek().kind == "word" or self.tokens.peek().text == "|":
            self.tokens.take()
        token = self.tokens.peek()
        if token.kind == "end":
            raise StumbledError(first.start, "this `case` has no `esac`")
        if token.text != ")":
            raise StumbledError(token.start, f"{token.shown} comes before the `)` that ends a pattern of `case`")
        self.tokens.take()

    def _function_body(self) -> None:
        if self.tokens.peek().text == "(":
            opened = self.tokens.take()
            if self.tokens.peek().text != ")":
                raise StumbledError(opened.start, "a `(` cannot stand inside of a command")
            self.tokens.take()
        self._newlines()
        self._command()

    def _test(self) -> None:
        """`[[ … ]]`, whose words have a grammar of their own."""
        found = _TEST_ENDS.search(self.tokens.script, self.tokens.position)
        if found is None:
            raise NotFollowedError
        self.tokens.jump(found.end())

    def _parenthesis(self) -> None:
        opened = self.tokens.take()
        behind = (
            behind_arithmetic(self.tokens.script, opened.start + 2)
            if self.tokens.script.startswith("((", opened.start)
            else None
        )
        if behind is not None:
            self.tokens.jump(behind)
        else:
            self._deeper()
            self._body(opened, ")")
            self.depth -= 1
        self._redirections()

    def _redirections(self) -> None:
        """Those behind a compound command, with the numbers that may stand before them."""
        while True:
            token = self.tokens.peek()
            if token.text in REDIRECTIONS:
                self._redirection()
            elif token.text.isdigit() and self.tokens.script[token.end : token.end + 1] in ("<", ">"):
                self.tokens.take()
            else:
                return

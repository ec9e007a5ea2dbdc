"""Whether a text is a configuration of nginx: its braces and semicolons, and what may stand at its top.

Nothing is known of the arguments of directives, nor of blocks that are not written in nginx's own way (Lua, njs).
Sources: https://github.com/nginx/nginx/blob/3f6f7824d4e2eb1ac37dec76683d525ac0ff521c/src/core/ngx_conf_file.c;
https://nginx.org/en/docs/http/ngx_http_core_module.html ("Context"); https://nginx.org/en/docs/ngx_core_module.html.
"""

from __future__ import annotations

from mblint.facts.written.problem import Problem
from mblint.regex import regex

_TOKEN = regex(r"""[ \t\r\n]+|#[^\n]*|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|([{};])|(?:\$\{[^}\s]*\}?|\\.|[^\s{};])+""")
_OTHER_SYNTAX = regex(r"_by_lua|js_content|\bperl\b|\{\{|\{%|<%")
_HTTP_ONLY = frozenset(
    ("server", "location", "upstream", "map", "geo", "split_clients", "types", "if", "listen", "server_name", "root")
) | frozenset(
    ("proxy_pass", "proxy_set_header", "client_max_body_size", "gzip", "sendfile", "keepalive_timeout", "try_files")
).union(("index", "fastcgi_pass", "return", "rewrite", "add_header", "log_format"))
_MAIN_ONLY = frozenset(("http", "events", "stream", "mail", "worker_processes", "worker_rlimit_nofile", "pid", "user"))
_NOT_IN_HTTP = _MAIN_ONLY | frozenset(("location", "listen", "try_files", "proxy_pass", "fastcgi_pass", "return"))


def nginx_problem(text: str) -> Problem | None:
    """What is wrong with the file that nginx begins with."""
    found = _read(text)
    if isinstance(found, Problem):
        return found
    wrong = next(((name, at) for name, at in found if name in _HTTP_ONLY), None)
    if wrong is not None:
        return Problem(f'"{wrong[0]}" is not allowed outside of the block http', wrong[1])
    names = {name for name, _ in found}
    if names and names.isdisjoint(("events", "include")):
        return Problem('there is no "events" section', found[0][1])
    return None


def nginx_http_problem(text: str) -> Problem | None:
    """The same of a file that the one of the image includes in its http { }."""
    found = _read(text)
    if isinstance(found, Problem):
        return found
    wrong = next(((name, at) for name, at in found if name in _NOT_IN_HTTP), None)
    if wrong is None:
        return None
    where = "in the block http, which includes this file" if wrong[0] in _MAIN_ONLY else "outside of a block server"
    return Problem(f'"{wrong[0]}" is not allowed {where}', wrong[1])


def _read(text: str) -> Problem | list[tuple[str, int]]:
    """The directives at the top, and where they stand; or why the text is none."""
    marks = [] if _OTHER_SYNTAX.search(text) else _marks(text)
    top: list[tuple[str, int]] = []
    opened: list[int] = []
    for mark, at, first in marks:
        problem = _misplaced(mark, at, first, opened)
        if problem is not None:
            return problem
        if first is not None and not opened:
            top.append(first)
        if mark == "{" and first is not None:
            opened.append(first[1])
        elif mark == "}":
            opened.pop()
    return Problem("the block that opens here is never closed", opened[-1]) if opened else top


def _misplaced(mark: str, at: int, first: tuple[str, int] | None, opened: list[int]) -> Problem | None:
    """What a mark ends that it may not end. At the end of the text the mark is empty."""
    if mark in ("}", "") and first is not None:
        return Problem('the directive that begins here is not ended by ";"', first[1])
    if (mark in ("{", ";") and first is None) or (mark == "}" and not opened):
        return Problem("a brace or semicolon too many", at)
    return None


def _marks(text: str) -> list[tuple[str, int, tuple[str, int] | None]]:
    """Each brace and semicolon, its place, and the first word before it; none of a text that cannot be cut in words."""
    marks: list[tuple[str, int, tuple[str, int] | None]] = []
    first: tuple[str, int] | None = None
    position = 0
    while position < len(text):
        token = _TOKEN.match(text, position)
        if token is None:
            return []  # a quote that is never closed, or what is not known here
        position = token.end()
        if token[1] is not None:
            marks.append((token[1], token.start(), first))
            first = None
        elif first is None and token[0][0] not in " \t\r\n#":
            first = (token[0], token.start())
    return marks if first is None else [*marks, ("", len(text), first)]

"""The YAML parser: PyYAML's event stream by its C parser, or by its Python one where the C extension is missing.

Measured on a render of 443 kB (26,000 events): PyYAML 18 ms to import and 24 ms to parse; ruamel.yaml 30 ms and
29 ms; composing nodes and walking them is slower than reading events.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import cast

import yaml

try:
    from yaml import CBaseLoader as _EventParser
except ImportError:  # PyYAML built without libyaml
    from yaml import BaseLoader as _EventParser  # type: ignore[assignment]

# Compiled when it is needed: that takes a tenth of a whole run.
_UNPRINTABLE = "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"

NO_UTF8 = "this is not UTF-8 text"
_SENTENCES = (
    ("found character that cannot start any token", "no value can start with this character: put it in quotes"),
    (
        "mapping values are not allowed",
        "a ':' is not allowed here: is the line above not finished, or a quote missing?",
    ),
    ("did not find expected key", "expected a key of the mapping here: is the indentation right?"),
    ("did not find expected '-' indicator", "expected '-' of the list here: is the indentation right?"),
    ("did not find expected ',' or '}'", "expected ',' or '}' here: is a value with braces or a comma not in quotes?"),
    (
        "did not find expected ',' or ']'",
        "expected ',' or ']' here: is a value with brackets or a comma not in quotes?",
    ),
    ("could not find expected ':'", "expected ':' after this key"),
    ("did not find expected <document start>", "expected the end of the document here"),
    ("exceeded maximum nesting depth", "this is nested too deep to be read"),
    ("found undefined tag handle", "this tag has a prefix that nothing declares"),
)


class BrokenYaml(Exception):
    """Text that is no YAML, or YAML that kubectl refuses. `index` counts characters into the text."""

    def __init__(self, message: str, index: int) -> None:
        super().__init__(message)
        self.message = message
        self.index = index


def events(text: str) -> Callable[[], yaml.Event]:
    """A function that gives the next event of `text`; after the StreamEndEvent there is none to ask for.

    Both raise yaml.YAMLError, or UnicodeEncodeError for half a character.
    """
    return cast("Callable[[], yaml.Event]", _EventParser(text).get_event)


def broken(error: yaml.YAMLError, text: str, bracket: int | None) -> BrokenYaml:
    """The parser's error in one sentence. Where text was left open, it points at what was opened.

    `bracket` is the index of the innermost open bracket.
    """
    if not isinstance(error, yaml.MarkedYAMLError):
        found = re.search(_UNPRINTABLE, text)
        if found and "\ud800" <= found[0] <= "\udfff":
            return BrokenYaml(NO_UTF8, found.start())
        return BrokenYaml("this control character is not allowed in YAML", found.start() if found else 0)
    problem, context = error.problem or "no YAML", error.context or ""
    index = error.problem_mark.index if error.problem_mark else 0
    opened = error.context_mark.index if error.context_mark else index
    at_end = not text[index:].strip()
    if "quoted scalar" in context and (at_end or "end of stream" in problem):
        return BrokenYaml("the quote that opens here is never closed", opened)
    if bracket is not None and at_end:
        return BrokenYaml("the bracket that opens here is never closed", bracket)
    if text[index : index + 1] == "\t":
        return BrokenYaml("YAML is not indented with tabs: use blanks", index)
    for phrase, sentence in _SENTENCES:
        if phrase in problem:
            return BrokenYaml(sentence, index)
    # The Python parser quotes what it found, which may be part of a secret.
    return BrokenYaml(re.sub(r"\s*(['\"]).*\1", "", problem), index)

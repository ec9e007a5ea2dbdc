"""Whether a text is of a format, and if not, what is wrong and where: YAML, JSON, TOML, XML, and shell scripts.

YAML is judged by its grammar alone (no tag is resolved), as libyaml and its ports read it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import yaml
from msgspec import Struct

from mblint.facts.written.nginx_grammar import nginx_http_problem, nginx_problem
from mblint.facts.written.problem import Problem
from mblint.manifests.events import broken, events
from mblint.regex import regex
from mblint.settings.shell_grammar import syntax_problem

_JSON_SENTENCES = (
    ("Expecting property name", "expected a key in double quotes here: is there a comma too many?"),
    ("Expecting ',' delimiter", "expected ',' or the end of the list or mapping here"),
    ("Expecting ':' delimiter", "expected ':' after this key"),
    ("Expecting value", "expected a value here: is there a comma too many, or a word without quotes?"),
    ("Extra data", "the document ends before this"),
    ("Unterminated string", "the quote that opens here is never closed"),
    ("Invalid control character", "a line may not end, nor a tab stand, inside of quotes"),
    ("Invalid \\escape", "this is no escape that JSON knows: a backslash is written twice"),
)
_TEXT = regex(r"\A(?:[ \t]*(?:#[^\n]*)?\n|---[ \t]*\n)*(?:---)?[ \t]*([|>][+-]?\d?[+-]?)[ \t]*\n")
_KEYS = regex(r"^\s+[\w.-]+:(?:\s|$)", re.MULTILINE)


def yaml_problem(text: str) -> Problem | None:
    """What makes a text no YAML."""
    opened: list[int] = []  # of brackets
    try:
        next_event = events(text)
        while not isinstance(event := next_event(), yaml.StreamEndEvent):
            if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
                opened.append(_index(event) if event.flow_style else -1)
            elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                opened.pop()
    except yaml.YAMLError as error:
        bracket = opened[-1] if opened and opened[-1] >= 0 else None
        found = broken(error, text, bracket)
        return Problem(found.message, found.index)
    except (RecursionError, UnicodeError):
        return None
    return _in_one_text(text)


def _in_one_text(text: str) -> Problem | None:
    """A file that is YAML within a text of YAML: all of it stands behind `|`, which a template wrote once too often."""
    found = _TEXT.match(text)
    keys = _KEYS.findall(text, found.end()) if found is not None else []
    if found is None or not keys:
        return None
    return Problem(f"all of it is one text, since it begins with {found[1]}: leave that out", found.start(1))


def _index(event: yaml.Event) -> int:
    return 0 if event.start_mark is None else event.start_mark.index


class _Part(Struct):
    """A collection that is being read. `keys`: those of a mapping; None for a list."""

    keys: set[str] | None
    at_key: bool = True


def doubled_key(text: str) -> Problem | None:
    """A key that one mapping of a YAML text has twice; None for a text that is none."""
    try:
        return _doubled_key(text)
    except (yaml.YAMLError, RecursionError, UnicodeError):
        return None


def _doubled_key(text: str) -> Problem | None:
    next_event = events(text)
    parts: list[_Part] = []
    while not isinstance(event := next_event(), yaml.StreamEndEvent):
        if isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            parts.pop()
        elif isinstance(event, yaml.NodeEvent):
            if parts and parts[-1].keys is not None:
                if isinstance(event, yaml.ScalarEvent) and parts[-1].at_key and event.value != "<<":
                    if event.value in parts[-1].keys:
                        return Problem("this key stands twice in its mapping", _index(event))
                    parts[-1].keys.add(event.value)
                parts[-1].at_key = not parts[-1].at_key
            if isinstance(event, yaml.MappingStartEvent):
                parts.append(_Part(set()))
            elif isinstance(event, yaml.SequenceStartEvent):
                parts.append(_Part(None))
    return None


def json_problem(text: str) -> Problem | None:
    """What makes a text no JSON."""
    from json import JSONDecodeError, loads  # noqa: PLC0415  few renders hold a file to be judged

    try:
        loads(text)
    except JSONDecodeError as error:
        sentence = next((said for words, said in _JSON_SENTENCES if error.msg.startswith(words)), "this is no JSON")
        return Problem(sentence, error.pos)
    except RecursionError:
        return None
    return None


def toml_problem(text: str) -> Problem | None:
    """What makes a text no TOML."""
    import tomllib  # noqa: PLC0415  few renders hold TOML

    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        words = str(error)
        at = re.search(r"\(at line (\d+), column (\d+)\)", words)
        lines = text.split("\n")
        index = sum(len(line) + 1 for line in lines[: int(at[1]) - 1]) + int(at[2]) - 1 if at else len(text)
        return Problem("this is no TOML: is a quote or a bracket missing?", min(index, len(text)))
    except RecursionError:
        return None
    return None


def xml_problem(text: str) -> Problem | None:
    """What makes a text no XML. Texts with a DTD, and parts of documents, are not judged."""
    from xml.parsers import expat  # noqa: PLC0415  few renders hold XML

    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        return None
    parser = expat.ParserCreate()
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        sentences = {
            expat.errors.codes[expat.errors.XML_ERROR_TAG_MISMATCH]: "this tag does not close the one that is open",
            expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS]: "an element is never closed",
            expat.errors.codes[
                expat.errors.XML_ERROR_INVALID_TOKEN
            ]: "this is no XML: & and < are written &amp; and &lt;",
            expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_TOKEN]: "a tag is never closed",
            expat.errors.codes[expat.errors.XML_ERROR_DUPLICATE_ATTRIBUTE]: "the tag has this attribute twice",
        }
        if error.code not in sentences:
            return None
        lines = text.split("\n")
        index = sum(len(line) + 1 for line in lines[: error.lineno - 1]) + error.offset
        return Problem(sentences[error.code], min(index, len(text)))
    return None


def shell_problem(text: str) -> Problem | None:
    """What makes a text no script that a shell can read."""
    found = syntax_problem(text)
    return None if found is None else Problem(found.clause, found.index)


PROBLEMS: dict[str, Callable[[str], Problem | None]] = {
    "yaml": yaml_problem,
    "json": json_problem,
    "toml": toml_problem,
    "xml": xml_problem,
    "shell": shell_problem,
    "nginx": nginx_problem,
    "nginx-http": nginx_http_problem,
}

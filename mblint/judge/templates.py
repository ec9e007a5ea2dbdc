"""Message templates: `{field}` and `{field.inner}`, nothing else. `{{` and `}}` are literal braces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from mblint.facts.rows import Fact
from mblint.judge.values import FieldValue, value_of

_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}\n]*)\}|[{}]")
_MANIFESTS = frozenset(("remedy", "paste"))  # the fields that hold YAML to paste
_PARAGRAPHS = re.compile(r"\n[ \t]*\n")


def placeholders(template: str) -> Iterator[tuple[int, str]]:
    """The placeholders of a template with their offsets. A brace that stands alone is the placeholder ""."""
    for token in _TOKEN.finditer(template):
        if token[0] not in ("{{", "}}"):
            yield token.start(), token[1] or ""


def render(template: str, facts: Sequence[Fact]) -> str | None:
    """The text for a group of facts.

    A field stands for its different values in the order of the facts: "a, b and c". A paragraph (up to an empty
    line) with a placeholder that no fact fills is left out; None where nothing is left.
    """
    paragraphs = (_paragraph(paragraph, facts) for paragraph in _PARAGRAPHS.split(template.strip()))
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph) or None


def unwrapped(text: str) -> str:
    """The text with one line for each paragraph of sentences; manifests (indented or dashed lines) stay as they are."""
    return "\n\n".join(_unwrapped(paragraph) for paragraph in _PARAGRAPHS.split(text.strip()))


def _unwrapped(paragraph: str) -> str:
    lines = paragraph.split("\n")
    is_manifest = any(line.startswith((" ", "- ")) for line in lines)
    return paragraph if is_manifest else " ".join(lines)


def listed(words: Sequence[str]) -> str:
    """Words as people list them: "a", "a and b", "a, b and c"."""
    return " and ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def _paragraph(template: str, facts: Sequence[Fact]) -> str | None:
    parts: list[str] = []
    end = 0
    for token in _TOKEN.finditer(template):
        parts.append(template[end : token.start()])
        end = token.end()
        text = token[0][0] if token[1] is None else _field(token[1], facts)
        if not text:
            return None
        parts.append(text)
    return "".join((*parts, template[end:]))


def _field(name: str, facts: Sequence[Fact]) -> str:
    """A value is one line, whatever it holds; only remedies are manifests, of several lines."""
    words = tuple(dict.fromkeys(word for fact in facts for word in _words(value_of(fact, name))))
    return _manifests(words) if name.rpartition(".")[2] in _MANIFESTS else one_line(listed(words))


def _manifests(texts: Sequence[str]) -> str:
    """Several that can be pasted as they stand: whole objects as documents, parts of a list beneath each other."""
    if all(text.startswith("apiVersion:") for text in texts):
        return "\n---\n".join(texts)
    return "\n".join(texts) if all(text.startswith("- ") for text in texts) else listed(texts)


def one_line(text: str) -> str:
    """The text with what is not printable, line breaks first of all, written as escapes."""
    return text if text.isprintable() else "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)


def _words(value: FieldValue) -> Iterable[str]:
    if isinstance(value, tuple):
        return [str(element) for element in value]
    return [] if value is None or value == "" else [_shown(value)]


def _shown(value: str | float | bool) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return str(value)

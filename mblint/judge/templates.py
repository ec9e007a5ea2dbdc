"""Message templates: `{field}` and `{field.inner}`. `{{` and `}}` are literal braces.

`{is|are}` is the first word where the field before it stands for one value, and the second where for several. Of
objects whose kind and name are asked for side by side, each is named with its own kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from mblint.facts.rows import Fact
from mblint.judge.values import FieldValue, value_of
from mblint.regex import regex

_TOKEN = regex(r"\{\{|\}\}|\{([^{}\n]*)\}|[{}]")
_CHOICE = regex(r"([a-z]+)\|([a-z]+)")
_IDENTITY = ("object.kind", "object.name")  # as they stand side by side
_MANIFESTS = frozenset(("remedy", "paste"))  # the fields that hold YAML to paste
_PARAGRAPHS = regex(r"\n[ \t]*\n")


def placeholders(template: str) -> Iterator[tuple[int, str]]:
    """The placeholders of a template with their offsets. A brace that stands alone is the placeholder "".

    So is a choice of words before which no field stands.
    """
    fields = 0
    for token in _TOKEN.finditer(template):
        if token[0] not in ("{{", "}}") and not (fields and _CHOICE.fullmatch(token[1] or "")):
            fields += 1
            yield token.start(), "" if token[1] is None or _CHOICE.fullmatch(token[1]) else token[1]


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
    end, number = 0, 1
    for token in _TOKEN.finditer(template):
        if token.start() < end:
            continue  # the name of an object whose kind was there
        parts.append(template[end : token.start()])
        end = token.end()
        if token[1] is None:
            parts.append(token[0][0])
        elif choice := _CHOICE.fullmatch(token[1]):
            parts.append(choice[1] if number == 1 else choice[2])
        else:
            words, end = _identities(template, facts, end) if token[1] == _IDENTITY[0] else (None, end)
            words = _distinct(token[1], facts) if words is None else words
            if not (text := _text(token[1], words)):
                return None
            parts.append(text)
            number = len(words)
    return "".join((*parts, template[end:]))


def _identities(template: str, facts: Sequence[Fact], end: int) -> tuple[tuple[str, ...] | None, int]:
    """The objects, each with its kind, where the name comes right after it; and where that ends."""
    beside = f" {{{_IDENTITY[1]}}}"
    if not template.startswith(beside, end):
        return None, end
    names = dict.fromkeys(f"{fact.object.kind} {fact.object.name}".rstrip() for fact in facts)
    return tuple(names), end + len(beside)


def _distinct(name: str, facts: Sequence[Fact]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for fact in facts for word in _words(value_of(fact, name))))


def _text(name: str, words: Sequence[str]) -> str:
    """A value is one line, whatever it holds; only remedies are manifests, of several lines."""
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

"""The one writer of YAML on one line, ready to paste: what YAML would read as something else is quoted."""

from __future__ import annotations

from collections.abc import Mapping

from mblint.manifests.documents import Value
from mblint.manifests.scalars import plain
from mblint.regex import regex

_PLAIN = regex(r"[A-Za-z/_][\w./-]*|[0-9]+(?:[EPTGMK]i|m)")  # the latter: quantities
_BEGINS_PLAIN = regex(r"[A-Za-z0-9_/.]")
_WORDS = frozenset(("true", "false", "yes", "no", "on", "off", "null", "y", "n"))
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def flow(value: Value | Mapping[str, str]) -> str:
    """`{httpGet: {path: /healthz, port: 8000}, periodSeconds: 10}`."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{text(key)}: {flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(inner) for inner in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    return text(value) if isinstance(value, str) else str(value)


def text(written: str) -> str:
    """A scalar that YAML reads as this very text: quoted where it has to be, and always one printable line."""
    if _PLAIN.fullmatch(written) and written.isascii() and written.lower() not in _WORDS:
        return written
    return '"' + "".join(map(_escaped, written)) + '"'


def stands_plain(written: str, *, within_flow: bool) -> bool:
    """Whether every reader of YAML takes the text for itself where it stands without quotes."""
    begins = _BEGINS_PLAIN.match(written) is not None and any(letter.isalpha() for letter in written)
    ends = written == written.rstrip() and not written.endswith(":")
    whole = written.isascii() and written.isprintable() and ": " not in written and " #" not in written
    inside = not within_flow or not set(written) & set(",[]{}")
    return begins and ends and whole and inside and written.lower() not in _WORDS and plain(written) == written


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"

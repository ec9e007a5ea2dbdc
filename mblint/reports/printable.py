"""Text that is safe for a terminal: what could steer it, or turn its reading direction, is shown as an escape."""

from __future__ import annotations

import re

# C1 controls, DEL, bidirectional overrides and isolates, line separators, lone surrogates (undecodable bytes), and the
# byte order mark with its mirror, which XML cannot hold. RFC 8259 lets a JSON string write each of them as \uXXXX.
_BEYOND_ASCII = "\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff"
_UNSAFE = f"[\x00-\x1f{_BEYOND_ASCII}]"
_UNSAFE_IN_LINES = f"[\x00-\x09\x0b-\x1f{_BEYOND_ASCII}]"  # compiled where a format needs it: each takes a millisecond
_UNSAFE_IN_JSON = f"[{_BEYOND_ASCII}]"


def printable(text: str) -> str:
    """One line of text, with escapes (`\\x1b`, `\\n`) for everything that is not to reach a terminal."""
    return text if text.isprintable() else re.sub(_UNSAFE, _escape, text)  # nothing of the above is printable


def printable_lines(text: str) -> str:
    """The same, line breaks left as they are: for texts of more than one line."""
    return re.sub(_UNSAFE_IN_LINES, _escape, text)


def inert(line: str) -> str:
    """The line as text for CI, too: GitHub's runner obeys lines that begin with `::` or `##[`, blanks aside."""
    text = line.lstrip()
    return f"{line[: len(line) - len(text)]}\\{text}" if text.startswith(("::", "##[")) else line


def printable_json(text: str) -> str:
    """Serialised JSON that means the same; its line breaks are outside strings and stay."""
    if text.isascii() and "\x7f" not in text:
        return text  # a large graph is a hundred thousand such lines
    return re.sub(_UNSAFE_IN_JSON, lambda unsafe: f"\\u{ord(unsafe[0]):04x}", text)


def _escape(unsafe: re.Match[str]) -> str:
    return ascii(unsafe[0])[1:-1]

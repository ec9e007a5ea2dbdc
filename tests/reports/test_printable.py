"""Nothing in the input steers a terminal."""

import json
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from mblint.reports.printable import printable, printable_json, printable_lines


def steers(character: str) -> bool:
    """A control character, a surrogate, or one that turns the reading direction."""
    return unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") or unicodedata.bidirectional(character) in (
        "LRE",
        "RLE",
        "LRO",
        "RLO",
        "PDF",
        "LRI",
        "RLI",
        "FSI",
        "PDI",
    )


@given(st.text(st.characters(codec=None)))
def test_no_text_steers(text: str) -> None:
    assert not any(steers(character) for character in printable(text))
    assert not any(steers(character) for character in printable_lines(text) if character != "\n")


@given(st.text(st.characters(codec=None)))
def test_json_means_the_same_and_does_not_steer(text: str) -> None:
    safe = printable_json(json.dumps(text, ensure_ascii=False))
    assert json.loads(safe) == text
    assert not any(steers(character) for character in safe)


def test_what_is_escaped_can_be_read() -> None:
    assert printable("a\x1b[31m\r\n\u202eb ü ‹secret›") == "a\\x1b[31m\\r\\n\\u202eb ü ‹secret›"

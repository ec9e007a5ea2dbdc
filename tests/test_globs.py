"""A glob is what the standard library says it is."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mblint.globs import matches

TEXTS = st.text(alphabet="aAb.-/\n", max_size=6)


@given(text=TEXTS, glob=st.text(alphabet="aAb.-/\n*?[]!", max_size=6))
def test_matches_as_the_standard_library_does(text: str, glob: str) -> None:
    assert matches(text, glob) == fnmatchcase(text, glob)


@pytest.mark.parametrize(
    ("text", "glob", "matching"),
    [
        ("python3.12", "python*", True),
        ("python", "python*", True),
        ("aba", "ab*ba", False),  # the two ends must not share a character
        ("a.example.org", "*.example.org", True),
        ("A", "a", False),
        ("release-b", "release-?", True),
        ("ab", "[ab]*", True),
    ],
)
def test_by_example(text: str, glob: str, matching: bool) -> None:
    assert matches(text, glob) is matching

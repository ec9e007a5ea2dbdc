"""Which regular expressions a rule may have, and that none of these takes long."""

from __future__ import annotations

import re

import pytest

from mblint.judge.patterns import LONGEST, why_refused


@pytest.mark.parametrize(
    "pattern",
    [
        "x",
        "^keycloak",
        r"^[0-9]{1,3}(\.[0-9]{1,3}){3}$",
        r"(^|\.)example\.(org|com)$",
        r"^.*-redis-.*$",
        r"[a-z]+\.[a-z]+\.svc",
        r"(?i)https?://[^/]+/realms/[^/]+",
        "(?=.*a)b",
        "(?:abc)+",
    ],
)
def test_plain_patterns_are_taken(pattern: str) -> None:
    assert why_refused(pattern) is None


@pytest.mark.parametrize(
    "pattern",
    ["(a+)+$", "(a|a)*$", "(a?)*b", "(a|aa)+$", r"(\w+\s?)*$", "([a-z]*)*x", "((ab?){2,40})+", r"(a)\1", "(?=(a+)+)b"],
)
def test_what_could_run_for_ever_is_refused(pattern: str) -> None:
    assert "run for ever" in str(why_refused(pattern))


@pytest.mark.parametrize("pattern", [".*.*.*.*x", "a*a*a*a*b", "(a?){20}b", "(a{0,9}){0,9}b", "(x+y){4}"])
def test_what_could_be_slow_is_refused(pattern: str) -> None:
    assert "could be slow" in str(why_refused(pattern))


@pytest.mark.parametrize("pattern", ["^a*a*b", "a*b", r"[a-z]+\.[a-z]+\.svc", "^(?:aa)+$"])
def test_what_is_taken_ends_on_the_worst_text(pattern: str) -> None:
    assert why_refused(pattern) is None
    assert re.search(pattern, "a" * (LONGEST - 1) + "!") is None


def test_a_broken_pattern_is_an_error() -> None:
    with pytest.raises(re.error):
        why_refused("(")

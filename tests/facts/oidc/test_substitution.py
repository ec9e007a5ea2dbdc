"""Variables in realm files: which one a text is, and what a text says once they are filled."""

from __future__ import annotations

import pytest

from mblint.facts.oidc.substitution import filled_with, variable

TOLD = {"DOCS_URL": "https://docs.example.org"}


@pytest.mark.parametrize(
    ("text", "by_provider", "expected"),
    [
        ("${CLIENT_SECRET}", True, "CLIENT_SECRET"),
        ("${env.CLIENT_SECRET}", True, "CLIENT_SECRET"),
        ("$(env:CLIENT_SECRET)", True, None),
        ("$(env:CLIENT_SECRET)", False, "CLIENT_SECRET"),
        ("${CLIENT_SECRET}", False, None),
        ("x${CLIENT_SECRET}", True, None),
    ],
)
def test_a_text_that_is_nothing_but_a_variable(text: str, by_provider: bool, expected: str | None) -> None:
    assert variable(text, by_provider=by_provider) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${DOCS_URL}/*", "https://docs.example.org/*"),
        ("$(env:DOCS_URL)/*", "https://docs.example.org/*"),
        ("${OTHER:https://other.example.org}/*", "https://other.example.org/*"),
        ("${OTHER}/*", None),
        ("$(env:OTHER)", None),
        ("{{ .Env.OTHER }}", None),
        ("${client_account}", None),
        (" plain ", "plain"),
    ],
)
def test_a_text_is_filled_or_not_known(text: str, expected: str | None) -> None:
    assert filled_with(text, TOLD) == expected

"""URLs as they may stand in a setting: what is none has no parts, and is no error."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mblint.urls import port_of, split_url


@given(st.text(alphabet="htps:/[]@.:%?#a1", max_size=30))
def test_any_text_has_parts_or_none(text: str) -> None:
    parts = split_url(text)
    assert port_of(parts) is None or isinstance(port_of(parts), int)
    assert not parts.scheme or text.lower().lstrip().startswith(parts.scheme)


@pytest.mark.parametrize("text", ["https://wiki.example.org:8443/a?b#c", "//wiki/a", "wiki", ""])
def test_what_is_one_has_its_parts(text: str) -> None:
    assert split_url(text) == urlsplit(text)


@pytest.mark.parametrize("text", ["https://[", "https://[wiki]/", "https://[::1/"])
def test_what_is_none_has_no_host(text: str) -> None:
    assert split_url(text).hostname is None


@pytest.mark.parametrize(("text", "port"), [("https://wiki:90000", None), ("https://wiki:${PORT}", None), ("//w:1", 1)])
def test_a_port_is_a_number_of_a_port(text: str, port: int | None) -> None:
    assert port_of(split_url(text)) == port

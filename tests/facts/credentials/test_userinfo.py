"""User and password inside URLs and DSNs."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mblint.cluster.secrets import reveal
from mblint.facts.credentials.userinfo import userinfo


def read(text: str) -> tuple[str, str] | None:
    found = userinfo(text)
    return None if found is None else (found.user, reveal(found.password))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("postgresql://docs:pw@db:5432/docs", ("docs", "pw")),
        ("postgresql://docs:p%40w@db/docs", ("docs", "p@w")),
        ("redis://:pw@cache:6379/1", ("", "pw")),
        ("mysql+pymysql://docs:pw@db/docs?charset=utf8", ("docs", "pw")),
        ("jdbc:mysql://db/docs?user=docs&password=pw", ("docs", "pw")),
        ("docs:pw@tcp(db:3306)/docs", ("docs", "pw")),
        ("host=db user=docs password=pw", ("docs", "pw")),
        ("Server=db;Port=5432;User Id=docs;Password=pw", ("docs", "pw")),
        ("postgresql://db/docs", None),
        ("postgresql://docs@db/docs", None),
        ("postgresql://docs:@db/docs", None),
        ("postgresql://docs:p@w@db/docs", None),  # which @ ends the password is not clear
        ("postgresql://docs:p/w@db/docs", None),
        ("amqp://docs:pw@a,amqp://docs:pw@b", None),  # two URLs
        ("https://example.org/@user", None),
        ("docs@example.org", None),
        ("", None),
    ],
)
def test_a_text(text: str, expected: tuple[str, str] | None) -> None:
    assert read(text) == expected


@given(st.text(max_size=20), st.text(min_size=1, max_size=20))
def test_encoded_parts_come_back(user: str, password: str) -> None:
    text = f"postgresql://{quote(user, safe='')}:{quote(password, safe='')}@db:5432/docs"
    assert read(text) == (user, password)


@given(st.text(max_size=60))
def test_no_text_is_too_strange(text: str) -> None:
    userinfo(text)

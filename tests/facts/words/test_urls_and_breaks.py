"""URLs that are none, and variables that end in a line break."""

from __future__ import annotations

import pytest

from mblint.facts.words.line_breaks import line_breaks
from mblint.facts.words.urls import malformed_urls
from mblint.remedies.edits import Change
from tests.facts.worlds import world

POD = """
apiVersion: v1
kind: Pod
metadata: {{name: shop}}
spec:
  containers:
    - name: shop
      image: registry.example/shop:1.4
      env: [{env}]
"""


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        ("https://https://shop.example.org", "two-schemes"),
        ("http://tcp://10.0.0.1:80", "two-schemes"),
        ("postgres://postgresql://shop@db/shop", "two-schemes"),
        ("redis://cache:6379:6379/0", "two-ports"),
        ("jdbc:postgresql://db:5432:5432/shop", "two-ports"),
        ("http://shop:null/api", "no-port"),
        ("amqp://shop:pw@:5672", "no-host"),
        ("https//shop.example.org", "slashes"),
        ("http:/shop.example.org", "slashes"),
        ("https://shop.example.org/https://other", None),
        ("http://[2001:db8::1]:8080:80", None),
        ("mongodb://a:27017,b:27017/x", None),
        ("redis://:a:1:2@cache:6379", None),
        ("postgresql://shop@/shop?host=/run", None),
        ("http://:8080", None),
        ("https://https://{{ .host }}", None),
        ("docker://https://registry.example", None),
        ("unix:///run/shop.sock", None),
        ("http://", None),
    ],
)
def test_what_is_wrong_with_a_url(value: str, verdict: str | None) -> None:
    text = POD.format(env=f'{{name: A_URL, value: "{value}"}}')
    assert [row.verdict for row in malformed_urls(world(text))] == ([] if verdict is None else [verdict])


def test_a_url_is_mended_where_that_is_sure() -> None:
    (row,) = malformed_urls(world(POD.format(env='{name: A, value: "https://https://shop.example.org"}')))
    (edit,) = row.edits
    assert isinstance(edit, Change)
    assert [step.value for step in edit.patch if step.op == "replace"] == ["https://shop.example.org"]
    (ports,) = malformed_urls(world(POD.format(env='{name: A, value: "redis://cache:6379:6380"}')))
    assert ports.edits == ()


@pytest.mark.parametrize(
    ("name", "value", "verdict"),
    [
        ("DATABASE_URL", "postgresql://db/shop\\n", "address"),
        ("DB_HOST", "db\\r\\n", "address"),
        ("DB_PASSWORD", "pw\\n", "password"),
        ("SECRET_KEY", "a\\n", None),
        ("DB_HOST", "db", None),
        ("DB_HOST", "\\n", None),
        ("SEED_HOST", "a\\nb\\n", None),
    ],
)
def test_which_variables_have_no_line_break(name: str, value: str, verdict: str | None) -> None:
    text = POD.format(env=f'{{name: {name}, value: "{value}"}}')
    assert [row.verdict for row in line_breaks(world(text))] == ([] if verdict is None else [verdict])


def test_a_password_that_two_read_is_the_same_for_both() -> None:
    secret = 'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {p: "pw\\n"}\n---\n'
    env = "{name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: s, key: p}}}"
    two = POD.format(env=env) + "---" + POD.format(env=env).replace("name: shop", "name: db", 1)
    assert {row.verdict for row in line_breaks(world(secret + two))} == {"shared"}

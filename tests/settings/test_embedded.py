"""What code in an environment variable sets for certain."""

from __future__ import annotations

import pytest

from mblint.settings.embedded import read_embedded


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("define('WP_HOME', 'https://a.example.org');", {"WP_HOME": "https://a.example.org"}),
        ("define( \"A\", \"b\" ); define('C','d');", {"A": "b", "C": "d"}),
        ("// an address\ndefine('A', 'https://b.example.org'); // its own", {"A": "https://b.example.org"}),
        ("if ($x) { $y = 1; }\ndefine('A', 'b');", {"A": "b"}),
        ("if ($x) { define('A', 'b'); }", {}),
        ("if ($x)\n  define('A', 'b');", {}),
        ("if (!defined('A')) define('A', 'b');", {}),
        ("/* define('A', 'b'); */", {}),
        ("# define('A', 'b');", {}),
        ("define('A', 'https://' . $_SERVER['HTTP_HOST']);", {}),
        ('define("A", "https://$host");', {}),
        ("define('A', true);", {}),
        ("external_url 'http://a.example.org'\nnginx['listen_port'] = 80", {"external_url": "http://a.example.org"}),
        ('external_url "http://a.example.org"; nginx["a"] = 80', {"external_url": "http://a.example.org"}),
        ('external_url("http://a.example.org")', {"external_url": "http://a.example.org"}),
        ('external_url "http://#{host}"', {}),
        ("external_url 'http://a.example.org' if ENV['A']", {}),
        ("# external_url 'http://a.example.org'", {}),
        ("pages_external_url 'http://a.example.org'", {}),
    ],
)
def test_what_code_sets(text: str, found: dict[str, str]) -> None:
    leaves = read_embedded(text)
    assert {leaf.key: leaf.value for leaf in leaves} == found
    for leaf in leaves:
        assert leaf.offset is not None
        assert text[leaf.offset :].startswith(leaf.value)

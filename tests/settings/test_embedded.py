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


SIGN_INS = """
external_url 'https://code.example.org'
gitlab_rails['omniauth_providers'] = [
  # a list that is written out
  { 'name' => 'openid_connect', :args => { "issuer" => "https://id.example.org/realms/x", client_options: {
      identifier: "code", 'secret' => ENV['SECRET'], redirect_uri: "https://#{host}/callback" } } },
  { name: "saml", scopes: %w(a b), args: { key: File.read('/etc/key').strip } }
]
gitlab_rails['time_zone'] = 'UTC'
"""


def test_a_list_of_ruby_is_read_as_far_as_it_is_written_out() -> None:
    found = {leaf.key: leaf for leaf in read_embedded(SIGN_INS)}
    assert {key: leaf.value for key, leaf in found.items()} == {
        "external_url": "https://code.example.org",
        "omniauth.providers[0].name": "openid_connect",
        "omniauth.providers[0].args.issuer": "https://id.example.org/realms/x",
        "omniauth.providers[0].args.client_options.identifier": "code",
        "omniauth.providers[1].name": "saml",
    }
    issuer = found["omniauth.providers[0].args.issuer"]
    assert issuer.offset is not None
    assert SIGN_INS[issuer.offset :].startswith("https://id.example.org")


@pytest.mark.parametrize("text", ["[{ name: 'a'", "[{ name: lambda { |x| x } }]", "[] + others", "['a' 'b']"])
def test_a_list_that_is_no_plain_one_says_nothing(text: str) -> None:
    assert not [leaf for leaf in read_embedded(f"gitlab_rails['omniauth_providers'] = {text}\n") if leaf.key]

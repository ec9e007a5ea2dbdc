"""The texts of Secrets that an ExternalSecret says as templates."""

from __future__ import annotations

import json

import pytest

from mblint.cluster.secrets import reveal
from mblint.cluster.templated import asked_keys, held_entries

from .views import view


def external(name: str, template: str) -> str:
    target = f"{{name: shop-env, template: {{data: {{KEY: {json.dumps(template)}}}}}}}"
    header = f"apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {{name: {name}}}"
    return f"{header}\nspec: {{target: {target}}}\n"


def text(*documents: str) -> str | None:
    """What the Secret holds under KEY."""
    entries = held_entries(view("\n---\n".join(documents)), "Secret", "default", "shop-env")
    assert entries is not None
    known = entries["KEY"].text
    return None if known is None else reveal(known)


@pytest.mark.parametrize(
    ("template", "becomes"),
    [
        ("cache.data.svc", "cache.data.svc"),
        ("pg://{{ .user }}:{{.pw}}@pg:5432/shop", "pg://$(store:user):$(store:pw)@pg:5432/shop"),
        ('pg://shop:{{ index . "db-pw" | urlquery }}@pg', "pg://shop:$(store:db-pw)@pg"),
        ("a {{- .b -}} c", "a$(store:b)c"),
        ("a {{- .b }} c", "a$(store:b) c"),
        ("a {{ .b -}} c", "a $(store:b)c"),
        ("{{ .whole }}", None),
        ("x {{ if .a }}b{{ end }}", None),
        ("{{ `{{ .a }}` }}", None),
        ("{{ printf `%s` .a }}/x", None),
    ],
)
def test_what_a_template_becomes(template: str, becomes: str | None) -> None:
    assert text(external("shop", template)) == becomes


def test_a_secret_of_the_view_is_what_it_is() -> None:
    own = "apiVersion: v1\nkind: Secret\nmetadata: {name: shop-env}\nstringData: {KEY: own}\n"
    assert text(external("shop", "other"), own) == "own"


def test_what_two_make_is_not_known() -> None:
    two = view("\n---\n".join((external("shop", "one"), external("blog", "two"))))
    assert held_entries(two, "Secret", "default", "shop-env") is None


@pytest.mark.parametrize(
    ("template", "asked"),
    [
        ("{{ .user }}:{{ index . `db-pw` }}", [("user", 4), ("db-pw", 24)]),
        ("{{ range $h := .hosts }}{{ .name }}{{ end }}", []),
        ("{{ .a }} {{ if .b }}{{ end }}", []),
        ("plain", []),
    ],
)
def test_the_keys_that_it_asks_for(template: str, asked: list[tuple[str, int]]) -> None:
    assert list(asked_keys(template)) == asked

"""Names in annotations: by name, with a namespace, and as Traefik joins the two."""

import pytest

from mblint.facts.references.annotated import Form, names_in

THERE = (("edge", "auth"), ("edge-shop", "auth"), ("edge", "shop-auth"))


@pytest.mark.parametrize(
    ("text", "form", "named"),
    [
        ("users", "name", [("team", "users")]),
        ("a, b", "name", [("team", "a"), ("team", "b")]),
        ("edge/users", "name", []),
        ("edge/users", "qualified", [("edge", "users")]),
        ("users", "qualified", [("team", "users")]),
        ("edge-auth@kubernetescrd", "joined", [("edge", "auth")]),
        ("team-limit@kubernetescrd,x@file", "joined", [("team", "limit")]),
        ("other-shop-auth@kubernetescrd", "joined", [("other", "shop-auth")]),
        ("edge_auth@kubernetescrd", "joined", [("edge", "auth")]),
        ("else-where@kubernetescrd", "joined", []),
        ("${NAMESPACE}-auth@kubernetescrd", "joined", []),
    ],
)
def test_what_an_annotation_names(text: str, form: Form, named: list[tuple[str, str]]) -> None:
    assert list(names_in(text, form, "team", THERE)) == named

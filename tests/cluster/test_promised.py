"""Secrets that operators make, by the names and the keys that objects of the view say."""

from __future__ import annotations

import pytest

from mblint.cluster.promised import makers, promised

from .views import view


def made(*texts: str) -> dict[str, tuple[str, ...] | None]:
    return {name: each.keys for (_, _, name), each in promised(view("\n---\n".join(texts))).items()}


def external(spec: str, name: str = "shop") -> str:
    return f"apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {{name: {name}}}\nspec: {spec}\n"


def sealed(spec: str, annotations: str = "{}") -> str:
    return (
        "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\n"
        f"metadata: {{name: shop, annotations: {annotations}}}\nspec: {spec}\n"
    )


DATA = "data: [{secretKey: user, remoteRef: {key: a}}, {secretKey: password, remoteRef: {key: a}}]"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (external(f"{{{DATA}}}"), {"shop": ("user", "password")}),
        (external(f"{{target: {{name: db}}, {DATA}}}"), {"db": ("user", "password")}),
        (external(f"{{target: {{creationPolicy: Orphan}}, {DATA}}}"), {"shop": ("user", "password")}),
        (external(f"{{target: {{creationPolicy: Merge}}, {DATA}}}"), {"shop": None}),
        (external(f"{{dataFrom: [{{extract: {{key: a}}}}], {DATA}}}"), {"shop": None}),
        (external(f"{{dataFrom: [], {DATA}}}"), {"shop": ("user", "password")}),
        (external(f"{{target: {{template: {{type: Opaque}}}}, {DATA}}}"), {"shop": ("user", "password")}),
        (external(f"{{target: {{template: {{data: {{dsn: x}}}}}}, {DATA}}}"), {"shop": ("dsn",)}),
        (external("{target: {template: {data: {dsn: x}}}, dataFrom: [{extract: {key: a}}]}"), {"shop": ("dsn",)}),
        (external(f"{{target: {{template: {{mergePolicy: Replace, data: {{dsn: x}}}}}}, {DATA}}}"), {"shop": ("dsn",)}),
        (external(f"{{target: {{template: {{mergePolicy: Merge, data: {{dsn: x}}}}}}, {DATA}}}"), {"shop": None}),
        (
            external(f"{{target: {{template: {{data: {{dsn: x}}, templateFrom: [{{literal: y}}]}}}}, {DATA}}}"),
            {"shop": None},
        ),
        (external(f"{{target: {{creationPolicy: Merge, template: {{data: {{dsn: x}}}}}}, {DATA}}}"), {"shop": None}),
        (external("{}"), {"shop": None}),
        (sealed("{encryptedData: {a: x}, template: {data: {b: y}}}"), {"shop": ("a", "b")}),
        (sealed("{encryptedData: {a: x}}", '{sealedsecrets.bitnami.com/managed: "true"}'), {"shop": None}),
    ],
)
def test_the_keys_that_are_said(text: str, expected: dict[str, tuple[str, ...] | None]) -> None:
    assert made(text) == expected


def test_what_two_make_has_no_keys_to_go_by() -> None:
    texts = (external(f"{{target: {{name: db}}, {DATA}}}"), external(f"{{target: {{name: db}}, {DATA}}}", "blog"))
    assert made(*texts) == {"db": None}
    both = makers(view("\n---\n".join(texts)))["Secret", "default", "db"]
    assert [each.maker.id.name for each in both] == ["shop", "blog"]

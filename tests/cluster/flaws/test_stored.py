"""ConfigMaps and Secrets: how much they may hold, and the keys that a Secret's type needs."""

from __future__ import annotations

import pytest

from mblint.cluster.build import build_cluster
from mblint.manifests.read import read_text


def said(text: str) -> list[str]:
    return [item.message for item in build_cluster(read_text(text).documents).invalid]


def config_map(data: str) -> str:
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c}}\n{data}\n"


def secret(kind: str, data: str) -> str:
    return f"apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\ntype: {kind}\n{data}\n"


def test_a_mebibyte_is_all_that_an_object_holds() -> None:
    half = "x" * (1 << 19)
    assert said(config_map(f"data: {{a: {half}, b: {half}}}")) == []
    (message,) = said(config_map(f"data: {{a: {half}, b: {half}y}}"))
    assert "1048577 bytes together" in message


def test_characters_count_as_the_bytes_that_they_are() -> None:
    (message,) = said(config_map(f"data: {{a: {'ä' * (1 << 20)}}}"))
    assert "2097152 bytes together" in message


@pytest.mark.parametrize(
    ("kind", "data", "missing"),
    [
        ("kubernetes.io/tls", "data: {tls.crt: ''}", ["tls.key"]),
        ("kubernetes.io/tls", "data: {cert: YQ==}", ["tls.crt", "tls.key"]),
        ("kubernetes.io/tls", "data: {tls.crt: '', tls.key: ''}", []),
        ("kubernetes.io/tls", "stringData: {tls.crt: a, tls.key: b}", []),
        ("kubernetes.io/ssh-auth", "data: {key: YQ==}", ["ssh-privatekey"]),
        ("kubernetes.io/dockerconfigjson", "data: {config.json: e30=}", [".dockerconfigjson"]),
        ("Opaque", "data: {}", []),
    ],
)
def test_a_type_needs_its_keys(kind: str, data: str, missing: list[str]) -> None:
    assert said(secret(kind, data)) == [f"data[{key}] is required for the type {kind}" for key in missing]


def test_credentials_of_a_registry_are_json() -> None:
    assert said(secret("kubernetes.io/dockerconfigjson", "stringData: {.dockerconfigjson: '{}'}")) == []
    assert said(secret("kubernetes.io/dockerconfigjson", "stringData: {.dockerconfigjson: user}")) == [
        "data[.dockerconfigjson] must be JSON for the type kubernetes.io/dockerconfigjson"
    ]


def test_a_user_needs_a_name_or_a_password() -> None:
    assert said(secret("kubernetes.io/basic-auth", "stringData: {password: a}")) == []
    assert said(secret("kubernetes.io/basic-auth", "stringData: {token: a}")) != []


def test_a_token_of_an_account_says_whose() -> None:
    token = "apiVersion: v1\nkind: Secret\nmetadata: {name: a%s}\ntype: kubernetes.io/service-account-token\n"
    assert said(token % "") != []
    assert said(token % ", annotations: {kubernetes.io/service-account.name: shop}") == []

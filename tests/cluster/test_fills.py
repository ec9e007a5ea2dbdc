"""Which custom resources fill a Secret or ConfigMap: those of known kinds, and only what they name."""

from __future__ import annotations

import pytest

from mblint.cluster.fills import filler_of

from .views import view


def _filler(api_version: str, kind: str, spec: str, held: tuple[str, str, str]) -> str | None:
    text = f"apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: docs, namespace: docs}}\nspec: {spec}\n"
    found = filler_of(view(text), *held)
    return None if found is None else found.id.kind


@pytest.mark.parametrize(
    ("api_version", "kind", "spec", "name"),
    [
        ("external-secrets.io/v1", "ExternalSecret", "{target: {name: keys}}", "keys"),
        ("external-secrets.io/v1", "ExternalSecret", "{}", "docs"),
        ("bitnami.com/v1alpha1", "SealedSecret", "{encryptedData: {a: b}}", "docs"),
        ("cert-manager.io/v1", "Certificate", "{secretName: docs-tls}", "docs-tls"),
        (
            "secrets-store.csi.x-k8s.io/v1",
            "SecretProviderClass",
            "{secretObjects: [{secretName: a}, {secretName: b}]}",
            "b",
        ),
        ("secrets.hashicorp.com/v1beta1", "VaultStaticSecret", "{destination: {name: keys, create: true}}", "keys"),
        ("postgresql.cnpg.io/v1", "Cluster", "{instances: 1}", "docs-app"),
        ("acid.zalan.do/v1", "postgresql", "{users: {owner: []}}", "owner.docs.credentials.postgresql.acid.zalan.do"),
        ("acid.zalan.do/v1", "postgresql", "{}", "postgres.docs.credentials.postgresql.acid.zalan.do"),
        (
            "database.example.org/v1",
            "Bucket",
            "{writeConnectionSecretToRef: {name: bucket, namespace: docs}}",
            "bucket",
        ),
    ],
)
def test_a_kind_that_is_known_fills_what_it_names(api_version: str, kind: str, spec: str, name: str) -> None:
    assert _filler(api_version, kind, spec, ("Secret", "docs", name)) == kind


@pytest.mark.parametrize(
    ("api_version", "kind", "spec", "held"),
    [
        ("external-secrets.io/v1", "ExternalSecret", "{target: {name: keys}}", ("Secret", "docs", "docs")),
        ("external-secrets.io/v1", "ExternalSecret", "{target: {name: keys}}", ("Secret", "other", "keys")),
        ("external-secrets.io/v1", "ExternalSecret", "{target: {name: keys}}", ("ConfigMap", "docs", "keys")),
        ("traefik.io/v1alpha1", "Middleware", "{basicAuth: {secret: docs}}", ("Secret", "docs", "docs")),
        ("cert-manager.io/v1", "Certificate", "{secretName: [docs]}", ("Secret", "docs", "docs")),
    ],
)
def test_nothing_else_is_filled(api_version: str, kind: str, spec: str, held: tuple[str, str, str]) -> None:
    assert _filler(api_version, kind, spec, held) is None


def test_what_is_in_no_namespace_fills_in_all_of_them() -> None:
    text = "apiVersion: trust.cert-manager.io/v1alpha1\nkind: Bundle\nmetadata: {name: roots}\nspec: {}\n"
    assert filler_of(view(text), "ConfigMap", "anywhere", "roots") is not None


def test_a_resource_may_name_another_namespace() -> None:
    spec = "{managedSecret: {name: keys, namespace: far}}"
    assert _filler("secrets.doppler.com/v1alpha1", "DopplerSecret", spec, ("Secret", "far", "keys")) == "DopplerSecret"
    assert _filler("secrets.doppler.com/v1alpha1", "DopplerSecret", spec, ("Secret", "docs", "keys")) is None

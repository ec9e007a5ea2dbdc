"""What of a root cause is the environment's own, and what is not."""

from __future__ import annotations

import pytest

from mblint.config import Config
from mblint.fleet.own_names import alike, namespaces_in, own_names, without
from mblint.manifests.read import read_text
from mblint.pipeline import view


def names(name: str, *namespaces: str) -> tuple[str, ...]:
    text = "---\n".join(
        f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c, namespace: {namespace}}}\n" for namespace in namespaces
    )
    return own_names(name, view(read_text(text), Config()).world.cluster)


@pytest.mark.parametrize(
    ("name", "namespaces", "cause", "left"),
    [
        ("eu/prod", ["docs-prod"], "docs-prod/Deployment/web", "*/Deployment/web"),
        ("eu/prod", ["acme-web", "acme-db"], "acme-db/Service/db", "*-db/Service/db"),
        ("eu/prod", ["web-acme", "db-acme"], "db-acme/Service/db", "db-*/Service/db"),
        ("eu/prod", ["web", "db"], "db/Service/db", "db/Service/db"),
        ("eu/site017", ["web", "db"], "web-site017", "web-*"),
        ("eu/017", ["web", "db"], "web-017:017", "web-*:017"),
        ("eu/prod", ["default"], "default/Deployment/prod-web", "default/Deployment/prod-web"),
    ],
)
def test_names_of_the_environment_are_left_open(name: str, namespaces: list[str], cause: str, left: str) -> None:
    assert without((cause,), names(name, *namespaces)) == left


@pytest.mark.parametrize(
    ("cause", "left"),
    [
        ("egress-blocked\0shop/Deployment/web\0db.shop.svc", "egress-blocked\0*/Deployment/web\0db.*.svc"),
        ("unknown-service\0shop/shop", "unknown-service\0*/shop"),
        ("r\0shop-web/Deployment/shop", "r\0*/Deployment/shop"),
        ("r\0/srv/shop/data", "r\0/srv/shop/data"),
    ],
)
def test_namespaces_are_left_open_where_one_stands(cause: str, left: str) -> None:
    text = "---\n".join(
        f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c, namespace: {namespace}}}\n"
        for namespace in ("shop", "shop-web")
    )
    assert alike(cause, namespaces_in(view(read_text(text), Config()).world.cluster)) == left

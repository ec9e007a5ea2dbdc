"""ConfigMaps and Secrets that controllers copy to other namespaces."""

import pytest

from mblint.cluster.build import build_cluster
from mblint.cluster.cluster import Cluster
from mblint.manifests.read import read_text

REFLECTOR = "reflector.v1.k8s.emberstack.com"
ALLOWED = f'{REFLECTOR}/reflection-allowed: "true", {REFLECTOR}/reflection-auto-enabled: "true"'


def cluster(annotations: str, others: str = "") -> Cluster:
    original = f"""
apiVersion: v1
kind: Secret
metadata: {{name: db, namespace: data, annotations: {{{annotations}}}}}
stringData: {{password: secret}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {{name: web, namespace: shop-1}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {{name: web, namespace: office}}
---
{others}
"""
    return build_cluster(read_text(original).documents)


@pytest.mark.parametrize(
    ("annotations", "namespaces"),
    [
        ("", {"data"}),
        (ALLOWED, {"data", "shop-1", "office"}),
        (f'{ALLOWED}, {REFLECTOR}/reflection-auto-namespaces: "office"', {"data", "office"}),
        (f'{ALLOWED}, {REFLECTOR}/reflection-auto-namespaces: "shop-.*, none"', {"data", "shop-1"}),
        (f'{ALLOWED}, {REFLECTOR}/reflection-allowed-namespaces: "office"', {"data", "office"}),
        (f'{ALLOWED}, {REFLECTOR}/reflection-auto-namespaces: "shop-[0-9]+"', {"data"}),  # not followed
        (f'{REFLECTOR}/reflection-allowed: "true", {REFLECTOR}/reflection-auto-namespaces: "office"', {"data"}),
        ('replicator.v1.mittwald.de/replicate-to: "office,shop-.*"', {"data", "office", "shop-1"}),
    ],
)
def test_an_original_says_where_it_is_copied_to(annotations: str, namespaces: set[str]) -> None:
    secrets = cluster(annotations).secrets
    assert {namespace for namespace, name in secrets if name == "db"} == namespaces
    assert all("password" in secret.entries for secret in secrets.values())


@pytest.mark.parametrize("annotation", [f"{REFLECTOR}/reflects", "replicator.v1.mittwald.de/replicate-from"])
def test_a_copy_says_what_it_is_a_copy_of(annotation: str) -> None:
    copy = """
apiVersion: v1
kind: Secret
metadata: {name: copy, namespace: office, annotations: {ANNOTATION: ORIGINAL}}
""".replace("ANNOTATION", annotation)
    assert set(cluster("", copy.replace("ORIGINAL", "data/db")).secrets["office", "copy"].entries) == {"password"}
    assert set(cluster("", copy.replace("ORIGINAL", "data/other")).secrets["office", "copy"].entries) == set()


def test_what_stands_in_the_view_is_not_replaced() -> None:
    own = """
apiVersion: v1
kind: Secret
metadata: {name: db, namespace: office}
stringData: {user: me}
"""
    assert set(cluster(ALLOWED, own).secrets["office", "db"].entries) == {"user"}

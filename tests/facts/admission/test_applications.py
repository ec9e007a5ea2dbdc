"""What an AppProject of Argo CD permits: repositories, destinations and namespaces of Applications."""

from __future__ import annotations

import pytest

from mblint.facts.admission.applications import permitted_applications
from tests.facts.worlds import world


def because(
    project: str, destination: str, *, url: str = "https://git.example.org/team/shop.git", ns: str = "argocd"
) -> str:
    text = f"""
    apiVersion: argoproj.io/v1alpha1
    kind: AppProject
    metadata: {{name: team, namespace: argocd}}
    spec: {project}
    ---
    apiVersion: argoproj.io/v1alpha1
    kind: Application
    metadata: {{name: shop, namespace: {ns}}}
    spec:
      project: team
      source: {{repoURL: "{url}", path: ., targetRevision: main}}
      destination: {destination}
    """
    (row,) = permitted_applications(world(text))
    assert (row.verdict == "refused") is bool(row.because)
    return row.because


HERE = '{server: "https://kubernetes.default.svc", namespace: shop}'
ALL = 'destinations: [{namespace: "*", server: "*"}]'


@pytest.mark.parametrize(
    ("pattern", "url", "permitted"),
    [
        ("*", "https://git.example.org/a/b.git", True),
        ("https://git.example.org/a/*", "https://git.example.org/a/b.git", True),
        ("https://git.example.org/a/b", "https://GIT.example.org/a/b.git", True),
        ("https://git.example.org/*", "https://git.example.org/a/b.git", False),
        ("https://git.example.org/**", "https://git.example.org/a/b.git", True),
        ("git@git.example.org:a/*", "ssh://git@git.example.org/a/b", True),
        ("https://git.example.org/a/*", "oci://git.example.org/a/b", False),
    ],
)
def test_repositories(pattern: str, url: str, *, permitted: bool) -> None:
    assert (because(f'{{sourceRepos: ["{pattern}"], {ALL}}}', HERE, url=url) == "") is permitted


@pytest.mark.parametrize(
    ("listed", "destination", "permitted"),
    [
        ("[{namespace: shop, name: in-cluster}]", HERE, True),
        ("[{namespace: 'sh*', server: 'https://kubernetes.default.svc'}]", "{name: in-cluster, namespace: shop}", True),
        ("[{namespace: web, server: '*'}]", HERE, False),
        ("[{namespace: shop, server: 'https://10.0.0.1'}]", HERE, False),
        ("[{namespace: shop, name: far}]", '{server: "https://10.0.0.1", namespace: shop}', True),
        ("[{namespace: '!kube-system', server: '*'}]", HERE, True),
        ("[]", HERE, False),
    ],
)
def test_destinations(listed: str, destination: str, *, permitted: bool) -> None:
    assert (because(f'{{sourceRepos: ["*"], destinations: {listed}}}', destination) == "") is permitted


def test_applications_in_other_namespaces() -> None:
    assert "sourceNamespaces of the project lists none" in because(f'{{sourceRepos: ["*"], {ALL}}}', HERE, ns="shop")
    listed = f'{{sourceRepos: ["*"], sourceNamespaces: ["sh*"], {ALL}}}'
    assert because(listed, HERE, ns="shop") == ""
    assert "lists sh*" in because(listed, HERE, ns="web")

"""ConfigMaps that programs read through the Kubernetes API."""

import pytest

from .told import values

TEXT = """
apiVersion: v1
kind: ConfigMap
metadata: {name: argocd-cm}
data:
  url: https://argocd.example.org
  oidc.config: |
    issuer: https://id.example.org/realms/a
  resource.exclusions: "https://no.setting"
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: argocd-server}
spec:
  selector: {matchLabels: {app: a}}
  template:
    metadata: {labels: {app: a, app.kubernetes.io/component: COMPONENT}}
    spec:
      containers: [{name: server, image: quay.io/argoproj/argocd:v3}]
"""


@pytest.mark.parametrize(
    ("component", "expected"),
    [
        (
            "server",
            {
                "url in argocd-cm/url": "https://argocd.example.org",
                "issuer in argocd-cm/oidc.config": "https://id.example.org/realms/a",
            },
        ),
        ("repo-server", {}),
    ],
)
def test_the_program_that_reads_them_is_told_what_they_say(component: str, expected: dict[str, str]) -> None:
    assert values(TEXT.replace("COMPONENT", component)) == expected


def test_other_programs_do_not_read_them() -> None:
    assert values(TEXT.replace("COMPONENT", "server").replace("argoproj/argocd", "example/app")) == {}

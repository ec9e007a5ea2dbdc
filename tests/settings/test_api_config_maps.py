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


def test_what_a_file_takes_from_a_secret_is_told_with_its_value() -> None:
    text = TEXT.replace("COMPONENT", "server").replace("argoproj/argocd:v3", "argoproj/argocli:v3")
    text = text.replace("argocd-cm", "workflow-controller-configmap").replace("oidc.config", "sso")
    text = text.replace("    issuer:", "    clientId: {name: login, key: id}\n    issuer:")
    secret = "---\napiVersion: v1\nkind: Secret\nmetadata: {name: login}\nstringData: {id: flows}\n"
    key = "clientId in workflow-controller-configmap/sso"
    assert values(text + secret)[key] == "flows"
    assert key not in values(text)


@pytest.mark.parametrize(
    ("labels", "command", "reads"),
    [
        ("app.kubernetes.io/name: argocd-server", "", True),
        ("app.kubernetes.io/name: argocd-repo-server", "args: [argocd-repo-server]", False),
        ("app: a", "args: [/usr/local/bin/argocd-server]", True),
        ("app: a", "args: [/usr/local/bin/argocd-application-controller]", False),
    ],
)
def test_a_workload_without_the_label_is_known_by_its_name_or_its_words(labels: str, command: str, reads: bool) -> None:
    text = TEXT.replace("app.kubernetes.io/component: COMPONENT", labels)
    text = text.replace("argocd:v3}", f"argocd:v3, {command}}}" if command else "argocd:v3}")
    assert bool([key for key in values(text) if key.endswith("argocd-cm/url")]) is reads

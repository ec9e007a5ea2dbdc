"""Software behind a route that ends TLS."""

import pytest

from mblint.facts.listening.proxied import proxied
from tests.facts.worlds import world


@pytest.mark.parametrize(
    ("tag", "env", "expected"),
    [
        ("26.1", "", ["not-told"]),
        ("26.1", "{name: KC_PROXY, value: edge}", ["not-told"]),
        ("25.0.6", "{name: KC_PROXY, value: edge}", ["told"]),
        ("26.1", "{name: KC_PROXY_HEADERS, value: xforwarded}", ["told"]),
        ("26.1", '{name: KC_HOSTNAME, value: "https://id.example.org"}', []),
        ("24.0.5", "{name: KC_HOSTNAME, value: id.example.org}", []),
        ("25.0.6", "{name: KC_HOSTNAME, value: id.example.org}", ["not-told"]),
    ],
)
def test_what_tells_Keycloak_depends_on_its_version(tag: str, env: str, expected: list[str]) -> None:  # noqa: N802
    text = f"""
        apiVersion: v1
        kind: Pod
        metadata: {{name: id, labels: {{app: id}}}}
        spec: {{containers: [{{name: id, image: "quay.io/keycloak/keycloak:{tag}", args: [start], env: [{env}]}}]}}
        ---
        apiVersion: v1
        kind: Service
        metadata: {{name: id}}
        spec: {{selector: {{app: id}}, ports: [{{port: 80, targetPort: 8080}}]}}
        ---
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {{name: id}}
        spec:
          ingressClassName: nginx
          tls: [{{hosts: [id.example.org], secretName: id}}]
          rules:
            - host: id.example.org
              http: {{paths: [{{path: /, pathType: Prefix, backend: {{service: {{name: id, port: {{number: 80}}}}}}}}]}}
        """
    assert [row.verdict for row in proxied(world(text))] == expected

"""TLS and plain HTTP, on both sides of a call."""

import pytest

from mblint.facts.listening.schemes import scheme_uses
from tests.facts.worlds import world


@pytest.mark.parametrize(
    ("url", "probe", "expected"),
    [
        ("http://api/v1", "HTTP", ["agrees"]),
        ("https://api:80/v1", "HTTP", ["differs"]),
        ("http://api/v1", "HTTPS", ["differs"]),
        ("wss://api:80/v1", "HTTPS", ["agrees"]),
        ("postgresql://api:80/v1", "HTTP", []),
        ("http://api/v1", None, []),
    ],
)
def test_a_probe_proves_what_a_port_speaks(url: str, probe: str | None, expected: list[str]) -> None:
    asks = f"readinessProbe: {{httpGet: {{path: /, port: 8080, scheme: {probe}}}}}" if probe else "tty: false"
    text = f"""
        apiVersion: v1
        kind: Pod
        metadata: {{name: web}}
        spec:
          containers: [{{name: web, image: "registry.example/web:1", env: [{{name: API_URL, value: "{url}"}}]}}]
        ---
        apiVersion: v1
        kind: Pod
        metadata: {{name: api, labels: {{app: api}}}}
        spec:
          containers:
            - name: api
              image: registry.example/api:1
              {asks}
        ---
        apiVersion: v1
        kind: Service
        metadata: {{name: api}}
        spec: {{selector: {{app: api}}, ports: [{{port: 80, targetPort: 8080}}]}}
        """
    assert [row.verdict for row in scheme_uses(world(text))] == expected

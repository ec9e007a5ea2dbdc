"""What nginx hands on to an application beside it: the host, and what it says of TLS."""

from __future__ import annotations

import pytest

from mblint.facts.way.handed_on import HandedOn, handed_on
from tests.facts.worlds import world


def handed(config: str) -> tuple[HandedOn, ...]:
    lines = "\n".join(f"    {line}" for line in config.splitlines())
    view = world(
        f"""apiVersion: v1
kind: ConfigMap
metadata: {{name: conf}}
data:
  default.conf: |
{lines}
---
apiVersion: v1
kind: Pod
metadata: {{name: shop}}
spec:
  containers:
    - {{name: web, image: nginx, volumeMounts: [{{name: conf, mountPath: /etc/nginx/conf.d}}]}}
    - {{name: app, image: registry.example/shop, ports: [{{containerPort: 8000}}]}}
  volumes: [{{name: conf, configMap: {{name: conf}}}}]
"""
    )
    pod = view.cluster.workloads[0]
    return handed_on(view, pod, pod.pod.containers[0])


@pytest.mark.parametrize(
    ("config", "keeps_host", "scheme"),
    [
        ("server { listen 80; location / { proxy_pass http://127.0.0.1:8000; } }", False, None),
        (
            "server { listen 80; proxy_set_header Host $host; location / { proxy_pass http://localhost:8000; } }",
            True,
            None,
        ),
        (
            "server { listen 80; proxy_set_header Host $host;\n"
            "location / { proxy_pass http://127.0.0.1:8000; proxy_set_header X-Forwarded-Proto $scheme; } }",
            False,  # a location with a header of its own inherits none
            "http",
        ),
        (
            "server { listen 443 ssl;\n"
            "location / { proxy_pass http://127.0.0.1:8000; proxy_set_header X-Forwarded-Proto $scheme; } }",
            False,
            "https",
        ),
        (
            "server { listen 80; location / { proxy_pass http://127.0.0.1:8000;\n"
            "proxy_set_header X-Forwarded-Proto $http_x_forwarded_proto; } }",
            False,
            None,
        ),
        ("server { listen 80; location / { include uwsgi_params; uwsgi_pass unix:///run/app.sock; } }", True, None),
        (
            "upstream app { server 127.0.0.1:8000; }\n"
            "server { listen 80; location / { proxy_pass http://app; proxy_set_header Host $http_host; } }",
            True,
            None,
        ),
    ],
)
def test_what_a_location_says_counts(config: str, keeps_host: bool, scheme: str | None) -> None:
    found = handed(config)
    assert [(one.container.name, one.keeps_host, one.scheme) for one in found] == [("app", keeps_host, scheme)]


def test_the_location_for_all_paths_decides() -> None:
    config = (
        "server { listen 80;\n"
        "location /ws { proxy_pass http://127.0.0.1:8000; proxy_set_header X-Forwarded-Proto $scheme; }\n"
        "location / { proxy_pass http://127.0.0.1:8000; proxy_set_header X-Forwarded-Proto https; } }"
    )
    assert [one.scheme for one in handed(config)] == ["https"]


def test_what_is_passed_out_of_the_pod_leads_to_no_container_of_it() -> None:
    assert handed("server { listen 80; location / { proxy_pass http://shop.example.org; } }") == ()

"""What files in PHP and JavaScript say of hosts is sure where they say it once, and on no condition."""

from __future__ import annotations

import pytest

from mblint.facts.names.hosts import allowed_hosts
from tests.facts.names.served_apps import ingress
from tests.facts.worlds import world


def verdict(image: str, folder: str, file: str, text: str) -> str | None:
    """That of the route's host, for a program with one mounted file."""
    lines = "".join(f"    {line}\n" for line in text.splitlines())
    data = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: settings}}\ndata:\n  {file}: |\n{lines}---\n"
    app = f"""apiVersion: apps/v1
kind: Deployment
metadata: {{name: web}}
spec:
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      containers:
        - name: web
          image: {image}
          volumeMounts: [{{name: settings, mountPath: {folder}}}]
      volumes: [{{name: settings, configMap: {{name: settings}}}}]
---
apiVersion: v1
kind: Service
metadata: {{name: web}}
spec: {{selector: {{app: web}}, ports: [{{port: 80}}]}}
"""
    found = {row.name: row.verdict for row in allowed_hosts(world(data + app + ingress("www.example.org")))}
    return found.get("www.example.org")


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("$settings['trusted_host_patterns'] = ['^shop\\.example\\.org$'];", "missing"),
        ("$settings['trusted_host_patterns'] = ['^.+\\.example\\.org$'];", "offered"),
        ("# $settings['trusted_host_patterns'] = [];\n$settings['trusted_host_patterns'] = ['^shop$'];", "missing"),
        ("/* trusted_host_patterns */\n$settings['trusted_host_patterns'] = ['^shop$'];", "missing"),
        ("if (getenv('X')) {\n  $settings['trusted_host_patterns'] = ['^shop$'];\n}", "unknown"),
        ("$settings['trusted_host_patterns'] = ['^shop$'];\n$settings['trusted_host_patterns'][] = f();", "unknown"),
    ],
)
def test_php(statement: str, expected: str) -> None:
    assert verdict("drupal:10-apache", "/var/www/html/sites/default", "settings.php", f"<?php\n{statement}") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("export default { server: { allowedHosts: ['shop.example.org'] } }", "missing"),
        ("export default { server: { allowedHosts: ['.example.org'] } }", "offered"),
        ("export default ({ mode }) => mode ? {} : { server: { allowedHosts: ['shop.example.org'] } }", "unknown"),
        ("export default { ...shared, server: { allowedHosts: ['shop.example.org'] } }", "unknown"),
    ],
)
def test_javascript(text: str, expected: str) -> None:
    assert verdict("node:22", "/app", "vite.config.js", text) == expected

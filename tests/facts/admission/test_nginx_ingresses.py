"""Ingresses whose values are of a wrong type leave the rest of what is known of ingress-nginx as it is."""

from __future__ import annotations

import pytest

from mblint.pipeline import lint

INGRESS = """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  ingressClassName: nginx
  rules:
    - host: web.example.org
      http: {paths: [{path: /, pathType: %s, backend: {service: {name: web, port: {number: 80}}}}]}
    - host: api.example.org
      http: {paths: [{path: "/api(/|$)(.*)", pathType: Prefix, backend: {service: {name: api, port: {number: 80}}}}]}
"""


@pytest.mark.parametrize("kind", ["Prefix", "8000", "[Prefix]", "{a: b}"])
def test_a_path_type_that_is_no_text_hides_no_other_path(kind: str) -> None:
    found = [each.rule.id for each in lint(text=INGRESS % kind).findings]
    assert "nginx-ingress-refused" in found
    assert ("invalid-object" in found) is (kind != "Prefix")

"""Certificates and issuers that cannot be read: nothing is known of them, and the rest is judged all the same."""

from __future__ import annotations

import pytest

from mblint.facts.names.certificates import certificate_hosts
from mblint.facts.names.issuance import issuances
from tests.facts.worlds import world

SEEN = """
apiVersion: cert-manager.io/v1
kind: Issuer
metadata: {name: own}
spec: %(issuer)s
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: wiki}
spec: {secretName: wiki-tls, dnsNames: [wiki.example.org], commonName: wiki.example.org, issuerRef: %(ref)s}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: wiki}
spec:
  tls: [{hosts: [docs.example.org], secretName: wiki-tls}]
  rules:
    - host: docs.example.org
      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: wiki, port: {number: 80}}}}]}
"""


@pytest.mark.parametrize(
    ("issuer", "ref"),
    [
        ("true", "{name: own}"),
        ("[1]", "{name: own}"),
        ("{ca: true}", "{name: own}"),
        ("{ca: {secretName: [1]}}", "{name: own}"),
        ("{acme: 5}", "{name: own}"),
        ("{selfSigned: {}}", "true"),
        ("{selfSigned: {}}", "{name: own, kind: [Issuer]}"),
    ],
)
def test_the_hosts_of_routes_are_compared_all_the_same(issuer: str, ref: str) -> None:
    seen = world(SEEN % {"issuer": issuer, "ref": ref})
    list(issuances(seen))
    assert [row.verdict for row in certificate_hosts(seen)] == ["missing"]

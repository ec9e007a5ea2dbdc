"""The names inside a certificate: the first one's, and nothing of what is none."""

from __future__ import annotations

from textwrap import indent

import pytest

from mblint.facts.names.certificates import certificate_hosts
from mblint.facts.names.own_certificates import names_in
from tests.facts.worlds import world

CERTIFICATE = """\
-----BEGIN CERTIFICATE-----
MIIBqDCCAU6gAwIBAgIUR2Bkdon1goFk49k0PmvH8SqU7TQwCgYIKoZIzj0EAwIw
DzENMAsGA1UEAwwEc2hvcDAgFw0yNjExMjkwNjI0MjdaGA8yMTI2MTEwNTA2MjQy
N1owDzENMAsGA1UEAwwEc2hvcDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABIQ/
2nGBCW7nA11uIw5YPYnbSttVcvZTHppZOzT3nXl5tyJpvCkTcPY8FfRwbVEXecx4
FwO58Bsa75hkIX3jb4yjgYUwgYIwHQYDVR0OBBYEFHv4Q0gPVy5OXriHHeigAWQ/
NqsIMB8GA1UdIwQYMBaAFHv4Q0gPVy5OXriHHeigAWQ/NqsIMA8GA1UdEwEB/wQF
MAMBAf8wLwYDVR0RBCgwJoIQc2hvcC5leGFtcGxlLmNvbYISKi5zaG9wLmV4YW1w
bGUuY29tMAoGCCqGSM49BAMCA0gAMEUCIQD8Blz69CTuO03/NND8RCWVa9a2OhUJ
yr5BSTRru5CSQwIgU1iegmCmH47cLq6PsnXTN1BK7XIXxSsiqinRKIvEz90=
-----END CERTIFICATE-----
"""


def test_the_names_of_a_certificate() -> None:
    pytest.importorskip("cryptography")
    assert names_in(CERTIFICATE) == ("shop.example.com", "*.shop.example.com")
    assert names_in("its chain follows\n" + CERTIFICATE + CERTIFICATE) == ("shop.example.com", "*.shop.example.com")


@pytest.mark.parametrize("text", ["", "to be filled", CERTIFICATE[:200], CERTIFICATE.replace("MII", "AAA", 1)])
def test_what_is_no_certificate_has_no_names(text: str) -> None:
    assert names_in(text) is None


def hosts(host: str, annotations: str = "{}") -> dict[str, str]:
    text = f"""
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {{name: shop, annotations: {annotations}}}
spec:
  defaultBackend: {{resource: {{kind: Bucket, name: shop, apiGroup: example.org}}}}
  tls: [{{hosts: [{host}], secretName: shop-tls}}]
---
apiVersion: v1
kind: Secret
metadata: {{name: shop-tls}}
stringData:
  tls.crt: |
{indent(CERTIFICATE, "    ")}"""
    rows = list(certificate_hosts(world(text)))
    assert not any("shop.example.com" in row.says for row in rows)
    return {row.name: row.verdict for row in rows}


def test_hosts_are_held_against_the_certificate_in_their_secret() -> None:
    pytest.importorskip("cryptography")
    assert hosts("shop.example.com, eu.shop.example.com, shop.example.org") == {
        "shop.example.com": "offered",
        "eu.shop.example.com": "offered",
        "shop.example.org": "missing",
    }


def test_a_controller_may_write_another_certificate() -> None:
    pytest.importorskip("cryptography")
    assert hosts("shop.example.org", "{cert-manager.io/cluster-issuer: letsencrypt}") == {"shop.example.org": "unknown"}

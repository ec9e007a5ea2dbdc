"""Signatures that are asked, and certificates without a name."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

x509 = pytest.importorskip("cryptography.x509")

from cryptography.hazmat.primitives import hashes, serialization  # noqa: E402
from cryptography.hazmat.primitives.asymmetric import ec  # noqa: E402

from mblint.facts.names.authorities import has_signed  # noqa: E402
from mblint.facts.names.own_certificates import names_in  # noqa: E402


def made(name: str, key: ec.EllipticCurvePrivateKey, by: str, of: ec.EllipticCurvePrivateKey) -> str:
    """A certificate for a key, signed by another one."""
    subject, issuer = (x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, each)]) for each in (name, by))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2036, 1, 1, tzinfo=UTC))
        .sign(of, hashes.SHA256())
    )
    return str(certificate.public_bytes(serialization.Encoding.PEM), "ascii")


def test_an_authority_is_known_by_its_signature_and_not_by_its_name() -> None:
    own, other, leaf = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
    root, namesake = made("birds", own, "birds", own), made("birds", other, "birds", other)
    shown = made("nest", leaf, "birds", own)
    assert has_signed(root, shown)
    assert has_signed(shown, shown)
    assert has_signed(namesake + root, shown)
    assert not has_signed(namesake, shown)
    assert has_signed("nothing to read", shown)


def test_a_certificate_without_alternative_names_has_none() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    assert names_in(made("nest", key, "nest", key)) == ()

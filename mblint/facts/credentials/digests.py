"""Whether a secret is the one of which a provider has a digest: Authelia's PBKDF2, or `$plaintext$`.

Source: https://github.com/authelia/authelia/blob/master/docs/content/reference/guides/passwords.md and
https://github.com/go-crypt/crypt (base64 without padding, of which `.` stands for `+`).
"""

from __future__ import annotations

import hashlib
from base64 import b64decode
from binascii import Error

from mblint.regex import regex

_PLAIN = "$plaintext$"
_PBKDF2 = regex(r"\$pbkdf2(?:-(sha1|sha224|sha256|sha384|sha512))?\$(\d{1,7})\$([\w./+]+)\$([\w./+]+)")
_MOST = 1_000_000  # rounds, about half a second


def is_of(digest: str, secret: str) -> bool | None:
    """Whether a digest is of that secret; None for a digest that cannot be made here."""
    if digest.startswith(_PLAIN):
        return digest.removeprefix(_PLAIN) == secret
    found = _PBKDF2.fullmatch(digest)
    if found is None:
        return None if digest.startswith("$") else digest == secret
    rounds, salt, key = int(found[2]), _decoded(found[3]), _decoded(found[4])
    if not 0 < rounds <= _MOST or salt is None or not key:
        return None
    return hashlib.pbkdf2_hmac(found[1] or "sha1", secret.encode(), salt, rounds, len(key)) == key


def _decoded(text: str) -> bytes | None:
    plain = text.replace(".", "+")
    try:
        return b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except Error:
        return None

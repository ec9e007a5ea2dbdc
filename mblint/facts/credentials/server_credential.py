"""A user of a server, and the password that the server is given for it."""

from __future__ import annotations

from base64 import b64decode
from hashlib import sha256, sha512

from msgspec import Struct

from mblint.cluster.objects import KeyRef, Object
from mblint.cluster.secrets import SecretText, reveal
from mblint.manifests.documents import Place
from mblint.settings.server_table import Product

_SALT = 4  # bytes
_SHA256 = 64  # hexadecimal digits
_DIGESTS = {32: sha256, 64: sha512}  # by their length


def decoded(hashed: SecretText | None) -> bytes:
    """The bytes of a salted hash; none where it is no such text."""
    try:
        return b"" if hashed is None else b64decode(reveal(hashed), validate=True)
    except ValueError:
        return b""


def is_hash(text: str) -> bool:
    """Whether a text is a salted hash of a kind that is known here."""
    return len(decoded(SecretText(text))) - _SALT in _DIGESTS


class ServerCredential(Struct, frozen=True, eq=False):
    """A server × a user × the password that the manifests give it.

    `server`: a workload, or the custom resource that an operator makes servers of. `user`: as messages call the user,
    which is not the name itself where that stands in a Secret; `name`: the name, compared, never shown.
    `value`: None where the manifests do not say it; compared, never shown. `setting`: the name that the server reads it
    by. `place`: where the value stands; `reference`: where the server's container refers to it.
    `persistent`: what it keeps outlives its pods.
    """

    server: Object
    product: Product
    user: str
    name: SecretText
    value: SecretText | None
    setting: str
    place: Place
    container: str | None = None
    key_ref: KeyRef | None = None
    reference: Place | None = None
    persistent: bool = True
    ports: frozenset[int] = frozenset()  # by which containers beside it are told from it; empty: it is alone
    hashed: SecretText | None = None  # in place of the value: base64 of a salt of four bytes and the digest

    def is_hash_of(self, password: SecretText) -> bool:
        """Whether the server would let somebody in with a password of which it only has the hash.

        Source: https://www.rabbitmq.com/docs/passwords#computing-password-hash
        """
        if self.hashed is not None and len(reveal(self.hashed)) == _SHA256:  # without a salt: Redis's lists of users
            return sha256(reveal(password).encode()).hexdigest() == reveal(self.hashed).lower()
        both = decoded(self.hashed)
        salt, digest = both[:_SALT], both[_SALT:]
        made = _DIGESTS.get(len(digest))
        return made is not None and made(salt + reveal(password).encode()).digest() == digest

    @property
    def stored(self) -> str:
        """`volume`: kept from the first start on; another value changes nothing. `config`: read at every start."""
        return self.product.stored

    @property
    def change(self) -> str | None:
        """The statement or command that gives the user another password, with placeholders for passwords."""
        return self.product.changed(self.user if SecretText(self.user) == self.name else "USER")

    @property
    def words(self) -> str:
        """The setting, and the key of the object that the value stands in."""
        if self.key_ref is None:
            return self.setting
        return f"{self.setting} (key {self.key_ref.key} of {self.key_ref.kind} {self.key_ref.name})"

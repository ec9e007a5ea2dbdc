"""A user of a server, and the password that the server is given for it."""

from __future__ import annotations

from msgspec import Struct

from mblint.cluster.objects import KeyRef, Object
from mblint.cluster.secrets import SecretText
from mblint.manifests.documents import Place
from mblint.settings.server_table import Product


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

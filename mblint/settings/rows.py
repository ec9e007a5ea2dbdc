"""A setting: one thing a container is told, where that stands, and what its software does with it."""

from __future__ import annotations

from msgspec import Struct

from mblint.cluster.objects import Container, KeyRef, Workload
from mblint.cluster.secrets import SecretText, Text
from mblint.manifests.documents import Place
from mblint.settings.names import Origin, Role
from mblint.settings.oidc_table import OidcName


class Setting(Struct, frozen=True):
    """One effective setting of one container.

    `key`: an environment variable's name, a flag (`--redis-url`), or the key path inside a file (`database.host`).
    `value`: None where the manifests do not say it (a field reference, a key of an object outside the render).
    `place`: where the value stands (for a ConfigMap key or a file: there, not at the reference).
    `oidc`: what the table of OpenID Connect says of the name; None where it does not have it.
    """

    workload: Workload
    container: Container
    origin: Origin
    key: str
    value: Text | None
    role: Role
    oidc: OidcName | None
    place: Place
    file: str | None = None  # the path in the container that a FILE setting was read from
    key_ref: KeyRef | None = None  # the ConfigMap or Secret key it comes from
    reference: Place | None = None  # where the container refers to that key
    guessed: bool = False  # the program may never come to it, or its language is read by its words only

    @property
    def secret(self) -> bool:
        """True where the value must not be shown."""
        return isinstance(self.value, SecretText)

    @property
    def label(self) -> str:
        """The name that a message uses: the key, with the file it stands in."""
        return f"{self.key} in {self.file}" if self.file else self.key

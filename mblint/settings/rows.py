"""A setting: one thing a container is told, where that stands, and what its software does with it."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from mblint.cluster.objects import Container, KeyRef, Workload
from mblint.cluster.secrets import SecretText, Text
from mblint.manifests.documents import Place


class Role(Enum):
    """What the software does with a setting. It decides whether a host in it is a dependency."""

    CALLS = "calls"  # connects to it: backends, DSNs, API URLs, back-channel endpoints
    BROWSER = "browser"  # hands it to browsers: public base URLs, origins, redirects, served assets
    LISTENS = "listens"  # binds to it
    IDENTITY = "identity"  # only compares it: an issuer
    CONTENT = "content"  # shows or stores it: themes, links, e-mail addresses
    IMAGE = "image"  # an image reference
    UNKNOWN = "unknown"


class Origin(Enum):
    """How a setting reaches the container."""

    ENV = "env"
    ARGUMENT = "argument"  # command and args, flags and words of a shell script
    FILE = "file"  # a mounted file of a ConfigMap, Secret or projection


class Name(Struct, frozen=True):
    """A setting's name and what it is the name of a setting for. `image` and `file` are empty where there is none."""

    key: str
    origin: Origin
    image: str = ""
    file: str = ""


class Setting(Struct, frozen=True):
    """One effective setting of one container.

    `key`: an environment variable's name, a flag (`--redis-url`), or the key path inside a file (`database.host`).
    `value`: None where the manifests do not say it (a field reference, a key of an object outside the render).
    `place`: where the value stands (for a ConfigMap key or a file: there, not at the reference).
    """

    workload: Workload
    container: Container
    origin: Origin
    key: str
    value: Text | None
    role: Role
    place: Place
    file: str | None = None  # the path in the container that a FILE setting was read from
    key_ref: KeyRef | None = None  # the ConfigMap or Secret key it comes from
    reference: Place | None = None  # where the container refers to that key

    @property
    def name(self) -> Name:
        """The key with what gives it a meaning."""
        return Name(self.key, self.origin, self.container.image or "", self.file or "")

    @property
    def secret(self) -> bool:
        """True where the value must not be shown."""
        return isinstance(self.value, SecretText)

    @property
    def label(self) -> str:
        """The name that a message uses: the key, with the file it stands in."""
        return f"{self.key} in {self.file}" if self.file else self.key

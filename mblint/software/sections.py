"""The sections of a software file: one line each, from the key in the file to the struct of its entries."""

from __future__ import annotations

from typing import TypeVar

from msgspec import Struct, ValidationError, convert

from mblint.software.entries import Entry
from mblint.software.identity import ApiKey, Credentials, Login, Oidc
from mblint.software.memory import Keeps, OwnCost, SharedMemory
from mblint.software.network import (
    BasePath,
    Bodies,
    Headers,
    Health,
    Hosts,
    Links,
    Listens,
    Peers,
    ProxyHeaders,
    PublicUrl,
    WantsHttps,
    WebhookNames,
)
from mblint.software.running import (
    Chart,
    Client,
    Fills,
    Lacks,
    Literal,
    Migrates,
    Needed,
    NeedsFiles,
    Permission,
    ProbeCost,
    Profile,
    Reads,
    Refuses,
    Starts,
)
from mblint.software.storage import Creates, Data, Makes, RefusesData, Replicas, RunsAs, Seals, Steps
from mblint.software.words import Elects, Family, Follows, Keys, Options, Refers, Takes

SectionEntry = TypeVar("SectionEntry", bound=Struct)


class VersionFrom(Entry, frozen=True, kw_only=True, rename={"origin": "from"}, forbid_unknown_fields=True):
    """`version`: how an image gives the program's version: by its tag (`from: tag`), or not at all (`from: nothing`).

    `pattern`: a regular expression on the tag (see `version_of_tag`); without, a tag that begins with the version.
    """

    origin: str = "tag"
    pattern: str | None = None


SECTIONS: dict[str, type[Struct]] = {
    "version": VersionFrom,
    "listens": Listens,
    "links": Links,
    "peers": Peers,
    "webhook-names": WebhookNames,
    "health": Health,
    "public-url": PublicUrl,
    "base-path": BasePath,
    "hosts": Hosts,
    "proxy-headers": ProxyHeaders,
    "bodies": Bodies,
    "headers": Headers,
    "wants-https": WantsHttps,
    "oidc": Oidc,
    "api-key": ApiKey,
    "logins": Login,
    "creates": Creates,
    "makes": Makes,
    "credentials": Credentials,
    "data": Data,
    "versions": Steps,
    "seals": Seals,
    "refuses-data": RefusesData,
    "user": RunsAs,
    "replicas": Replicas,
    "settings": Needed,
    "refuses": Refuses,
    "takes": Takes,
    "keys": Keys,
    "refers": Refers,
    "elects": Elects,
    "follows": Follows,
    "options": Options,
    "families": Family,
    "reads": Reads,
    "literal": Literal,
    "needs-files": NeedsFiles,
    "starts": Starts,
    "lacks": Lacks,
    "migrates": Migrates,
    "costs": OwnCost,
    "keeps": Keeps,
    "shared-memory": SharedMemory,
    "profiles": Profile,
    "probe-costs": ProbeCost,
    "permissions": Permission,
    "clients": Client,
    "charts": Chart,
    "fills": Fills,
}
_KEYS = {kind: key for key, kind in SECTIONS.items()}

HEAD = ("software", "category", "images", "source", "see")  # the keys that are no section; and `examples`


class EntryError(ValueError):
    """A section that is not as its struct says."""


def key_of(kind: type[Struct]) -> str:
    """The section that entries of this type make up."""
    return _KEYS[kind]


def read_entries(kind: type[SectionEntry], value: object) -> tuple[SectionEntry, ...]:
    """The entries of a section: a list of them, or one alone. Raises EntryError."""
    rows = value if isinstance(value, list) else [value]
    try:
        return convert(rows, tuple[kind, ...])  # type: ignore[valid-type]
    except ValidationError as error:
        raise EntryError(str(error)) from error

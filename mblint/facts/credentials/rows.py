"""Rows about passwords, and about the ConfigMaps and Secrets that pods refer to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from mblint.facts.rows import Fact


class Credential(Fact, frozen=True, kw_only=True):
    """A user of a server of the render, and one client's setting that logs in as that user.

    Verdicts: agrees, differs, two-secrets (both sides take it from Secrets of other names, of which the view lacks at
    least one), unknown. `object`: the server, or the client where the server is in the context only.
    """

    about: ClassVar[str] = "credential"
    reported: ClassVar[tuple[str, ...]] = ("server", "users", "clients")
    listed: ClassVar[tuple[str, ...]] = ("users", "clients", "who")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "verdict": ("agrees", "differs", "two-secrets", "unknown"),
        "stored": ("volume", "config"),
    }

    server: str  # "default/StatefulSet/docs-database"
    users: str
    clients: str  # "default/Deployment/docs-backend"
    who: str  # the same, with the container where its pod has several
    settings: str  # the client's: "DB_PASSWORD (key password of Secret docs)"
    given: str  # the server's
    product: str  # "PostgreSQL"
    stored: str  # volume: kept from the first start on; config: read at every start
    change: str | None = None  # for `volume`: what gives a user who exists another password, with placeholders
    paste: str | None = None  # environment entries that let the clients read what the server reads
    line_break: str | None = None  # the one that has a line break at its end, where nothing else differs
    unencoded: str | None = None  # the key of a Secret whose `data` has it as it is, and not in base64
    verdict: str
    cannot: str = "cannot"  # log in: "may be unable to"
    differs: str = "is not the one that"  # or "stands in another Secret than the one that"


class Reference(Fact, frozen=True, kw_only=True):
    """What a pod refers to in a ConfigMap or Secret: one key, or all of it. One row for each place that does.

    Verdicts: exists; key-missing (the object is here, the key is not); empty-folder (the same, of a subPath, where
    the container starts with a folder in the file's place); object-missing (nothing has that name, and an
    object that nobody refers to has nearly that name and the keys asked for); object-near (the same, where no key is
    asked for, or the names differ by a whole word); optional (missing, and may be);
    unknown (not in the render: something else may make it, or add to it).
    """

    about: ClassVar[str] = "reference"
    reported: ClassVar[tuple[str, ...]] = ("kind", "name", "key", "settings")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "verdict": (
            *("exists", "key-missing", "empty-folder"),
            *("object-missing", "object-near", "object-absent", "optional", "unknown"),
        ),
        "kind": ("ConfigMap", "Secret"),
    }

    kind: str
    name: str
    key: str | None  # None: all keys
    target: str  # "key password in Secret docs"; for a missing object "Secret docs"
    settings: str  # the environment variable, or "volume config"
    verdict: str
    reason: str | None = None  # for `unknown`: why, in words
    clients: str  # the workload: "Deployment docs"
    problem: str = ""  # a clause: "there is no key password in Secret docs"
    complete: bool = False  # the user says that the view holds all objects of the kind
    keys: tuple[str, ...] = ()  # for what is missing: the keys that there are
    nearest: str | None = None  # of the keys, or of the objects, the one with the most similar name
    paste: str | None = None  # the reference with that name


class PasswordUse(Fact, frozen=True, kw_only=True):
    """A client's setting that leads to a server which may be used without a login, and whether both want a password.

    Verdicts: fits; no-password (the server wants one, and the client has none); needless (the client sends one, and the
    server has none); unknown.
    """

    about: ClassVar[str] = "password-use"
    reported: ClassVar[tuple[str, ...]] = ("client", "server", "settings", "host")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("fits", "no-password", "needless", "unknown")}

    client: str  # "Deployment board"
    server: str  # "StatefulSet redis-master"
    product: str  # "Redis"
    settings: str  # the client's: what leads there, or its password
    host: str
    given: str | None = None  # the server's setting: "--requirepass"
    brings: str  # "without a password"
    has: str  # of the server: "asks for one: --requirepass", "has none"
    example: str | None = None  # where a URL leads there, the same with a password
    only: str | None = None  # the variable by which alone the client learns the password
    by_url: bool  # a URL leads there, and not a host alone
    whole: bool = False  # a library takes the URL as it is: no other setting adds a password
    certain: bool = True  # False: the software may never connect to it
    verdict: str
    reason: str | None = None


class ListenerUse(Fact, frozen=True, kw_only=True):
    """A client's setting that leads to a listener of a broker, and whether both speak alike.

    Verdicts: fits; differs (the client says another protocol); no-login (it says none, and the listener wants a login
    or TLS); sent-on (the listener advertises an address at which the client finds nobody); unknown.
    """

    about: ClassVar[str] = "listener-use"
    reported: ClassVar[tuple[str, ...]] = ("client", "server", "settings", "host", "listener")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("fits", "differs", "no-login", "sent-on", "unknown")}

    client: str  # "Deployment orders"
    server: str  # "StatefulSet kafka"
    settings: str  # the client's that leads there
    host: str
    listener: str  # as the broker calls it: "CLIENT"
    problem: str  # a clause: "has no login, where the listener CLIENT speaks SASL_PLAINTEXT"
    certain: bool = True  # False: the software may never connect to it
    verdict: str
    reason: str | None = None


class SharedKey(Fact, frozen=True, kw_only=True):
    """A key that two parts of one program are given, one row for each pair. Verdicts: agrees, differs."""

    about: ClassVar[str] = "shared-key"
    reported: ClassVar[tuple[str, ...]] = ("setting", "partner", "key")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("agrees", "differs")}

    key: str  # "N8N_ENCRYPTION_KEY"
    setting: str  # the same, with the key of the object that it stands in
    partner: str  # "Deployment n8n"
    partner_setting: str
    verdict: str


class ApiKeyUse(Fact, frozen=True, kw_only=True):
    """The API key that a client is told for a server. Verdicts: agrees, differs, unknown."""

    about: ClassVar[str] = "api-key"
    reported: ClassVar[tuple[str, ...]] = ("client", "server", "settings", "given")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("agrees", "differs", "unknown")}

    client: str  # "Deployment bookmarks"
    server: str  # "StatefulSet meilisearch"
    product: str  # "Meilisearch"
    settings: str  # the client's, with the key of the object that it stands in
    given: str  # the server's
    makes_more: bool  # the server makes further keys on request
    verdict: str
    reason: str | None = None

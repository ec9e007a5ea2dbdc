"""Rows about names: what is asked for, and what is offered. A kind of name is a subclass with its `about`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from mblint.facts.rows import Fact


class NameRow(Fact, frozen=True, kw_only=True):
    """A name that one object asks for, held against the names that another offers.

    Verdicts: offered; missing (the list is closed, and lacks it); unknown (something may add to the list).
    `object`: who asks, or who offers where only that is linted. `place`: the name as it is asked for.
    """

    reported: ClassVar[tuple[str, ...]] = ("what", "name", "client", "server", "offered")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("offered", "missing", "unknown")}

    what: str  # "database"
    name: str  # ‹secret› where it is a Secret's
    settings: str  # what says it: "DB_NAME"
    client: str  # who asks: "Deployment docs"
    server: str  # who offers: "StatefulSet database"
    offered: tuple[str, ...] = ()
    offered_by: str | None = None  # what says those: "POSTGRES_DB"
    verdict: str
    reason: str | None = None  # for `unknown`: a clause that says why
    nearest: str | None = None  # the one offered name that differs by a slip of the hand
    guessed: bool = False  # the list is closed only as far as defaults say


class StoreName(NameRow, frozen=True, kw_only=True):
    """A database, user, virtual host, bucket or datacenter that a client asks a server of the view for."""

    about: ClassVar[str] = "store-name"
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        **NameRow.words,
        "what": ("database", "user", "account", "vhost", "bucket", "datacenter", "directory", "master", "grant"),
    }

    asks: str  # "the virtual host board"
    product: str  # "PostgreSQL"
    there_are: str  # "only board, postgres and template1", "none"
    read_from: str | None = None  # the file of definitions that has them, in place of the server's settings
    none_at_all: bool = False  # the server makes no name of this kind
    lives_in: str | None = None  # the database that has the user, who is looked for in another
    assumed: bool = False  # nobody wrote the name: it is what clients take then
    by_admin: bool = False  # the client logs in as one who may create what is missing
    certain: bool = True  # False: the software may never connect to it


class LateName(Fact, frozen=True, kw_only=True):
    """A database or user that a server is told to make, and will not: its data are there already, without it.

    Verdicts: late, unknown (something else may have made it).
    """

    about: ClassVar[str] = "late-name"
    reported: ClassVar[tuple[str, ...]] = ("product", "what", "setting")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("late", "unknown"), "what": ("database", "user")}

    verdict: str
    product: str  # "PostgreSQL"
    what: str
    name: str
    setting: str  # "POSTGRES_DB"
    kept: str  # "the claim data-shop-0"
    had: str | None = None  # the name that its data have instead
    asked: bool = False  # somebody asks for the new name
    clients: tuple[str, ...] = ()  # who does: "Deployment shop"
    reason: str | None = None


class TlsSecret(NameRow, frozen=True, kw_only=True):
    """A Secret that the TLS of a route, a gateway or a controller names. `settings`: the field that does."""

    about: ClassVar[str] = "tls-secret"

    hosts: str | None = None  # those of the entry
    lacking: str  # a clause: "which namespace shop does not have"
    unlent: bool = False  # it is there, and its namespace does not let others name it
    read_from: str | None = None  # a clause, where there is one of that name in another namespace
    only_in: str | None = None  # other namespaces that have one of that name
    certificate: str | None = None  # the one Certificate that is for these hosts, and writes another Secret
    writes: str | None = None  # that Secret
    spare: str | None = None  # a TLS Secret that nothing names, and that must be meant
    unmade: str | None = None  # why cert-manager makes none, which an annotation asks for it: a clause, "it skips …"


class CertificateHost(NameRow, frozen=True, kw_only=True):
    """A host that is called by TLS, held against the names of its certificate: the Secret's own, or what writes it.

    Routes have hosts, and webhooks the names of their Services. One verdict more: untrusted (the names fit, and the
    client is told of no authority that could have signed it).
    """

    about: ClassVar[str] = "certificate-host"
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": (*NameRow.words["verdict"], "untrusted")}

    use: str  # a clause: "Ingress shop serves shop.example.org with the Secret shop-tls"
    refusal: str  # a clause: "browsers refuse it"
    ignored: bool = False  # who calls goes on without it
    says: str  # a clause: "Certificate shop, which writes that, is made out to shop.example.com (dnsNames)"


class Issuance(Fact, frozen=True, kw_only=True):
    """A certificate that cert-manager is asked for, or the key that an Issuer signs with.

    Verdicts: issued (nothing of the view speaks against it); refused (it is never issued as it is asked for);
    other-class (it is proven by an Ingress of a class that nothing else in the view has); unknown (its issuer is not in
    the view).
    """

    about: ClassVar[str] = "issuance"
    reported: ClassVar[tuple[str, ...]] = ("asked", "issuer", "because")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("issued", "refused", "other-class", "unknown")}

    asked: str  # "a certificate for *.example.org"
    issuer: str  # "ClusterIssuer letsencrypt"
    because: str = ""  # a clause
    remedy: str = ""  # a sentence without its full stop
    verdict: str
    reason: str | None = None


class SchemaGrant(Fact, frozen=True, kw_only=True):
    """A user whom a script of the first start lets into a database of PostgreSQL, but not into its schema."""

    about: ClassVar[str] = "schema-grant"
    reported: ClassVar[tuple[str, ...]] = ("user", "database", "file", "server")
    listed: ClassVar[tuple[str, ...]] = ("user",)

    user: str  # as the script writes it: "shop", "$APP_USER"
    database: str
    file: str
    server: str  # "StatefulSet db"

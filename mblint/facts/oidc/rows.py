"""The rows about OIDC: an endpoint, a client that must be registered, a redirect URI that its client must have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from mblint.facts.rows import Fact


class OidcEndpoint(Fact, frozen=True, kw_only=True):
    """One endpoint of an OIDC relation as one setting names it, for those who use it.

    `channel`: who uses it: front (browsers), back (the pods of `caller`), compared (nobody opens it). An issuer that
    is discovered is used on both: two rows. `endpoint` "base": the provider's own address for browsers.
    `resolves`, for who uses it: see `mblint.facts.way.resolution.Resolution`.
    """

    about: ClassVar[str] = "oidc-endpoint"
    reported: ClassVar[tuple[str, ...]] = ("endpoint", "host", "url", "settings")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "endpoint": (
            *("authorization", "token", "userinfo", "jwks", "introspection", "end-session", "issuer", "discovery"),
            *("redirect", "backchannel-logout", "frontchannel-logout", "base"),
        ),
        "channel": ("front", "back", "compared"),
        "resolves": (
            *("public", "private", "reserved", "unknown", "configured"),
            *("single-label", "cluster-service", "loopback"),
            *("service", "self", "unknown-service"),
        ),
    }

    endpoint: str
    channel: str
    host: str | None  # None: no host is said
    url: str | None  # never a secret; None where only a host is given
    address: str | None = None  # the URL, or what may be shown of it
    settings: str  # the setting's label; a finding lists those of its group
    library: str
    client: str | None = None  # the client id, where the manifests show it; else the workload that is the client
    caller: str | None = None  # the workload whose pods call it: "default/StatefulSet/keycloak"
    resolves: str
    reason: str | None = None  # why it resolves so, in words
    provider: bool = False  # the provider's own setting: comes first in a finding
    may_exist: bool = False  # unknown-service: the Service may be part of a release that was not read
    only_logout: bool = False  # nothing but logout is lost where it fails
    lost_browsers: bool = False  # browsers are sent to the same setting's host, and cannot resolve it
    missing: bool = False  # required by the library, and empty
    routed: bool | None = None  # redirect: some route of the render serves it; None: not judged
    unserved: str = "host"  # what no route serves: the host, or only the path
    back: str | None = None  # redirect: what browsers are sent to, the host, or the URL where only the path counts
    agrees: bool | None = None  # with the provider's host and realm; None: nothing to compare
    expected: str | None = None  # what it should agree with
    form: str | None = None  # a sentence where they differ in the slash at the end of the issuer alone
    unfixed: str | None = None  # the provider that takes every request's own host name, where that is why they disagree


class OidcClient(Fact, frozen=True, kw_only=True):
    """The client as which an application logs in, held against the clients that its provider is given.

    Verdicts: registered; absent, empty-id, disabled, bearer-only, confidential, no-standard-flow, of-keycloak (one that
    every realm has for Keycloak's own pages), no-realm; unknown (`reason`).
    """

    about: ClassVar[str] = "oidc-client"
    reported: ClassVar[tuple[str, ...]] = ("client", "realm", "provider", "verdict", "settings")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "verdict": (
            "registered",
            "absent",
            "empty-id",
            "disabled",
            "bearer-only",
            "confidential",
            "no-standard-flow",
            "of-keycloak",
            "no-realm",
            "unknown",
        ),
    }

    client: str  # ‹secret› where the id is a Secret's
    settings: str  # the setting that has the id
    realm: str
    provider: str  # "StatefulSet keycloak"
    where: str  # what has the clients: "the realm office of StatefulSet keycloak", "Deployment dex"
    problem: str = ""  # a clause: "has no client of that id"
    verdict: str
    known: tuple[str, ...] = ()  # the clients (no-realm: the realms) that there are, as far as they may be shown
    meant: str | None = None  # the one that it must mean, though more may be added than the view shows
    by_default: bool = False  # nobody tells the application the client's id: it is the one that its program has
    reason: str | None = None


class OidcRedirect(Fact, frozen=True, kw_only=True):
    """A redirect URI that an application sends to its provider, held against those of its client."""

    about: ClassVar[str] = "oidc-redirect"
    reported: ClassVar[tuple[str, ...]] = ("url", "client", "realm", "registered", "settings")

    url: str
    settings: str  # what says the URI, or its host
    client: str
    realm: str
    where: str  # what has the client: "the realm office of StatefulSet keycloak", "Deployment dex"
    registered: tuple[str, ...] = ()
    accepted: bool | None  # None: the client's URIs are not all known
    guessed: bool = False  # the path of the callback is not known: the hosts alone decided


class OidcScope(Fact, frozen=True, kw_only=True):
    """A scope that an application asks for, held against those that its client may have.

    Verdicts: given; refused; unasked (it reads the groups of its users, and asks for scopes that do not bring them).
    """

    about: ClassVar[str] = "oidc-scope"
    reported: ClassVar[tuple[str, ...]] = ("scope", "client", "verdict", "settings")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("given", "refused", "unasked")}

    scope: str
    settings: str  # what asks for it; unasked: what reads the groups
    client: str
    where: str  # what has the client: "the realm office of StatefulSet keycloak", "Deployment dex"
    problem: str  # a clause: "has no such client scope"
    known: tuple[str, ...] = ()  # those that the client may ask for
    verdict: str


class OidcAudience(Fact, frozen=True, kw_only=True):
    """The audience that an application wants of tokens, held against those that its realm writes into them.

    Verdicts: carried; missing; unknown.
    """

    about: ClassVar[str] = "oidc-audience"
    reported: ClassVar[tuple[str, ...]] = ("audience", "verdict", "settings")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("carried", "missing", "unknown")}

    audience: str
    settings: str  # what says it: "JWT_AUDIENCE"
    where: str  # "the realm office of StatefulSet keycloak"
    problem: str  # a clause: "writes it into no token"
    known: tuple[str, ...] = ()  # the audiences that the realm's mappers add
    own: bool = False  # it is the application's own client, wanted of access tokens, too
    verdict: str
    reason: str | None = None


class OidcProof(Fact, frozen=True, kw_only=True):
    """How an application proves to be its client, held against what its provider asks for.

    Verdicts: digest (it sends the digest of the secret), no-challenge (PKCE is asked for), unchallenged (by default),
    method (the secret is sent in another way), no-secret, masked (by an export). There are rows only for what is wrong.
    """

    about: ClassVar[str] = "oidc-proof"
    reported: ClassVar[tuple[str, ...]] = ("client", "verdict", "settings")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "verdict": ("digest", "no-challenge", "unchallenged", "method", "no-secret", "masked")
    }

    client: str
    settings: str
    does: str  # a clause: "sends no PKCE challenge"
    where: str  # who refuses it: "Deployment authelia"
    wants: str  # a clause: "takes no login of that client without one"
    verdict: str

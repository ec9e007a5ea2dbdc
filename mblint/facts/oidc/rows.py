"""The row about an OIDC endpoint."""

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
    routed: bool | None = None  # redirect: some route of the render serves the host; None: not judged
    agrees: bool | None = None  # with the provider's host and realm; None: nothing to compare
    expected: str | None = None  # what it should agree with
    unfixed: str | None = None  # the provider that takes every request's own host name, where that is why they disagree

"""Rows about the addresses by which browsers and probes come: hosts that are allowed, origins that are trusted, the
address that a program is told as its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from mblint.facts.names.rows import NameRow
from mblint.facts.rows import Fact


class AllowedHost(NameRow, frozen=True, kw_only=True):
    """A host by which a program is called, held against the hosts from which it takes requests.

    `client`: what brings the requests ("Ingress docs", "its liveness probe"). `kind`: as in software files: hosts,
    pages, redirects, cookies, files. `settings`: the list.
    """

    about: ClassVar[str] = "allowed-host"
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        **NameRow.words,
        "kind": ("hosts", "pages", "redirects", "cookies", "files"),
    }

    listed: ClassVar[tuple[str, ...]] = ("name", "client")

    asks: str  # "brings requests for": between `client` and `name`
    kind: str
    software: str
    probe: str | None = None  # "liveness", "liveness and readiness": the kubelet asks, and not a browser
    own_address: bool = False  # the probe names no host: the kubelet writes the pod's address
    none_allowed: bool = True  # none of the hosts that lead to the program is in the list
    there_are: str  # "lists only docs.example.org", "is not set"
    otherwise: str  # a clause: "it answers 400 Bad Request"
    file: str | None = None  # of the web server before it, which writes that host into the header itself


class TrustedOrigin(NameRow, frozen=True, kw_only=True):
    """An origin of pages, held against those from which a program takes forms (csrf) or calls of scripts (origins).

    Verdicts: offered; no-origin (the entry has no scheme, or a path: `problem`); unserved (no route of the view serves
    the entry's host); missing (its own pages are at an origin that is not in the list); unknown.
    """

    about: ClassVar[str] = "trusted-origin"
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        **NameRow.words,
        "verdict": ("offered", "no-origin", "unserved", "missing", "unknown"),
        "kind": ("csrf", "origins"),
    }

    kind: str
    says: str  # a clause on the list: "lists docs.example.org, which has no scheme"
    problem: str | None = None  # "has no scheme", "has a path", "ends in a slash"
    otherwise: str  # a clause: "it answers its forms with 403 Forbidden"


class PublicAddress(Fact, frozen=True, kw_only=True):
    """The address that a program is told as its own, where a route leads to it.

    Verdicts: right; missing; misspelt (nearly the name is set: `nearest`); wrong-form (a URL without a scheme, or one
    where a host belongs); bare-host (so it is, under a name that may be somebody else's); loopback (the browser's own
    machine); unrouted-host (no route of the view serves it); port-of-pods (its host is right, and its port one that
    only pods and Services have); stray-port (its routes lead to another port of the program); cluster-name (of a
    Service, told to browsers); unrouted-path; unrouted-below (a path below it, for others, is not served);
    plain (http, while browsers come by https); unknown.
    """

    about: ClassVar[str] = "public-url"
    reported: ClassVar[tuple[str, ...]] = ("software", "settings", "value", "hosts", "verdict")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "verdict": (
            *("right", "missing", "misspelt", "wrong-form", "bare-host", "port-of-pods", "stray-port", "cluster-name"),
            *("loopback", "unrouted-host", "unrouted-path", "unrouted-below", "plain", "unknown"),
        ),
    }

    software: str
    settings: str
    value: str | None = None  # ‹secret› where it is a Secret's
    hosts: tuple[str, ...]  # of the routes that lead to it
    default: str | None = None  # what it takes without
    otherwise: str  # a clause: "its logins end at localhost"
    verdict: str
    logs_in: bool = False  # it sends browsers to a provider, which compares the address
    breaks: bool = False  # plain: its pages break by it, not its links alone
    links_alone: bool = False  # nothing but the links that it writes comes of it
    by_name: bool = False  # the program is not known: the setting's name says what it is
    sample: bool = False  # its host is one of samples, which nobody has
    says: str  # a clause on the setting: "is not set, so it takes http://localhost:3000/ for its own address"
    nearest: str | None = None  # the host, or the name of the setting, that is nearly it
    reason: str | None = None


class WantedHttps(Fact, frozen=True, kw_only=True):
    """A program that serves browsers by HTTPS alone, and how they come.

    Verdicts: plain (by HTTP, and the view says that no TLS ends before it); untold (by HTTP, as far as the view shows).
    """

    about: ClassVar[str] = "https-wanted"
    reported: ClassVar[tuple[str, ...]] = ("software", "settings", "host", "verdict")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("plain", "untold")}

    software: str
    settings: str  # what says so: "N8N_SECURE_COOKIE"
    says: str  # a clause: "N8N_SECURE_COOKIE is not set"
    by: str  # "Ingress app"
    host: str | None
    to: str = ""  # with which value of the setting it takes plain HTTP, too
    otherwise: str  # a clause: "nobody stays logged in"
    verdict: str

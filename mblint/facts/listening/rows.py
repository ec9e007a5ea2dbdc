"""Rows about what listens at the other end of a call, and what it speaks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from mblint.facts.rows import Fact


class UsedPort(Fact, frozen=True, kw_only=True):
    """A port of a container that probes or Services use. Verdicts: listened not-listened unknown.

    `object`: the workload, or the Service where only that names the port. `known_by`: what says where it listens:
    `setting` or `software`.
    """

    about: ClassVar[str] = "used-port"
    reported: ClassVar[tuple[str, ...]] = ("workload", "port", "listens_on", "users")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "verdict": ("listened", "not-listened", "unknown"),
        "known_by": ("setting", "software"),
    }

    workload: str  # "default/Deployment/web"
    port: int
    users: tuple[str, ...]  # "the liveness probe", "the Service web"
    declared: bool = False  # the container names the port among its own
    verdict: str
    reason: str | None = None  # for unknown: why
    listens_on: tuple[str, ...] = ()  # "9090 (SERVER_PORT)", "80 (as Nextcloud does)"
    known_by: str | None = None


class LoopbackPort(Fact, frozen=True, kw_only=True):
    """A port that a container binds to the loopback address of its pod alone, and who else uses it.

    Verdicts: within (nobody from outside the pod), cut-off (somebody does), unknown.
    """

    about: ClassVar[str] = "loopback-port"
    reported: ClassVar[tuple[str, ...]] = ("port", "users", "because")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("within", "cut-off", "unknown")}

    port: int
    because: str  # a clause: "--bind says 127.0.0.1:8000"
    instead: str  # what to write: "0.0.0.0 in place of 127.0.0.1"
    users: tuple[str, ...] = ()  # "the liveness probe", "the Service files"
    said: bool  # somebody says the address, and it is no default
    probed: bool  # the kubelet is among those who use it
    verdict: str
    reason: str | None = None  # for unknown: why


class ProbeAnswer(Fact, frozen=True, kw_only=True):
    """An httpGet probe of a container whose software is known: does the path answer there?

    Verdicts: answered off not-there other-port other-path other-scheme needs-login unknown. `off`: a setting has to
    switch it on.
    """

    about: ClassVar[str] = "probe-answer"
    reported: ClassVar[tuple[str, ...]] = ("probe", "path", "port", "software", "answers_at")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "verdict": (
            "answered",
            "off",
            "not-there",
            "other-port",
            "other-path",
            "other-scheme",
            "needs-login",
            "unknown",
        ),
    }

    probe: str  # "liveness"
    software: str  # "Keycloak 25"
    path: str
    port: int
    verdict: str
    answer: str | None = None  # a clause: what the kubelet gets instead
    reason: str | None = None  # for unknown: why
    answers_at: str | None = None  # where it answers: "/health/ready on port 9000"
    needs: str | None = None  # the setting that switches it on: "KC_HEALTH_ENABLED=true"
    by_framework: bool = False  # a setting of its framework says so, and no file of its software


class RoutedPath(Fact, frozen=True, kw_only=True):
    """A path that a route hands on to a program that serves its pages below one path.

    Verdicts: answered, not-there, taken-off (the route takes the path off, below which alone the program serves),
    asks-at-root (it takes the path off, and the pages do not know of it), unknown. `object`: the program's workload.
    """

    about: ClassVar[str] = "routed-path"
    reported: ClassVar[tuple[str, ...]] = ("software", "route", "path", "serves_at", "handed")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "verdict": ("answered", "not-there", "taken-off", "asks-at-root", "unknown"),
    }

    software: str
    route: str  # "Ingress web"
    path: str  # "/grafana"
    serves_at: str  # "/"
    said: bool  # a setting says where it serves
    setting: str  # that would say it
    to: str  # what it would have to say
    handed: str  # where the route's requests come to the program; "" where nobody knows
    says: str  # what comes of a path that is taken off, as a clause
    verdict: str
    reason: str | None = None  # for unknown: why


class BodyLimit(Fact, frozen=True, kw_only=True):
    """What an Ingress of nginx lets through to a program of which it is known how large a request it takes, or needs.

    Verdicts: enough, less. `object`: the program's workload.
    """

    about: ClassVar[str] = "body-limit"
    reported: ClassVar[tuple[str, ...]] = ("route", "lets", "setting", "verdict")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("enough", "less")}

    route: str  # "Ingress web"
    lets: str  # "1 MB", "8m"
    lets_by: str  # what says so, as a clause
    says: str  # what the program takes or needs, as a clause
    setting: str  # that says it; "" where it is its daily work
    annotation: str  # by which the route would let more through
    needed: bool  # by its daily work
    verdict: str


class SchemeUse(Fact, frozen=True, kw_only=True):
    """A call to a pod port of which it is known on both sides what they speak: with TLS or without, or a protocol of
    their own. Verdicts: agrees differs."""

    about: ClassVar[str] = "scheme"
    reported: ClassVar[tuple[str, ...]] = ("caller", "speaks", "server", "port", "server_speaks")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("agrees", "differs")}

    caller: str  # "default/Deployment/web", "Ingress web"
    said_by: str  # what says how it calls: "API_URL", "backend-protocol"
    speaks: str  # "HTTPS (TLS, https://)", "no TLS", "MySQL's protocol"
    server: str  # "default/Deployment/api"
    port: int  # of its pods
    server_speaks: str  # "TLS for those who ask"
    because: str  # a clause: what says so
    certain: bool  # nothing of it is a guess by name
    verdict: str


class Proxied(Fact, frozen=True, kw_only=True):
    """Known software behind a route that ends TLS: is it told?

    Verdicts: told; not-told; overwritten (it believes what the proxy says, and a web server between says http);
    unknown.
    """

    about: ClassVar[str] = "proxied"
    reported: ClassVar[tuple[str, ...]] = ("software", "route", "host", "setting")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("told", "not-told", "overwritten", "unknown")}

    software: str  # "Keycloak 26.1"
    route: str  # "Ingress web"
    host: str | None  # the first that the route serves
    setting: str  # what would tell it
    to: str
    otherwise: str  # a clause: what happens without
    says: str  # a clause with what happens: "Keycloak 26.1 is not told to believe it: …"
    over: str | None = None  # the file of the web server that writes X-Forwarded-Proto anew
    verdict: str
    reason: str | None = None  # for unknown: why


class SignIn(Fact, frozen=True, kw_only=True):
    """A route that lets in whoever another address vouches for, and the route that serves that address.

    `object`: the route of the sign-in address. Verdicts: free loops.
    """

    about: ClassVar[str] = "sign-in"
    reported: ClassVar[tuple[str, ...]] = ("route", "url", "guarded")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("free", "loops")}

    route: str  # that serves the sign-in address: "Ingress auth"
    url: str
    guarded: str  # that sends browsers there: "Ingress shop"
    verdict: str


class AskedHost(Fact, frozen=True, kw_only=True):
    """A route whose ForwardAuth asks a sign-in by a host that Traefik itself serves.

    Verdicts: lost (the sign-in is told its own host); kept (something may have Traefik trust its own pods).
    """

    about: ClassVar[str] = "asked-host"
    reported: ClassVar[tuple[str, ...]] = ("url", "route", "verdict")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("lost", "kept")}

    url: str
    route: str  # that leads to the sign-in: "Ingress authelia"
    service: str  # by which Traefik could ask it
    verdict: str


class Crossing(Fact, frozen=True, kw_only=True):
    """Something in another namespace that an IngressRoute names, and that its Traefik does not take from there."""

    about: ClassVar[str] = "crossing"
    reported: ClassVar[tuple[str, ...]] = ("named", "server")

    named: str  # "Middleware edge/auth"
    server: str  # "Deployment traefik"


class ProbeHost(Fact, frozen=True, kw_only=True):
    """A probe or a hook that calls another host than its own pod. Verdicts: node (a loopback address), service."""

    about: ClassVar[str] = "probe-host"
    reported: ClassVar[tuple[str, ...]] = ("probe", "host")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("node", "service"), "kind": ("probe", "hook")}

    probe: str  # "The liveness probe", "The preStop hook"
    kind: str
    host: str  # "localhost"
    leads: str  # what the kubelet calls: "the node, and not the pod"
    verdict: str


class MutualTls(Fact, frozen=True, kw_only=True):
    """A call that meets pods of Istio's mesh which take nothing but mutual TLS.

    Verdicts: agrees; refused (the client does not speak it, and says so); refused-perhaps (its Namespace asks for no
    proxy, as far as its manifest says).
    """

    about: ClassVar[str] = "mutual-tls"
    reported: ClassVar[tuple[str, ...]] = ("who", "server", "policy")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("agrees", "refused", "refused-perhaps")}

    who: str  # "Deployment worker (SHOP_URL)"
    server: str  # "port 8080 of Deployment shop/shop"
    policy: str  # "PeerAuthentication shop/default"
    because: str  # a clause: "it has no proxy of the mesh (Namespace jobs does not ask for one)"
    verdict: str

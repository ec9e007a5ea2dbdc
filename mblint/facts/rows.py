"""What a fact is: a typed row about one object, with the places that it was derived from.

A row's fields are what rules may ask for and messages may show, by their names. A field is a string, a number, a
boolean, None (unknown, left out), a tuple of strings, or a small frozen struct of those (`startup.low`).
No field may hold the value of a Secret.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from msgspec import Struct

from mblint.cluster.objects import ObjectId
from mblint.manifests.documents import Place


class Related(Struct, frozen=True):
    """The other side of a finding: a sentence about a further place ("the policy that decides", "also set here")."""

    message: str
    place: Place
    object: ObjectId | None = None


class Fact(Struct, frozen=True, kw_only=True):
    """What every row has.

    `object`: what the fact is about; ignores match on it. `place`: the value at fault.
    `shared_by`: objects that inherit the same configuration (Jobs of a Deployment): named, not judged again,
    as `Kind/name` or `Kind/name (container)`, in the namespace of `object`.
    """

    about: ClassVar[str]  # the kind, as rule files name it
    reported: ClassVar[tuple[str, ...]]  # the fields that reports carry as `facts`
    listed: ClassVar[tuple[str, ...]] = ("settings",)  # fields of which a finding reports what all its facts say
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {}  # fields with a closed vocabulary: rules may ask for no other

    object: ObjectId
    container: str | None = None
    place: Place
    related: tuple[Related, ...] = ()
    shared_by: tuple[str, ...] = ()
    linted: bool = True  # False: the object is from --context, never reported


class InvalidObjectFact(Fact, frozen=True, kw_only=True):
    """An object that is not what its kind requires. `consequence`: a sentence (no full stop) on what was left out."""

    about: ClassVar[str] = "invalid-object"
    reported: ClassVar[tuple[str, ...]] = ("reason",)

    reason: str
    consequence: str


class UnusedIgnore(Fact, frozen=True, kw_only=True):
    """An ignore that silenced nothing, expired, or names no rule. Made by `findings`, which alone can know."""

    about: ClassVar[str] = "unused-ignore"
    reported: ClassVar[tuple[str, ...]] = ("rule", "origin", "reason_unused")

    rule: str  # as the ignore names it
    origin: str  # "config", "annotation"
    reason_unused: str  # a clause after "because": "no finding of this rule matches it", "it expired on 2027-03-01"


class Dependency(Fact, frozen=True, kw_only=True):
    """A container × a destination that its settings call. One row for each setting.

    Verdicts: allowed egress-denied ingress-denied service-port-only address-only no-service no-port no-pods self
    external external-denied unknown.
    """

    about: ClassVar[str] = "dependency"
    reported: ClassVar[tuple[str, ...]] = ("host", "port", "pod_port", "server", "settings")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "verdict": (
            "allowed",
            "egress-denied",
            "ingress-denied",
            "service-port-only",
            "address-only",
            "no-service",
            "no-port",
            "no-pods",
            "self",
            "external",
            "external-denied",
            "unknown",
        ),
        "protocol": ("TCP", "UDP", "SCTP"),
    }

    client: str  # "default/Deployment/docs-backend"
    settings: str  # the setting's label; a finding lists those of its group
    host: str
    port: int | None
    protocol: str = "TCP"
    pod_port: int | None = None
    service: str | None = None  # "default/keycloak-keycloak"
    server: str | None = None  # the workload behind it, as ObjectId prints
    verdict: str
    reason: str | None = None  # for `unknown`, `self`, `no-*`: why, in words
    named_target: str | None = None  # a target port by name that no selected pod has
    policies: tuple[str, ...] = ()  # names of the policies that decide
    nearest_miss: str | None = None  # the rule that would have matched but for one thing
    decided_by: str | None = None  # the rule that allows: "rule 2 of docs-backend"
    hard: bool = True  # False: the setting names it, but software may never connect (a test image, a disabled feature)
    oidc: bool = False  # an OIDC endpoint: its host is judged by the oidc-* rules
    # What messages and fixes show. Peers are YAML flow mappings, ready to paste below `to:` or `from:`:
    # {podSelector: {matchLabels: {app: web}}}, with a namespaceSelector where the other side is in another namespace.
    server_peer: str | None = None  # selects the server's pods (the Service's own selector is the best choice)
    client_peer: str | None = None  # selects the client's pods
    service_ports: tuple[str, ...] = ()  # what the Service does have: "80", "9187 (metrics)"
    service_selector: str | None = None  # as a flow mapping: {app: web}
    nearest_service: str | None = None  # for no-service: the most similar name, "default/web"


class DnsNeed(Fact, frozen=True, kw_only=True):
    """A client that must resolve names, and whether its egress lets it ask (`allowed`, `egress-denied`, `unknown`)."""

    about: ClassVar[str] = "dns"
    reported: ClassVar[tuple[str, ...]] = ("hosts", "ports")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("allowed", "egress-denied", "unknown")}

    client: str
    hosts: tuple[str, ...]
    ports: tuple[int, ...]
    verdict: str
    policies: tuple[str, ...] = ()


class ServiceMember(Fact, frozen=True, kw_only=True):
    """A Service that selects pods of a Job or CronJob beside those of a long-running workload."""

    about: ClassVar[str] = "service-member"
    reported: ClassVar[tuple[str, ...]] = ("service", "server", "jobs")
    listed: ClassVar[tuple[str, ...]] = ("jobs",)

    service: str
    server: str
    jobs: str


class TargetPort(Fact, frozen=True, kw_only=True):
    """A Service port with a named target port that a dependency or a route uses. Verdicts: ok missing unknown.

    `missing`: no pod that the Service selects has a container port of that name.
    """

    about: ClassVar[str] = "target-port"
    reported: ClassVar[tuple[str, ...]] = ("service", "port", "target", "users")
    listed: ClassVar[tuple[str, ...]] = ("users",)
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("ok", "missing", "unknown")}

    service: str  # "default/web"
    port: int
    target: str
    users: str  # "Ingress web", "docs-backend (API_URL)"
    has: tuple[str, ...]  # the names that the pods do have
    verdict: str


class Credential(Fact, frozen=True, kw_only=True):
    """A user of a server of the render, and one client's setting that logs in as that user.

    Verdicts: agrees differs unknown. `object`: the server, or the client where the server is in the context only.
    """

    about: ClassVar[str] = "credential"
    reported: ClassVar[tuple[str, ...]] = ("server", "users", "clients")
    listed: ClassVar[tuple[str, ...]] = ("users", "clients")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "verdict": ("agrees", "differs", "unknown"),
        "stored": ("volume", "config"),
    }

    server: str  # "default/StatefulSet/docs-database"
    users: str
    clients: str  # "default/Deployment/docs-backend"
    settings: str  # the client's: "DB_PASSWORD (key password of Secret docs)"
    given: str  # the server's
    product: str  # "PostgreSQL"
    stored: str  # volume: kept from the first start on; config: read at every start
    change: str | None = None  # for `volume`: what gives a user who exists another password, with placeholders
    paste: str | None = None  # environment entries that let the clients read what the server reads
    verdict: str


class Reference(Fact, frozen=True, kw_only=True):
    """What a pod refers to in a ConfigMap or Secret: one key, or all of it. One row for each place that does.

    Verdicts: exists; key-missing (the object is here, the key is not); object-missing (nothing has that name, and an
    object that nobody refers to has nearly that name and the keys asked for); optional (missing, and may be);
    unknown (not in the render: something else may make it, or add to it).
    """

    about: ClassVar[str] = "reference"
    reported: ClassVar[tuple[str, ...]] = ("kind", "name", "key", "settings")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "verdict": ("exists", "key-missing", "object-missing", "optional", "unknown"),
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
    keys: tuple[str, ...] = ()  # for what is missing: the keys that there are
    nearest: str | None = None  # of the keys, or of the objects, the one with the most similar name
    paste: str | None = None  # the reference with that name


class OidcEndpoint(Fact, frozen=True, kw_only=True):
    """One endpoint of an OIDC relation as one setting names it, for those who use it.

    `channel`: who uses it: front (browsers), back (the pods of `caller`), compared (nobody opens it). An issuer that
    is discovered is used on both: two rows. `endpoint` "base": the provider's own address for browsers.
    `resolves`, for who uses it: see `mblint.facts.calls.hosts.Resolution`.
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


class Change(Fact, frozen=True, kw_only=True):
    """What an upgrade does to an object: one row for each field that cannot change, and one for all that can.

    Verdicts: refused (by the API server), recreated (deleted and created anew), changed, added, removed.
    `object` and `place` are of NEW; those of what is removed, of OLD.
    """

    about: ClassVar[str] = "change"
    reported: ClassVar[tuple[str, ...]] = ("fields", "paths")
    listed: ClassVar[tuple[str, ...]] = ("fields",)
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "verdict": ("refused", "recreated", "changed", "added", "removed"),
    }

    verdict: str
    fields: str = ""  # the field that cannot change: "spec.serviceName"
    paths: tuple[str, ...] = ()  # what differs: "spec.template.spec.containers[app].image"
    changes: tuple[str, ...] = ()  # the same for people, shortened, with values that may be shown
    reason: str | None = None  # what the API server answers
    remedy: str | None = None  # what to do instead, with the command
    old_name: str | None = None  # where the object has a new name
    live: bool = False  # OLD comes from an API server, not from a render


class Rotation(Fact, frozen=True, kw_only=True):
    """A user of a server that keeps its passwords, in OLD and in NEW.

    Verdicts: rotated (the server is given another password, and keeps the old one), kept, unknown. `evidence` that it
    will be so: live (OLD is what runs), manifests (renders are applied as they are), renders (`helm upgrade` may not).
    """

    about: ClassVar[str] = "rotation"
    reported: ClassVar[tuple[str, ...]] = ("server", "users", "clients")
    listed: ClassVar[tuple[str, ...]] = ("users",)
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "verdict": ("rotated", "kept", "unknown"),
        "evidence": ("live", "manifests", "renders"),
    }

    verdict: str
    server: str  # "default/StatefulSet/docs-database"
    users: str
    key: str  # the server's setting: "POSTGRES_PASSWORD (key password of Secret docs)"
    product: str  # "PostgreSQL"
    kept_in: str  # "its volume", "its database"
    clients: tuple[str, ...] = ()  # workloads that will be refused
    change: str | None = None  # what gives the user another password, with placeholders for passwords
    secret: str | None = None  # the Secret's name
    values: str | None = None  # the value of the chart that pins it: "postgresql.auth.password"
    restarted: tuple[str, ...] = ()  # workloads of which nothing changes but annotations, for this Secret's sake
    evidence: str
    applied_with: str | None = None  # "helm upgrade", where that may keep the password after all


class Estimate(Struct, frozen=True):
    """A quantity that a model gives in three values."""

    low: float
    typical: float
    high: float


class Span(Struct, frozen=True):
    """A smallest and a largest number."""

    min: int
    max: int


class ProbeWindow(Fact, frozen=True, kw_only=True):
    """A probe of a container, and the start-up that it has to wait for. Seconds count from the container's start.

    `worker-timeout` is no probe: after that many seconds gunicorn's master kills a worker that is not up yet.
    `covers`: the largest value of the start-up that the window is long enough for; None: nothing to compare (no model,
    another probe decides, an exec command that costs nothing).
    """

    about: ClassVar[str] = "probe"
    reported: ClassVar[tuple[str, ...]] = ("probe", "window_seconds", "startup_seconds", "workers")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "probe": ("liveness", "readiness", "startup", "worker-timeout"),
        "handler": ("httpGet", "tcpSocket", "grpc", "exec", "none"),
        "covers": ("nothing", "low", "typical", "high"),
        "evidence": ("observed", "measured", "class", "documented", "estimated"),
    }

    probe: str
    handler: str
    port: str | None = None
    missing_port: str | None = None  # a port by name that the container does not have
    has_ports: tuple[str, ...] = ()  # the names that it does have
    window_seconds: float | None = None  # guaranteed, whatever the phase of the kubelet's ticker
    budget_seconds: float | None = None  # as the documentation counts
    startup_seconds: Estimate | None = None
    workers: int | None = None
    runtime: str | None = None
    evidence: str | None = None
    source: str | None = None  # what the numbers of the model rest on
    covers: str | None = None
    outcome: str | None = None  # "is killed", "may be killed", as certain as the numbers are
    limited: bool = False  # the container has a CPU limit
    unbounded: bool = False  # the number of workers is that of the node's cores
    needs: str | None = None  # the sum: "4 workers × 2.5 CPU s × 2 / 0.5 CPU ≈ 40 s (22–76 s)"
    gives: str | None = None  # the window: "liveness kills at 30 s (10 + 2×10)"
    enough: str | None = None  # "A startupProbe with periodSeconds 10 and failureThreshold 9 covers 76 s"
    remedy: str | None = None  # YAML to paste into the container


class WorkerMemory(Fact, frozen=True, kw_only=True):
    """The memory limit of a container, and what its workers need: with the fewest and with the most of them.

    `short_of`: `fewest` (even those do not fit), `most`, None (all fit, or there is nothing to compare).
    """

    about: ClassVar[str] = "worker-memory"
    reported: ClassVar[tuple[str, ...]] = ("limit_mib", "need_mib", "workers")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "short_of": ("fewest", "most"),
        "evidence": ("observed", "measured", "class", "documented", "estimated"),
    }

    limit_mib: int
    need_mib: Span
    workers: Span
    runtime: str
    evidence: str
    source: str | None = None
    short_of: str | None = None
    unbounded: bool = False  # the number of workers is that of the node's cores
    needs: str  # the sum: "126 + 3 × 113 ≈ 466 MiB for 3 children, 126 + 9 × 113 ≈ 1145 MiB for 9 children"
    holds: str  # "holds 5 of 9 children"
    remedy: str | None = None  # YAML to paste into the container

"""Rows about calls: what containers call, the names that they must resolve for it, the ports that calls lead to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from mblint.facts.rows import Fact


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
    untranslated: int | None = None  # a headless Service: the pods' port that its own port does not lead to
    nearest_miss: str | None = None  # the rule that would have matched but for one thing
    unseen_labels: str | None = None  # all that it may lack, and nobody knows: "team=shop of the namespace web"
    by_default: str | None = None  # the policies that isolate ingress only because they have no policyTypes
    from_node: str | None = None  # for ingress-denied: that the client's packets come from the address of its node
    decided_by: str | None = None  # the rule that allows: "rule 2 of docs-backend"
    hard: bool = True  # False: the setting names it, but software may never connect (a test image, a disabled feature)
    oidc: bool = False  # an OIDC endpoint: its host is judged by the oidc-* rules
    # What messages and fixes show. Peers are YAML flow mappings, ready to paste below `to:` or `from:`:
    # {podSelector: {matchLabels: {app: web}}}, with a namespaceSelector where the other side is in another namespace.
    server_peer: str | None = None  # selects the server's pods (the Service's own selector is the best choice)
    client_peer: str | None = None  # selects the client's pods
    service_ports: tuple[str, ...] = ()  # what the Service does have: "80", "9187 (metrics)"
    service_selector: str | None = None  # as a flow mapping: {app: web}
    # For no-service: the name that is not there, the most similar one, whether only that can be meant (a slip of one or
    # two letters, in one namespace, with the port that is called), and what led from the host to the name.
    missing: str | None = None  # "default/keycloack"
    nearest_service: str | None = None  # "default/keycloak"
    slip: bool = False
    through: str | None = None  # "the ExternalName of the Service default/logs, logs.tenant.svc.cluster.local"
    no_pod: str | None = None  # "the Service default/redis has no pod named redis-3"
    placeholder: str | None = None  # the host, where nobody has filled it in: CHANGEME, SMTP_HOST


class NginxName(Fact, frozen=True, kw_only=True):
    """The name of a Service that nginx looks up while it runs, and does not find.

    Verdicts: docker (its resolver is Docker's); no-resolver; short (the name lacks the cluster's domain).
    """

    about: ClassVar[str] = "nginx-name"
    reported: ClassVar[tuple[str, ...]] = ("host", "file", "full", "verdict")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("docker", "no-resolver", "short")}

    settings: str
    host: str
    file: str
    full: str  # the whole name: "api.default.svc.cluster.local"
    because: str  # a clause
    verdict: str


class ExternalName(Fact, frozen=True, kw_only=True):
    """What a Service of that type is another name for.

    Verdicts: name address; controller (an address that only the controllers of Ingresses use, which ask no DNS).
    """

    about: ClassVar[str] = "external-name"
    reported: ClassVar[tuple[str, ...]] = ("name",)
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("name", "address", "controller")}

    name: str  # "db.example.org"
    verdict: str


class ProxiedCall(Fact, frozen=True, kw_only=True):
    """A call by HTTP to a Service, from a container that is told of a proxy outside of the cluster.

    Verdicts: excepted (NO_PROXY names its host), proxied.
    """

    about: ClassVar[str] = "proxied-call"
    reported: ClassVar[tuple[str, ...]] = ("host", "setting", "proxy")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("excepted", "proxied")}

    host: str  # "api"
    setting: str  # "API_URL"
    proxy: str  # the name of its variable: "HTTP_PROXY"
    exceptions: str  # a clause: "NO_PROXY does not name it"
    verdict: str


class DnsNeed(Fact, frozen=True, kw_only=True):
    """A client that must resolve names, and whether its egress lets it ask.

    Verdicts: allowed, egress-denied, unseen-label (only if a namespace carries a label that no cluster sets by itself),
    node-resolver (it asks the node's resolver for names of Services), unknown. `scope`: "the view" where no client of
    it gets to DNS, else the client.
    """

    about: ClassVar[str] = "dns"
    reported: ClassVar[tuple[str, ...]] = ("hosts", "ports")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "verdict": ("allowed", "egress-denied", "unseen-label", "node-resolver", "unknown")
    }

    client: str
    hosts: tuple[str, ...]
    ports: tuple[int, ...]
    verdict: str
    scope: str = ""
    label: str | None = None  # for unseen-label: "name=kube-system"
    of_all: int | None = None  # the clients of the view, where none of them gets to DNS
    policies: tuple[str, ...] = ()
    asks_node: str | None = None  # for node-resolver, a clause: "it is on the network of the node (hostNetwork)"
    right_policy: str | None = None  # the dnsPolicy with which it asks the cluster's DNS
    reason: str | None = None


class TargetPort(Fact, frozen=True, kw_only=True):
    """A Service port with a named target port. Verdicts: ok missing unknown.

    `missing`: no pod that the Service selects has a container port of that name.
    """

    about: ClassVar[str] = "target-port"
    reported: ClassVar[tuple[str, ...]] = ("service", "port", "target", "users")
    listed: ClassVar[tuple[str, ...]] = ("users",)
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("ok", "missing", "unknown")}

    service: str  # "default/web"
    port: int
    target: str
    users: str  # "Ingress web", "docs-backend (API_URL)"; "whoever calls it" where the view shows nobody
    used: bool  # the view shows who uses it
    whole: bool  # no port of the Service leads to a pod
    has: tuple[str, ...]  # the names that the pods do have
    verdict: str


class CalledReplica(Fact, frozen=True, kw_only=True):
    """A client's setting that leads to a Service behind which a primary and its replicas answer."""

    about: ClassVar[str] = "called-replica"
    reported: ClassVar[tuple[str, ...]] = ("client", "service", "primary", "replica")

    client: str  # "Deployment shop"
    settings: str
    host: str
    service: str
    primary: str
    replica: str
    certain: bool = True  # False: the software may never connect to it

"""Rows about calls that no setting of a container makes: of routes, the API server, Prometheus, and to the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from mblint.facts.rows import Fact

VERDICTS = (
    "allowed",
    "egress-denied",
    "ingress-denied",
    "service-port-only",
    "address-only",
    "no-service",
    "no-port",
    "no-pods",
    "unknown",
)


class Called(Fact, frozen=True, kw_only=True):
    """What all of them say: who calls because of which object, and what becomes of it. Verdicts as of a dependency."""

    reported: ClassVar[tuple[str, ...]] = ("caller", "service", "port", "pod_port", "server")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": VERDICTS, "protocol": ("TCP", "UDP", "SCTP")}

    caller: str  # "the ingress controller", "the API server", "Traefik (edge/Deployment/traefik)"
    by: str  # the object because of which it calls: "Ingress web"
    service: str | None = None  # "default/web"
    to: str  # the same with the port as it is written: "default/web on port http"
    asked_port: str | None = None  # a number or a name
    port: int | None = None  # of the Service
    protocol: str = "TCP"
    pod_port: int | None = None
    server: str | None = None
    verdict: str
    reason: str | None = None
    because: str | None = None  # what is not there, or who does not let it through, as a clause
    policies: tuple[str, ...] = ()
    nearest_miss: str | None = None
    decided_by: str | None = None
    client_peer: str | None = None  # what messages and fixes show: see `Dependency`
    service_ports: tuple[str, ...] = ()
    service_selector: str | None = None
    nearest_service: str | None = None


class RouteCall(Called, frozen=True, kw_only=True):
    """A route × a Service and port that it leads to."""

    about: ClassVar[str] = "route-call"
    reported: ClassVar[tuple[str, ...]] = (*Called.reported, "requests")

    requests: tuple[str, ...] = ()  # "shop.example.org/media"
    unused_service: str | None = None  # for no-service: a Service of almost that name that nothing leads to
    of_own_namespace: str | None = None  # for ingress-denied: a rule would let it in if it ran in this very namespace
    meant_port: str | None = None  # for no-port: the Service's port that leads to the pods' port of that number or name


class AuthRequest(Called, frozen=True, kw_only=True):
    """An Ingress × the Service that ingress-nginx asks about its requests (`auth-url`).

    Verdicts: short-name where the name of the Service is one that nginx cannot look up.
    """

    about: ClassVar[str] = "auth-request"
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {**Called.words, "verdict": (*VERDICTS, "short-name")}

    host: str = ""  # as it is written
    full: str | None = None  # for short-name: the name that nginx can look up


class WebhookCall(Called, frozen=True, kw_only=True):
    """A webhook, an aggregated API or a conversion × the Service that the API server calls for it."""

    about: ClassVar[str] = "webhook-call"
    reported: ClassVar[tuple[str, ...]] = (*Called.reported, "name")

    name: str = ""  # of the webhook
    ignored: bool = False  # failurePolicy: Ignore
    effect: str = ""  # what becomes of requests, as a clause


class ResourceCall(Called, frozen=True, kw_only=True):
    """An address of a Service in a custom resource, which its controller or pods that it makes call."""

    about: ClassVar[str] = "resource-call"
    reported: ClassVar[tuple[str, ...]] = (*Called.reported, "field")

    field: str = ""  # "spec.url"


class ScrapeCall(Called, frozen=True, kw_only=True):
    """A monitor's endpoint, or a scrape annotation × the Services or pods that it selects.

    Verdicts: no-service where it selects none, no-pods where it selects no pod, or those of its Services; not-taken
    where no Prometheus of the view takes the monitor.
    """

    about: ClassVar[str] = "scrape-call"
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {**Called.words, "verdict": (*VERDICTS, "not-taken")}

    of_pods: bool = False  # it selects pods, and no Services
    mend: str | None = None  # a sentence, where it selects nothing, or leads to what is not there
    has_ports: tuple[str, ...] = ()  # for no-port: the names that are there
    there: tuple[str, ...] = ()  # for no-service, no-pods: what could be selected: "shop/web with app: web"


class PeerCall(Fact, frozen=True, kw_only=True):
    """The pods of a workload × a port by which the members of their cluster look for each other.

    Verdicts: allowed, egress-denied, ingress-denied, unknown.
    """

    about: ClassVar[str] = "peer-call"
    reported: ClassVar[tuple[str, ...]] = ("software", "port")
    listed: ClassVar[tuple[str, ...]] = ("port",)
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "verdict": ("allowed", "egress-denied", "ingress-denied", "unknown")
    }

    software: str
    port: int
    way: str  # "in", "out": which side does not let it through
    policies: tuple[str, ...] = ()
    otherwise: str  # a sentence: what happens where they do not get there
    nearest_miss: str | None = None
    verdict: str
    reason: str | None = None


class ApiCall(Fact, frozen=True, kw_only=True):
    """A workload whose pods call the Kubernetes API.

    Verdicts: allowed, egress-denied, service-port-only (443 alone is let out, and the server listens on another port),
    private-left-out (only to addresses that are not private), unknown.
    """

    about: ClassVar[str] = "api-call"
    reported: ClassVar[tuple[str, ...]] = ("client", "ports", "signs")
    listed: ClassVar[tuple[str, ...]] = ("signs",)
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "verdict": ("allowed", "egress-denied", "service-port-only", "private-left-out", "unknown")
    }

    client: str
    signs: tuple[str, ...]  # why it is known to call: "its service account web is bound to Role web"
    sure: bool  # False: all that shows it is a Role to read such objects as any chart lets its pods read
    calls: str  # "calls", "may call"
    ports: tuple[int, ...]  # on which API servers listen
    verdict: str
    reason: str | None = None
    policies: tuple[str, ...] = ()
    left_out: str | None = None  # the private addresses, where all blocks leave them out
    network_policies: tuple[str, ...] = ()  # of these, by whose they are
    cilium_policies: tuple[str, ...] = ()


class WithoutPods(Fact, frozen=True, kw_only=True):
    """A Service that selects no pod, and who leads to it. One row for each call of a setting; else one row.

    `outside`: its own type, or a monitor, leads to it. Routes and webhooks have rows of their own (`RouteCall`).
    """

    about: ClassVar[str] = "without-pods"
    reported: ClassVar[tuple[str, ...]] = ("host", "port", "pod_port", "server", "settings")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"caller": ("setting", "outside", "monitor", "nobody")}

    caller: str
    client: str | None = None
    says: str  # who gets no answer: "default/Deployment/web calls api:80 (API_URL)"
    service: str
    host: str | None = None
    port: int | None = None
    pod_port: int | None = None
    server: str | None = None
    settings: str | None = None
    service_selector: str | None = None
    nearest_workload: str | None = None  # agrees in all labels but one: "Deployment web has app: shop"


class Attachment(Fact, frozen=True, kw_only=True):
    """A route of the Gateway API × a Gateway that it names, or a backend in another namespace; a VirtualService × its
    Gateways; a route of Traefik × its entry points; a Gateway's listener × a certificate in another namespace.

    Verdicts: taken, refused (the Gateway is in the view, and does not take it), no-gateway (there is one of almost that
    name), no-entry-point (the Traefik of the view has none of these), not-granted (no ReferenceGrant), unknown.
    """

    about: ClassVar[str] = "attachment"
    reported: ClassVar[tuple[str, ...]] = ("route", "gateway")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "verdict": ("taken", "refused", "no-gateway", "no-entry-point", "not-granted", "unknown")
    }

    route: str  # "HTTPRoute web"
    gateway: str  # "edge/edge"
    verdict: str
    because: str | None = None  # as a clause
    nearest_gateway: str | None = None


class RoutedSubset(Fact, frozen=True, kw_only=True):
    """A subset of a Service that a VirtualService of Istio sends requests to.

    Verdicts: defined; undefined (the DestinationRules of that host in the view lack it); no-rule (the view has the
    Service, and no DestinationRule for it); no-pods (no pod of the Service has its labels); unknown.
    """

    about: ClassVar[str] = "routed-subset"
    reported: ClassVar[tuple[str, ...]] = ("host", "subset", "defined")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "verdict": ("defined", "undefined", "no-rule", "no-pods", "unknown")
    }

    host: str
    subset: str
    defined: tuple[str, ...] = ()  # the subsets that there are
    because: str = ""  # a clause: "no DestinationRule of shop has it"
    verdict: str
    reason: str | None = None


class NamesRule(Fact, frozen=True, kw_only=True):
    """An egress rule of Cilium for names (toFQDNs) × the pods of the view that it selects.

    Verdicts: learned (their DNS goes through Cilium's proxy); never-learned (a rule lets their DNS out past it, and
    none through it); no-dns (no rule of the view says anything of their DNS).
    """

    about: ClassVar[str] = "names-rule"
    reported: ClassVar[tuple[str, ...]] = ("names", "pods", "by")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("learned", "never-learned", "no-dns")}

    names: str  # "api.example.org, *.example.net"
    pods: tuple[str, ...]  # whose DNS does not go through the proxy: "Deployment shop"
    by: str | None  # what lets their DNS out: "CiliumNetworkPolicy dns"
    verdict: str


class OwnWebhook(Fact, frozen=True, kw_only=True):
    """An admission webhook that judges new pods × the pods behind its own Service.

    Verdicts: spares-itself; judges-itself (its own pods need its answer before they are there); unknown.
    """

    about: ClassVar[str] = "own-webhook"
    reported: ClassVar[tuple[str, ...]] = ("name", "pods")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("spares-itself", "judges-itself", "unknown")}

    name: str
    pods: tuple[str, ...]  # "Deployment shop"
    namespace: str
    verdict: str
    reason: str | None = None

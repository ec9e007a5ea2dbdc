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
    lacks: str | None = None  # for no-*: what is not there, as a clause
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
    meant_port: str | None = None  # for no-port: the Service's port that leads to the pods' port of that number or name

"""Probes of the prometheus-operator: Prometheus asks a prober, a blackbox exporter, about addresses or Ingresses.

A prober's URL is taken by Prometheus as it stands, so that only a name with a namespace says which Service it is.
Source: https://docs.redhat.com/en/documentation/openshift_container_platform/4.18/html/monitoring_apis/probe-monitoring-coreos-com-v1
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from mblint.cluster.objects import Object
from mblint.cluster.policies.labels import read_selector
from mblint.cluster.policies.objects import Selector
from mblint.cluster.policies.selectors import selects
from mblint.cluster.web_ports import WEB_PORTS
from mblint.facts.callers.call import Backend
from mblint.facts.callers.monitors import GROUP, Monitor, unsure
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.manifests.nodes import Node
from mblint.manifests.partial import read_parts


class Prober(Struct, frozen=True):
    """A Probe, the host and port of its prober, and the Ingresses that it selects, if it does."""

    held: Object
    host: str
    port: int
    place: Place
    ingresses: Monitor | None


def probers(world: World) -> Iterator[Prober]:
    """Those of the view; one with parts that cannot be read is left out."""
    for held in world.cluster.of_kind("Probe", GROUP):
        found, partial = read_parts(held.node, lambda node, held=held: _prober(held, node))  # type: ignore[misc]
        if found is not None and not partial.flaws:
            yield found


def _prober(held: Object, node: Node) -> Prober | None:
    prober, ingress = node.get("spec").get("prober"), node.get("spec").get("targets").get("ingress")
    host, _, port = (prober.get("url").text() or "").partition(":")
    usual = WEB_PORTS.get((prober.get("scheme").text() or "http").lower(), 80)
    if not host or (port and not port.isdecimal()):
        return None
    return Prober(
        held=held,
        host=host.lower().rstrip("."),
        port=int(port) if port else usual,
        place=prober.get("url").place,
        ingresses=None if ingress.absent else _selected(held, ingress),
    )


def _selected(held: Object, ingress: Node) -> Monitor:
    within, selector = ingress.get("namespaceSelector"), ingress.get("selector")
    return Monitor(
        held=held,
        of_pods=False,
        selector=read_selector(selector) or Selector({}, ()),
        selector_at=selector.place,
        namespaces=None if within.get("any").boolean() else within.get("matchNames").texts() or (held.id.namespace,),
        endpoints=(),
    )


def service_of(world: World, prober: Prober) -> Backend | None:
    """The Service that the prober's host names, with its namespace; None where it does not say so."""
    name = prober.host.removesuffix(f".{world.cluster.domain}")
    labels = name.removesuffix(".svc").split(".")
    told = name.endswith(".svc") or labels[-1] in world.cluster.namespaces
    return Backend(labels[1], labels[0]) if len(labels) == 2 and told else None


def selects_nothing(world: World, prober: Prober) -> bool:
    """Whether it selects Ingresses, and the view has none that it could."""
    wanted = prober.ingresses
    if wanted is None or unsure(world, wanted) is not None:
        return False
    return not any(
        route.id.kind == "Ingress"
        and (wanted.namespaces is None or route.id.namespace in wanted.namespaces)
        and selects(wanted.selector, route.labels)
        for route in world.cluster.routes
    )

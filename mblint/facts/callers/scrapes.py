"""Calls of Prometheus: what ServiceMonitors, PodMonitors and Probes ask for, and what annotations do.

Prometheus finds pods through the API, and calls them at their own ports. It is a pod outside the view, or one of those
of the view that collect metrics.
Sources: https://prometheus-operator.dev/docs/api-reference/api/ ,
https://github.com/prometheus/prometheus/blob/main/documentation/examples/prometheus-kubernetes.yml

Long because monitors, Probes and annotations end in the same row, and share how it is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from msgspec.structs import replace

from mblint.cluster.engine.strangers import Stranger
from mblint.cluster.objects import ContainerPort, Object, Service, Workload
from mblint.cluster.policies.objects import Selector
from mblint.cluster.remembered import remembered
from mblint.cluster.services import members, named_ports, services_in
from mblint.facts.callers.call import Backend, Call, Caller, Pods
from mblint.facts.callers.called import Traced, called
from mblint.facts.callers.called_rows import ScrapeCall
from mblint.facts.callers.controllers import scrapers
from mblint.facts.callers.judged import best, judged
from mblint.facts.callers.monitor_takers import not_taken
from mblint.facts.callers.monitors import (
    Asked,
    Monitor,
    elsewhere,
    monitors,
    selected_pods,
    selected_services,
    unsure,
    what_is_there,
)
from mblint.facts.callers.probers import Prober, probers, selects_nothing, service_of
from mblint.facts.edits.callers import scraped_port, selected
from mblint.facts.rows import Related
from mblint.facts.world import World
from mblint.manifests.documents import Place

PROMETHEUS = Caller("Prometheus", Stranger.POD)
Scrape = Traced[ScrapeCall]
_SHOWN = 3
_SCRAPE, _PORT = "prometheus.io/scrape", "prometheus.io/port"
_RANK = ("allowed", "unknown", "address-only", "service-port-only", "egress-denied", "ingress-denied", "no-pods")


def scrape_calls(world: World) -> tuple[ScrapeCall, ...]:
    """The rows: monitors in their order, then annotations."""
    return tuple(one.row for one in traced_scrapes(world))


@remembered
def traced_scrapes(world: World) -> tuple[Scrape, ...]:
    """The rows, and what they were made of."""
    return (*_monitored(world), *_probed(world), *_annotated(world))


def _monitored(world: World) -> Iterator[Scrape]:
    """A row for each port that a monitor asks for."""
    for monitor in monitors(world):
        if (because := not_taken(world.cluster, monitor.held)) is not None:
            mend = f"Give {monitor.held.id.kind} {monitor.held.id.name} the labels that it asks for"
            row = _scrape_call(monitor.held, monitor.held.place.at("metadata"), "its endpoints", None, "not-taken")
            yield Scrape(monitor.held, replace(row, because=because, mend=mend), None)
        for asked in monitor.endpoints:
            yield _of_pods(world, monitor, asked) if monitor.of_pods else _of_services(world, monitor, asked)


# ---------------------------------------------------------------- Services


def _of_services(world: World, monitor: Monitor, asked: Asked) -> Scrape:
    services = selected_services(world, monitor)
    if not services:
        return _nothing(world, monitor, asked, "no-service", "no Service there has the labels that it asks for")
    if asked.port is None:
        return _unknown(monitor, asked, "no port is given")
    if asked.of_pods:
        pods = tuple(pod for service in services for pod in members(world.cluster, service))
        return _at_pods(world, monitor, asked, pods)
    with_port = [service for service in services if any(port.name == asked.port for port in service.ports)]
    if not with_port:
        there = {port.name for service in services for port in service.ports}
        if len(services) > 1 and any(other.port in there for other in monitor.endpoints if other is not asked):
            return _unknown(monitor, asked, "it is for several Services, of which others may have that port")
        if monitor.selector == _EVERYTHING:
            return _unknown(monitor, asked, "it selects every Service there, also those that operators make")
        names = tuple(dict.fromkeys(port.name or str(port.port) for service in services for port in service.ports))
        listed = " and ".join(f"{service.id.namespace}/{service.id.name}" for service in services[:3])
        return _lacking(world, monitor, asked, f"no port of {listed} has the name {asked.port}", names, services)
    return _best(world, monitor.held, asked.place, (_to_service(service, asked.port) for service in with_port))


_EVERYTHING = Selector({}, ())


def _to_service(service: Service, port: int | str | None) -> tuple[Backend, int | str | None]:
    return Backend(service.id.namespace, service.id.name), port


def _best(
    world: World, held: Object, place: Place, targets: Iterable[tuple[Backend | Pods, int | str | None]]
) -> Scrape:
    """The row of the target that is reached best, by whoever scrapes."""
    callers = (PROMETHEUS, *scrapers(world))
    answers = [best(judged(world, (_call(caller, held, place, target) for caller in callers))) for target in targets]
    found = [Scrape(held, called(ScrapeCall, world, answer, held), answer) for answer in answers]
    return min(found, key=lambda one: _RANK.index(one.row.verdict) if one.row.verdict in _RANK else len(_RANK))


def _call(caller: Caller, held: Object, place: Place, target: tuple[Backend | Pods, int | str | None]) -> Call:
    return Call(caller, held.id, place, target[0], target[1], "TCP")


# ---------------------------------------------------------------- pods


def _of_pods(world: World, monitor: Monitor, asked: Asked) -> Scrape:
    pods = selected_pods(world, monitor)
    if not pods:
        if selected_pods(world, monitor, perhaps=True):
            return _unknown(monitor, asked, "it selects by labels that pods get when they run")
        return _nothing(world, monitor, asked, "no-pods", "no pod there has the labels that it asks for")
    return _at_pods(world, monitor, asked, pods)


def _at_pods(world: World, monitor: Monitor, asked: Asked, pods: tuple[Workload, ...]) -> Scrape:
    """Pods are kept that declare the port: by its name, or its number."""
    if asked.port is None or not pods:
        return _unknown(monitor, asked, "no port is given" if pods else "its Services select no pod of the view")
    targets = [(Pods(pod), number) for pod in pods for number in _numbers(pod, asked.port)]
    if not targets:
        names = tuple(dict.fromkeys(port.name or str(port.number) for pod in pods for port in _declared(pod)))
        listed = " and ".join(f"{pod.id.kind} {pod.id.name}" for pod in pods[:3])
        return _lacking(world, monitor, asked, f"no container of {listed} declares a port {asked.port}", names, pods)
    return _best(world, monitor.held, asked.place, targets)


def _declared(pod: Workload) -> Iterator[ContainerPort]:
    return (port for container in pod.pod.containers for port in container.ports)


def _numbers(pod: Workload, port: int | str) -> Iterator[int]:
    if isinstance(port, str):
        return (found.number for found in named_ports(pod, port))
    return (found.number for found in _declared(pod) if found.number == port)


# ---------------------------------------------------------------- what is not there


def _nothing(world: World, monitor: Monitor, asked: Asked, verdict: str, because: str) -> Scrape:
    if (meant := elsewhere(world, monitor, asked.port)) is not None:
        return _elsewhere(monitor, asked, verdict, meant)
    reason = unsure(world, monitor)
    if reason is not None:
        return _unknown(monitor, asked, reason)
    there = tuple(islice(what_is_there(world, monitor), _SHOWN))
    edits = selected(world.cluster, monitor.held, monitor.selector, monitor.selector_at, _services(world, monitor))
    row = replace(_row(monitor, asked, verdict), place=monitor.selector_at, because=because, there=there, edits=edits)
    return Scrape(monitor.held, row, None)


def _elsewhere(monitor: Monitor, asked: Asked, verdict: str, meant: Service) -> Scrape:
    within = " and ".join(monitor.namespaces or ())
    because = f"it looks in namespace {within}, and the Service with these labels is in {meant.id.namespace}"
    row = replace(
        _row(monitor, asked, verdict),
        place=monitor.selector_at,
        because=because,
        related=(Related("this one must be meant", meant.place, meant.id),),
        mend=f"Name namespace {meant.id.namespace} in the namespaceSelector of ServiceMonitor {monitor.held.id.name}",
    )
    return Scrape(monitor.held, row, None)


def _services(world: World, monitor: Monitor) -> tuple[Service, ...]:
    """Those that it could select; none for a monitor of pods, whose labels stand in their templates."""
    if monitor.of_pods:
        return ()
    namespaces = monitor.namespaces or ()
    return tuple(service for namespace in namespaces for service in services_in(world.cluster, namespace))


def _lacking(
    world: World, monitor: Monitor, asked: Asked, because: str, names: tuple[str, ...], among: tuple[Object, ...]
) -> Scrape:
    """A port that none of what is selected has; parts that cannot be read may have it."""
    if any(world.cluster.is_unread(one.id, "spec") for one in among):
        return _unknown(monitor, asked, "parts of what it selects cannot be read")
    if monitor.namespaces is None:
        return _unknown(monitor, asked, "it selects in every namespace")
    edits = scraped_port(world.cluster, asked.place, names, str(asked.port))
    row = replace(_row(monitor, asked, "no-port"), because=because, has_ports=names, edits=edits)
    return Scrape(monitor.held, row, None)


def _unknown(monitor: Monitor, asked: Asked, reason: str) -> Scrape:
    return Scrape(monitor.held, replace(_row(monitor, asked, "unknown"), reason=reason), None)


def _row(monitor: Monitor, asked: Asked, verdict: str) -> ScrapeCall:
    row = _scrape_call(monitor.held, asked.place, f"port {asked.port}", asked.port, verdict)
    what = "pods" if monitor.of_pods else "Service (kubectl get service --show-labels)"
    mend = f"Make the selector of {row.by} agree with the labels of the {what}, and name a port that is there"
    return replace(row, of_pods=monitor.of_pods, mend=mend)


def _scrape_call(held: Object, place: Place, to: str, port: int | str | None, verdict: str) -> ScrapeCall:
    return ScrapeCall(
        object=held.id,
        place=place,
        linted=held.linted,
        caller=PROMETHEUS.shown,
        by=f"{held.id.kind} {held.id.name}",
        to=to,
        asked_port=str(port) if port is not None else None,
        verdict=verdict,
    )


# ---------------------------------------------------------------- Probes


def _probed(world: World) -> Iterator[Scrape]:
    """The call of each Probe's prober, and what it selects no Ingress for."""
    for prober in probers(world):
        to = service_of(world, prober)
        if to is not None:
            yield _to_prober(_best(world, prober.held, prober.place, ((to, prober.port),)))
        else:
            reason = f"{prober.host} is a name in the namespace of Prometheus, or outside"
            yield Scrape(prober.held, _row_of_prober(prober, "unknown", reason=reason), None)
        if prober.ingresses is not None and selects_nothing(world, prober):
            row = _row_of_prober(prober, "no-service", because="no Ingress there has the labels that it asks for")
            mend = f"Make the selector of {row.by} agree with the labels of the Ingress"
            at = prober.ingresses.selector_at
            yield Scrape(prober.held, replace(row, place=at, to="its targets", mend=mend), None)


def _to_prober(found: Scrape) -> Scrape:
    """The same, with what to do where the prober is not there."""
    mend = f"Name a Service that is there, and a port of it, in spec.prober.url of {found.row.by}"
    is_there = found.row.verdict not in ("no-service", "no-port")
    return found if is_there else replace(found, row=replace(found.row, mend=mend))


def _row_of_prober(prober: Prober, verdict: str, reason: str | None = None, because: str | None = None) -> ScrapeCall:
    row = _scrape_call(prober.held, prober.place, f"its prober {prober.host}:{prober.port}", prober.port, verdict)
    return replace(row, reason=reason, because=because)


# ---------------------------------------------------------------- annotations


def _annotated(world: World) -> Iterator[Scrape]:
    """Pods and Services with `prometheus.io/scrape: "true"` and a port.

    The port is that of the pods; of a Service some Prometheuses are told to take it for the Service's own.
    """
    for workload in world.cluster.workloads:
        port = _port_of(workload.pod.annotations)
        if port is not None:
            yield _best(world, workload, workload.pod.place, ((Pods(workload), port),))
    for service in world.cluster.services.values():
        port = _port_of(service.annotations)
        pods = members(world.cluster, service) if port is not None else ()
        if pods:
            targets: list[tuple[Backend | Pods, int | str | None]] = [(Pods(pod), port) for pod in pods]
            if any(own.port == port for own in service.ports):
                targets.append((Backend(service.id.namespace, service.id.name), port))
            yield _best(world, service, service.place, targets)


def _port_of(annotations: Mapping[str, str]) -> int | None:
    port = annotations.get(_PORT, "")
    return int(port) if annotations.get(_SCRAPE) == "true" and port.isascii() and port.isdigit() else None

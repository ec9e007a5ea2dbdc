"""Pods of Istio's mesh that take nothing but mutual TLS (PeerAuthentication STRICT), and who calls them without.

A client with a proxy of the mesh speaks it by itself, unless a DestinationRule says otherwise. A client without one
speaks plainly, and is refused: of the namespace, or the pods, it is known that they have none.
Sources: https://github.com/istio/api/blob/master/security/v1beta1/peer_authentication.proto ,
https://github.com/istio/api/blob/master/networking/v1alpha3/destination_rule.proto
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Object, Workload
from mblint.cluster.policies.labels import read_selector
from mblint.cluster.policies.run_time_labels import Match, match_pods
from mblint.cluster.remembered import remembered
from mblint.cluster.services import members
from mblint.facts.callers.dependencies import find
from mblint.facts.callers.routes import carried
from mblint.facts.listening.rows import MutualTls
from mblint.facts.meshes import asked_for, found, meshes
from mblint.facts.rows import Related
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.manifests.partial import read_parts
from mblint.software.images import reference

_SECURITY, _NETWORKING = "security.istio.io", "networking.istio.io"
_ROOT = "istio-system"
_EXCLUDED = ("traffic.sidecar.istio.io/excludeInboundPorts", "traffic.sidecar.istio.io/includeInboundPorts")
_PLAIN = ("DISABLE", "SIMPLE")
_PROXY = "proxyv2"
_AMBIENT = "istio.io/dataplane-mode"


class _Met(Struct, frozen=True, eq=False):
    """A call that meets a pod port. `words`: what makes the client call, for messages."""

    by: Object
    place: Place
    client: Workload
    server: Workload
    port: int
    words: str


def mutual_tls(world: World) -> Iterator[MutualTls]:
    """A row for each call of a client of the view, and each DestinationRule, that meets pods which want mutual TLS."""
    if not world.cluster.of_kind("PeerAuthentication", _SECURITY):
        return
    for met in _met(world):
        strict = _strict(world.cluster, met.server, met.port)
        without = _without_proxy(world.cluster, met.client) if strict is not None else None
        if strict is not None and met.client is not met.server:
            yield _row(met, strict, without)
    yield from _by_rule(world.cluster)


def _met(world: World) -> Iterator[_Met]:
    for one in find(world):
        setting, reached = one.destination.setting, one.reached
        if reached.server is not None and reached.pod_port is not None:
            words = f"{setting.workload.id.kind} {setting.workload.id.name} ({setting.label})"
            yield _Met(setting.workload, setting.place, setting.workload, reached.server, reached.pod_port, words)
    for each in carried(world):
        client, reached = each.judged.call.caller.client, each.judged.reached
        if isinstance(client, Workload) and reached.server is not None and reached.pod_port is not None:
            words = f"{each.judged.call.caller.shown} for {each.route.id.kind} {each.route.id.name}"
            yield _Met(each.route, each.backends[0].place, client, reached.server, reached.pod_port, words)


# ---------------------------------------------------------------- the server


@remembered
def _policies(cluster: Cluster) -> tuple[Object, ...]:
    return cluster.of_kind("PeerAuthentication", _SECURITY)


def _strict(cluster: Cluster, server: Workload, port: int) -> Object | None:
    """The policy by which a port of pods with a proxy takes mutual TLS alone."""
    if not _has_proxy(cluster, server) or any(key in server.pod.annotations for key in _EXCLUDED):
        return None
    for within, selecting in ((server.id.namespace, True), (server.id.namespace, False), (_ROOT, False)):
        for policy in _policies(cluster):
            if policy.id.namespace != within:
                continue
            mode = _mode(policy, server, port, selecting=selecting)
            if mode not in (None, "UNSET"):
                return policy if mode == "STRICT" else None
    return None


def _mode(policy: Object, server: Workload, port: int, *, selecting: bool) -> str | None:
    """What a policy says of a port; None where it is about other pods, or says nothing."""
    spec = policy.node.get("spec")
    selector, _ = read_parts(spec.get("selector"), read_selector)
    if (not spec.get("selector").absent) is not selecting:
        return None
    if selecting and (selector is None or match_pods(selector, server) is not Match.YES):
        return None
    ports = spec.get("portLevelMtls").value
    said = ports.get(str(port)) if isinstance(ports, dict) and selecting else None
    mode = said.get("mode") if isinstance(said, dict) else spec.get("mtls").get("mode").value
    return mode if isinstance(mode, str) else None


def _has_proxy(cluster: Cluster, workload: Workload) -> bool:
    mesh = next(each for each in meshes() if each.name == "Istio")
    return not workload.pod.host_network and asked_for(cluster, workload, mesh) is not None


# ---------------------------------------------------------------- the client


def _without_proxy(cluster: Cluster, client: Workload) -> tuple[str, bool] | None:
    """How it is known that a client has no proxy, as a clause, and whether it says so itself; None: it may have one."""
    mesh = next(each for each in meshes() if each.name == "Istio")
    namespace = cluster.namespaces.get(client.id.namespace)
    labels = {**(namespace.labels if namespace is not None else {}), **client.pod.labels}
    if labels.get(_AMBIENT) == "ambient" or _has_proxy(cluster, client) or _is_a_proxy(client):
        return None
    if client.pod.host_network:
        return "its pods use the host's network", True
    said = next((one for mark in mesh.refused if (one := found(cluster, client, mark)) is not None), None)
    if said is not None:
        return f"{said.words} keeps it out", True
    if namespace is None or cluster.objects.get(namespace.id) is None:
        return None
    return f"Namespace {namespace.id.name} does not ask for one", False


def _is_a_proxy(client: Workload) -> bool:
    """A gateway of the mesh itself, whose image may be filled in when it starts."""
    images = [reference(each.image or "").path for each in client.pod.containers]
    return any(image.endswith(_PROXY) or image == "auto" for image in images)


def _row(met: _Met, strict: Object, without: tuple[str, bool] | None) -> MutualTls:
    server = f"{met.server.id.kind} {met.server.id.namespace}/{met.server.id.name}"
    return MutualTls(
        object=met.by.id,
        place=met.place,
        related=(Related("this takes nothing but mutual TLS", strict.place, strict.id),),
        linted=met.by.linted,
        who=met.words,
        server=f"port {met.port} of {server}",
        policy=f"PeerAuthentication {strict.id.namespace}/{strict.id.name}",
        because=f"it has no proxy of the mesh ({without[0]})" if without is not None else "",
        verdict="agrees" if without is None else "refused" if without[1] else "refused-perhaps",
    )


# ---------------------------------------------------------------- DestinationRules


def _by_rule(cluster: Cluster) -> Iterator[MutualTls]:
    """DestinationRules that switch off what the proxies of the clients do by themselves."""
    for rule in cluster.of_kind("DestinationRule", _NETWORKING):
        tls = rule.node.get("spec").get("trafficPolicy").get("tls")
        host, _ = read_parts(rule.node, lambda node: node.get("spec").get("host").text())
        mode = tls.get("mode").value
        service = cluster.services.get(_service(cluster, rule, host or ""))
        if mode not in _PLAIN or service is None:
            continue
        for server in members(cluster, service):
            port = next((each for one in server.pod.containers for each in one.ports), None)
            strict = _strict(cluster, server, port.number if port is not None else 0)
            if strict is not None:
                yield MutualTls(
                    object=rule.id,
                    place=tls.get("mode").place,
                    related=(Related("this takes nothing but mutual TLS", strict.place, strict.id),),
                    linted=rule.linted,
                    who=f"whoever calls {service.id.name} by DestinationRule {rule.id.name}",
                    server=f"the pods of {server.id.kind} {server.id.namespace}/{server.id.name}",
                    policy=f"PeerAuthentication {strict.id.namespace}/{strict.id.name}",
                    because=f"its tls.mode is {mode}",
                    verdict="refused",
                )


def _service(cluster: Cluster, rule: Object, host: str) -> tuple[str, str]:
    """Namespace and name of the Service that a host is; nothing that exists for another."""
    labels = host.split(".")
    if len(labels) == 1:
        return rule.id.namespace, host
    full = ".".join(labels[2:]) in ("", "svc", f"svc.{cluster.domain}")
    return (labels[1], labels[0]) if full else ("", "")

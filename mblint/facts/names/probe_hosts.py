"""The hosts by which the kubelet's probes call a program: what their Host header says, else the pod's address."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from mblint.cluster.objects import Container, Probe, TextAt
from mblint.facts.names.host_lists import HostList
from mblint.facts.names.host_patterns import without_port
from mblint.manifests.documents import Place
from mblint.manifests.nodes import Node, node_at
from mblint.manifests.partial import read_parts


class Call(Struct, frozen=True, eq=False):
    """A host by which something comes. `host` None: the pod's address. `file`: of the web server that says it.

    `tls`: browsers come by TLS, so that the origin of its pages begins with https://.
    """

    host: TextAt | None
    client: str
    asks: str
    place: Place
    probe: str | None = None
    guessed: bool = False
    file: str | None = None
    tls: bool = False


def calls_of_probes(each: HostList) -> Iterator[Call]:
    """The probes by http that are no browser's business, those with the same host in one."""
    found: dict[str | None, list[tuple[str, Call]]] = {}
    for name in ("liveness", "readiness", "startup"):
        probe: Probe | None = getattr(each.container, name)
        if probe is None or probe.handler != "httpGet" or not _is_own(each, probe) or each.answers(probe.path or "/"):
            continue
        if not each.is_asked_at(probe.port):
            continue
        host = _host_header(probe)
        if host is None and (each.entry.always.own_address or _knows_its_address(each.container)):
            continue
        call = Call(host, "", "", host.place if host is not None else probe.place, name)
        found.setdefault(None if host is None else host.text, []).append((name, call))
    for calls in found.values():
        names = [name for name, _ in calls]
        first = calls[0][1]
        said = f"The {names[0]} probe" if len(names) == 1 else f"The {', '.join(names[:-1])} and {names[-1]} probes"
        asks = "calls it by" if len(names) == 1 else "call it by"
        yield Call(first.host, said, asks, first.place, " and ".join(names))


def _is_own(each: HostList, probe: Probe) -> bool:
    """True where the probe asks the container itself, and not another one of the pod by its port's number."""
    others = [one for one in each.workload.pod.containers if one is not each.container]
    return not any(isinstance(probe.port, int) and port.number == probe.port for one in others for port in one.ports)


def _host_header(probe: Probe) -> TextAt | None:
    """The host that a probe sends: its header, else the host that it asks instead of the pod."""
    node = node_at(probe.place)
    found, _ = read_parts(node, lambda one: _host_of(one.get("httpGet")))
    return found


def _host_of(asked: Node) -> TextAt | None:
    for header in asked.get("httpHeaders").items():
        value = header.get("value")
        if (header.get("name").text() or "").lower() == "host" and (text := value.text()):
            return TextAt(without_port(text), value.place)
    host = asked.get("host").text()
    return TextAt(host, asked.get("host").place) if host else None


def _knows_its_address(container: Container) -> bool:
    """True where the container is told the pod's address, which its settings may allow."""
    return "status.podIP" in str(container.place.at("env").value)

"""Where a host name leads for the pods of a workload, in the order in which their resolver asks.

Addresses, loopback names, /etc/hosts (hostAliases), then the cluster's DNS with its rewrites and the search path
`NS.svc.DOMAIN svc.DOMAIN DOMAIN`.
Source: Kubernetes, "DNS for Services and Pods"; kubernetes/dns, "Kubernetes DNS-Based Service Discovery" 1.1.0.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Service, Workload
from mblint.cluster.routes_by_host import routes_that_name
from mblint.cluster.services import members, service_at
from mblint.config import ClusterSettings
from mblint.facts.edits.slips import differ_by_a_slip
from mblint.facts.way.host_names import (
    Address,
    carried_address,
    is_loopback,
    kind_of,
    literal_address,
    means_loopback,
    normal,
)
from mblint.facts.way.pod_names import is_beyond, is_lost_pod, is_pod_of, whose
from mblint.facts.way.resolution import Resolution
from mblint.facts.way.unseen import missing_service, service_without_namespace
from mblint.globs import matches

_OF_SRV = ("_PORT", "_PROTOCOL")  # the labels before a Service's name that ask for a port by its name
_WITH_HOST_NETWORK = "ClusterFirstWithHostNet"


class _Asker(Struct, frozen=True):
    """A pod's resolver. `seen`: the ExternalNames and rewrites followed so far."""

    workload: Workload
    cluster: Cluster
    settings: ClusterSettings
    seen: frozenset[str] = frozenset()

    @property
    def namespace(self) -> str:
        return self.workload.id.namespace

    def after(self, name: str) -> _Asker:
        return _Asker(self.workload, self.cluster, self.settings, self.seen | {name})


def for_pod(name: str, workload: Workload, cluster: Cluster, settings: ClusterSettings) -> Resolution:
    """Where a name in lower case leads; with a last dot it is looked for at the root alone."""
    return _for_pod(name, _Asker(workload, cluster, settings))


def meant_service(name: str, workload: Workload, cluster: Cluster, settings: ClusterSettings) -> Service | None:
    """The Service that a pod means which asks the node's resolver: what the cluster's DNS would have answered."""
    if asks_cluster_dns(workload):
        return None
    asker = _Asker(replace(workload, pod=replace(workload.pod, dns_policy=_WITH_HOST_NETWORK)), cluster, settings)
    found = _for_pod(normal(name), asker)
    return found.service if found.resolves == "service" and not found.through and found.address is None else None


def _for_pod(name: str, asker: _Asker) -> Resolution:
    relative = name.rstrip(".")
    if (address := literal_address(relative)) is not None:
        return _address_for_pod(address, name, asker)
    if means_loopback(relative):
        return Resolution("self", reason=f"{relative} is the pod itself", plain=relative == "localhost")
    if relative == (asker.workload.pod.hostname or "").lower():
        return Resolution("self", reason=f"{relative} is the pod's own host name")
    for alias in asker.workload.pod.host_aliases:
        if relative in (hostname.lower() for hostname in alias.hostnames):
            return _by_way_of(f"the pod's hostAlias to {alias.ip}", _aliased(alias.ip, relative, asker))
    rewritten = _rewritten(relative, asker.settings.dns_rewrites)
    if rewritten is not None and relative not in asker.seen:
        return _after_rewrite(rewritten, asker.after(relative))
    if (carried := carried_address(relative)) is not None:
        return _address_for_pod(carried, name, asker)
    return _by_cluster_dns(name, asker)


def _address_for_pod(address: Address, name: str, asker: _Asker) -> Resolution:
    if is_loopback(address):
        plain = literal_address(name.rstrip(".")) is not None
        carried = "" if plain else f", through {address}"
        return Resolution("self", address=address, reason=f"{name.rstrip('.')} is the pod itself{carried}", plain=plain)
    service = service_at(asker.cluster, str(address))
    if service is not None:
        return _to_service(service, asker)
    if not address.is_global:
        return Resolution("unknown", address=address, reason=f"{address} is a private address; whose, no manifest says")
    return Resolution("public", address=address)


def _aliased(ip: str, name: str, asker: _Asker) -> Resolution:
    address = literal_address(ip)
    if address is None:
        return Resolution("unknown", reason=f"the hostAlias of {name} is no address")
    return _address_for_pod(address, name, asker)


def _rewritten(name: str, rewrites: Mapping[str, str]) -> str | None:
    return next((to for pattern, to in rewrites.items() if matches(name, pattern.lower())), None)


def _after_rewrite(name: str, asker: _Asker) -> Resolution:
    """A rewrite's own target exists, since the configuration says so: where it is not in the render, unknown."""
    found = _for_pod(normal(name), asker)
    if found.resolves == "unknown-service":
        return Resolution("unknown", reason=f"rewritten to {name}, which is outside the render")
    return _by_way_of(f"the DNS rewrite to {name}", found)


def _by_way_of(what: str, found: Resolution) -> Resolution:
    return replace(found, through=(what, *found.through))


def _by_cluster_dns(name: str, asker: _Asker) -> Resolution:
    relative = name.rstrip(".")
    if not asks_cluster_dns(asker.workload):
        return _outside(relative, asker)
    labels = relative.split(".")
    domain = asker.cluster.domain.split(".")
    if labels[-len(domain) :] == domain and len(labels) > len(domain):
        return _below_domain(labels[: -len(domain)], asker)
    if name.endswith("."):
        return _outside(relative, asker)
    if len(labels) > 1 and labels[-1] == "svc":
        return _below_domain(labels, asker)
    return _by_search_path(labels, asker)


def asks_cluster_dns(workload: Workload) -> bool:
    """With hostNetwork, the policy ClusterFirst falls back to the node's own resolver (Kubernetes API, dnsPolicy)."""
    if workload.pod.dns_policy in ("Default", "None"):
        return False
    return not workload.pod.host_network or workload.pod.dns_policy == _WITH_HOST_NETWORK


def _below_domain(labels: list[str], asker: _Asker) -> Resolution:
    """Labels before the cluster domain, `svc` the last of them: SERVICE.NS, POD.SERVICE.NS, _PORT._PROTOCOL.…."""
    name = ".".join(labels)
    if labels[-1] != "svc":
        return _nearly_inside([*labels, *asker.cluster.domain.split(".")], asker) or Resolution(
            "unknown", reason=f"{name} is no name of a Service"
        )
    match labels[:-1]:
        case [_, _, *_] as rest:
            *before, service, namespace = rest
        case [service]:  # found by the search path element `svc.DOMAIN`: the Service of a namespace named svc
            before, namespace = [], "svc"
        case _:
            return Resolution("unknown", reason=f"{name} is no name of a Service")
    return _service(service, namespace, before, asker) or _missing(service, namespace, before, asker)


def _by_search_path(labels: list[str], asker: _Asker) -> Resolution:
    if len(labels) > len(_OF_SRV) and all(label.startswith("_") for label in labels[: len(_OF_SRV)]):
        labels = labels[len(_OF_SRV) :]
    match labels:
        case [service]:
            found = _service(service, asker.namespace, [], asker)
            return found or _missing_single(service, asker)
        case [first, second]:
            found = _service(first, second, [], asker) or _service(second, asker.namespace, [first], asker)
            if found is not None:
                return found
            if second in asker.cluster.namespaces:
                return _missing(first, second, [], asker)
            if is_lost_pod(first, second, asker.namespace, asker.cluster):
                return _missing(second, asker.namespace, [first], asker)
        case [first, second, third]:
            found = _service(second, third, [first], asker)
            if found is not None:
                return found
            if is_lost_pod(first, second, third, asker.cluster):
                return _missing(second, third, [first], asker)
    return _outside(".".join(labels), asker)


def _missing_single(service: str, asker: _Asker) -> Resolution:
    stem, _, ordinal = service.rpartition("-")
    if stem == asker.workload.id.name and ordinal.isdigit():
        return Resolution("unknown", reason=f"{service} is the host name of the client's own pod")
    return _missing(service, asker.namespace, [], asker)


def _missing(service: str, namespace: str, before: list[str], asker: _Asker) -> Resolution:
    """No such Service in the render: a mistake, unless something outside the render may have made it."""
    if (held := asker.cluster.services.get((namespace, service))) is not None:
        reason = f"the Service {namespace}/{service} has no pod named {'.'.join(before)}"
        return Resolution("unknown-service", reason=reason + whose(".".join(before), held, asker.cluster))
    return missing_service(service, namespace, asker.workload, asker.cluster, asker.settings)


def _service(name: str, namespace: str, before: list[str], asker: _Asker) -> Resolution | None:
    """The Service, or the one of its pods that `before` names; None where there is none."""
    service = asker.cluster.services.get((namespace, name)) or service_without_namespace(
        name, namespace, asker.workload, asker.cluster
    )
    if service is None:
        return None
    if (namespace, name) == ("default", "kubernetes"):
        return Resolution("unknown", reason="the API server")
    if not before or before[0].startswith("_"):
        return _to_service(service, asker)
    if not service.selector:
        return Resolution("unknown", service, reason="the Service's endpoints are made by something else")
    pods = next((each for each in members(asker.cluster, service) if is_pod_of(before[0], each, service)), None)
    if pods is None or is_beyond(before[0], pods, service, asker.cluster):
        return None
    return Resolution("service", service, pods)


def _to_service(service: Service, asker: _Asker) -> Resolution:
    if service.type != "ExternalName":
        return Resolution("service", service)
    target = normal(service.external_name or "").rstrip(".")
    if not target or target in asker.seen:
        return Resolution("unknown", service, reason=f"the ExternalName of {service.id.name} leads nowhere")
    found = _for_pod(target + ".", asker.after(target))
    return _by_way_of(f"{its_external_name(service)}, {target}", found)


def its_external_name(service: Service) -> str:
    """How `through` calls it that a Service of that type led on."""
    return f"the ExternalName of the Service {service.id.namespace}/{service.id.name}"


def _nearly_inside(labels: list[str], asker: _Asker) -> Resolution | None:
    """A Service and its namespace with something behind them that is nearly `svc.DOMAIN`: no DNS knows such a name."""
    domain = asker.cluster.domain
    for service, namespace, *behind in (labels, labels[1:]) if len(labels) > 3 else ():
        held, rest = asker.cluster.services.get((namespace, service)), ".".join(behind)
        left_out = rest in (domain, f"svc.{domain.partition('.')[0]}", f"svc.{domain.rpartition('.')[2]}")
        if held is not None and (left_out or (rest != f"svc.{domain}" and differ_by_a_slip(rest, f"svc.{domain}"))):
            return Resolution("unknown-service", held, reason=f"{'.'.join(labels)} does not end in svc.{domain}")
    return None


def _outside(name: str, asker: _Asker) -> Resolution:
    """A name that the cluster's DNS passes on. A route's host leads to its controller, whose pods no route names."""
    if routes_that_name(asker.cluster, name):
        return Resolution("unknown", reason=f"{name} leads to the controller of the render's routes")
    if "." not in name:
        return Resolution("unknown", reason=f"{name} is resolved outside the cluster's DNS")
    if asks_cluster_dns(asker.workload) and (meant := _nearly_inside(name.split("."), asker)) is not None:
        return meant
    return Resolution(kind_of(name), reason="the name is resolved outside the cluster")

"""Where a host name leads: the one place in which host names are resolved, for pods (`for_pods`) and for browsers."""

from __future__ import annotations

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Workload
from mblint.cluster.services import service_at
from mblint.config import ClusterSettings
from mblint.facts.way.for_pods import for_pod
from mblint.facts.way.host_names import Address, address_of, is_loopback, kind_of, means_loopback, normal
from mblint.facts.way.resolution import Browser, Resolution, View
from mblint.facts.way.unseen import missing_service
from mblint.globs import matches


def resolve(host: str, view: View, cluster: Cluster, settings: ClusterSettings) -> Resolution:
    """Where `host` (a name or an address, without port) leads for the pods of a workload, or for a browser."""
    name = normal(host)
    if not name.strip("."):
        return Resolution("unknown", reason="the host is empty")
    if isinstance(view, Browser):
        return _for_browser(name.rstrip("."), cluster, settings)
    return for_pod(name, view, cluster, settings)


def resolve_service(
    name: str, namespace: str, client: Workload | None, cluster: Cluster, settings: ClusterSettings
) -> Resolution:
    """Where a Service leads that an object names as such. `client` None: whoever calls it is no pod of the view."""
    service = cluster.services.get((namespace, name))
    if service is None:
        return missing_service(name, namespace, client, cluster, settings)
    if service.type == "ExternalName":
        return Resolution("unknown", service, reason=f"the Service {namespace}/{name} is only a name for another host")
    return Resolution("service", service)


# ---------------------------------------------------------------- browsers


def _for_browser(name: str, cluster: Cluster, settings: ClusterSettings) -> Resolution:
    """Where a name, in lower case and without its last dot, leads."""
    if any(matches(name, pattern.lower()) for pattern in settings.browser_domains):
        return Resolution("configured")
    if (address := address_of(name)) is not None:
        return _address_for_browser(address, cluster)
    if means_loopback(name):
        return Resolution("loopback")
    if _is_cluster_name(name, cluster):
        return Resolution("cluster-service")
    if "." not in name:
        return Resolution("single-label")
    return Resolution(kind_of(name))


def _address_for_browser(address: Address, cluster: Cluster) -> Resolution:
    if is_loopback(address):
        return Resolution("loopback", address=address)
    service = service_at(cluster, str(address))
    return Resolution("cluster-service" if service else "public", service=service, address=address)


def _is_cluster_name(name: str, cluster: Cluster) -> bool:
    below_domain = name.endswith("." + cluster.domain)
    if name.endswith(".svc") or (below_domain and name[: -len(cluster.domain) - 1].endswith((".svc", ".pod"))):
        return True
    service, _, namespace = name.partition(".")
    return below_domain or (namespace, service) in cluster.services

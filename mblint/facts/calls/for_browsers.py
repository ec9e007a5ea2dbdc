"""Where a host name leads for a browser outside the cluster."""

from __future__ import annotations

from mblint.cluster.cluster import Cluster
from mblint.cluster.services import service_at
from mblint.config import ClusterSettings
from mblint.facts.calls.host_names import Address, address_of, is_loopback, kind_of, means_loopback
from mblint.facts.calls.resolution import Resolution
from mblint.globs import matches


def for_browser(name: str, cluster: Cluster, settings: ClusterSettings) -> Resolution:
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

"""Where a host name leads: the one place in which host names are resolved, for pods and for browsers."""

from __future__ import annotations

from mblint.cluster.cluster import Cluster
from mblint.config import ClusterSettings
from mblint.facts.calls.for_browsers import for_browser
from mblint.facts.calls.for_pods import for_pod
from mblint.facts.calls.host_names import normal
from mblint.facts.calls.resolution import Browser, Resolution, View


def resolve(host: str, view: View, cluster: Cluster, settings: ClusterSettings) -> Resolution:
    """Where `host` (a name or an address, without port) leads for the pods of a workload, or for a browser."""
    name = normal(host)
    if not name.strip("."):
        return Resolution("unknown", reason="the host is empty")
    if isinstance(view, Browser):
        return for_browser(name.rstrip("."), cluster, settings)
    return for_pod(name, view, cluster, settings)

"""Whether a view is of an OpenShift cluster, which gives each namespace users of its own."""

from __future__ import annotations

from mblint.cluster.cluster import Cluster
from mblint.cluster.kinds import group_of
from mblint.cluster.remembered import remembered


@remembered
def is_openshift(cluster: Cluster) -> bool:
    """True where an object is of a group that only OpenShift has."""
    return any(group_of(each.api_version).endswith(".openshift.io") for each in cluster.everything)

"""What stands before a server, and hands on logins as they come: CloudNativePG's Pooler, MaxScale.

Which: `through` of the table of servers.
"""

from __future__ import annotations

from collections.abc import Mapping

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Object
from mblint.cluster.remembered import remembered
from mblint.facts.referring import referring
from mblint.settings.tables import load_table


@remembered
def go_betweens(cluster: Cluster) -> Mapping[int, Object]:
    """The resource of the server, by the identity of the one before it."""
    return {
        id(before): server
        for row in load_table("servers", "through")
        for server in cluster.of_kind(str(row["of"]), str(row["group"]))
        for before in referring(cluster, server, row)
    }

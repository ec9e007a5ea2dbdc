"""Custom resources that ask a server for names that it must have: RabbitMQ's Permission for a user in a virtual host.

Their operator cannot make them before these are there. Which, and where they say so: `rules/tables/servers.yaml`,
section `asks`.
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Object
from mblint.facts.names.resource_names import names_at, rows_of
from mblint.facts.names.shape import Asked
from mblint.facts.referring import referring
from mblint.settings.tables import load_table


def resource_asks(cluster: Cluster) -> Iterator[tuple[Object, Asked]]:
    """What each such resource asks for, with the resource that stands for the server."""
    for row in load_table("servers", "asks"):
        for server in cluster.of_kind(str(row["of"]), str(row["group"])):
            for each in referring(cluster, server, row):
                for asks in rows_of(row, "names"):
                    for name in names_at(each.place, str(asks["at"])):
                        yield server, Asked(str(asks["what"]), name, each)

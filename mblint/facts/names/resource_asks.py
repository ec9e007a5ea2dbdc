"""Custom resources that ask a server for names that it must have: RabbitMQ's Permission for a user in a virtual host.

Their operator cannot make them before these are there. Which, and where they say so: `rules/tables/servers.yaml`,
section `asks`. Velero's asks for a bucket of a store of objects (section `clients`, `bucket`).
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Object
from mblint.cluster.services import members
from mblint.facts.names.resource_names import names_at, rows_of
from mblint.facts.names.shape import Asked
from mblint.facts.referring import referring
from mblint.facts.stand_ins import stand_in, text_at
from mblint.facts.way.hosts import resolve
from mblint.facts.world import World
from mblint.settings.tables import as_text, load_table
from mblint.urls import split_url


def resource_asks(cluster: Cluster) -> Iterator[tuple[Object, Asked]]:
    """What each such resource asks for, with the resource that stands for the server."""
    for row in load_table("servers", "asks"):
        for server in cluster.of_kind(str(row["of"]), str(row["group"])):
            for each in referring(cluster, server, row) if "ref" in row else (server,):
                for asks in rows_of(row, "names"):
                    for name in names_at(each.place, str(asks["at"])):
                        yield server, Asked(str(asks["what"]), name, each)


def bucket_asks(world: World) -> Iterator[tuple[Object, Asked]]:
    """What each such resource asks a store of objects for, with the workload, or the resource, that is the store."""
    for row in load_table("servers", "clients"):
        path = as_text(row, "bucket")
        for each in world.cluster.of_kind(str(row["kind"]), str(row["group"])) if path is not None else ():
            address = text_at(each.place.at(*str(row["address"]).split(".")))
            for name in names_at(each.place, path or ""):
                for server in _behind(world, each, address or ""):
                    yield server, Asked("bucket", name, each)


def _behind(world: World, held: Object, address: str) -> Iterator[Object]:
    """Who is behind an address."""
    host = split_url(address).hostname
    leads = resolve(host, stand_in(held), world.cluster, world.config.cluster) if host else None
    if leads is not None and leads.maker is not None:
        yield leads.maker
    elif leads is not None and leads.resolves == "service" and leads.service is not None:
        yield from members(world.cluster, leads.service)

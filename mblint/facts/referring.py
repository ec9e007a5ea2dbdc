"""Custom resources that are about a server which another resource stands for: mariadb-operator's Database of a MariaDB.

They name it in a mapping: its name, its namespace where that is another one, its kind where there are several.
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Object
from mblint.facts.stand_ins import text_at
from mblint.settings.tables import Row


def referring(cluster: Cluster, server: Object, row: Row) -> Iterator[Object]:
    """The resources of a row's `kind` (of `group`) that name a server at its `ref`."""
    for each in _of_row(cluster, row):
        named = each.place.at(*str(row["ref"]).split("."))
        kind, name, namespace = (text_at(named.at(field)) for field in ("kind", "name", "namespace"))
        is_it = name == server.id.name and (namespace or each.id.namespace) == server.id.namespace
        if is_it and kind in (None, server.id.kind):
            yield each


def naming_none(cluster: Cluster, server: Object, row: Row) -> Iterator[Object]:
    """Those in the server's namespace that say in another way which server they are about."""
    for each in _of_row(cluster, row):
        named = each.place.at(*str(row["ref"]).split("."))
        if text_at(named.at("name")) is None and each.id.namespace == server.id.namespace:
            yield each


def _of_row(cluster: Cluster, row: Row) -> tuple[Object, ...]:
    return cluster.of_kind(str(row["kind"]), str(row["group"]))

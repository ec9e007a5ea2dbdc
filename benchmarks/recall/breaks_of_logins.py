"""Ways to break a login: what a server makes, or the host of a route, is another one than its clients are told.

Only what somebody else is told is changed: a variable of another workload that also names the server's Service, or, of
a route, any variable.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mentions import namespace_of, services_of, template_of
from places import Places, name_of, one
from renders import Change, Step, Tree, containers

DATABASES = ("POSTGRES_DB", "MYSQL_DATABASE", "MARIADB_DATABASE", "CLICKHOUSE_DB", "RABBITMQ_DEFAULT_VHOST")
USERS = (
    *("POSTGRES_USER", "MYSQL_USER", "MARIADB_USER", "MONGO_INITDB_ROOT_USERNAME", "RABBITMQ_DEFAULT_USER"),
    *("CLICKHOUSE_USER", "MINIO_ROOT_USER"),
)
PASSWORDS = (
    *("POSTGRES_PASSWORD", "MYSQL_PASSWORD", "MARIADB_PASSWORD", "MONGO_INITDB_ROOT_PASSWORD"),
    *("RABBITMQ_DEFAULT_PASS", "CLICKHOUSE_PASSWORD", "MINIO_ROOT_PASSWORD", "MEILI_MASTER_KEY"),
)
_ALWAYS_THERE = ("postgres", "mysql", "template1", "default", "/", "")
_Told = list[tuple[Tree, list[str]]]


def server_is_told(names: Sequence[str], end: str) -> Places:
    """Another text in one of these variables of a server, of which a client is told the text as it was."""

    def places(objects: Sequence[Tree]) -> Iterator[Change]:
        told = list(_told(objects))
        for tree, way, container in containers(objects):
            hosts = _services(tree, objects)
            for index, variable in enumerate(container.get("env") or ()):
                value = variable.get("value")
                is_one = variable.get("name") in names and isinstance(value, str) and value not in _ALWAYS_THERE
                if is_one and _is_told(tree, value, hosts, told):
                    what = f"{name_of(tree)} {variable['name']}"
                    yield one(what, (*way, "env", index, "value"), f"{value}{end}")

    return places


def routes(objects: Sequence[Tree]) -> Iterator[Change]:
    """The same first label in another domain, for the host of an Ingress that a workload is told."""
    told = list(_told(objects))
    for number, tree in enumerate(objects):
        rules = (tree.get("spec") or {}).get("rules") or () if tree["kind"] == "Ingress" else ()
        for index, rule in enumerate(rules):
            host = rule.get("host")
            if isinstance(host, str) and any(_holds(value, host) for _, values in told for value in values):
                way: tuple[Step, ...] = (number, "spec", "rules", index, "host")
                yield one(f"{name_of(tree)} {host}", way, f"{host.partition('.')[0]}.elsewhere.example")


def _services(tree: Tree, objects: Sequence[Tree]) -> list[str]:
    """The names of the Services that select the pods of a workload."""
    labels = ((template_of(tree) or {}).get("metadata") or {}).get("labels") or {}
    pairs = {(str(key), str(value)) for key, value in labels.items()}
    return [
        service.name
        for (namespace, _), service in services_of(objects).items()
        if namespace == namespace_of(tree) and service.selector and set(service.selector) <= pairs
    ]


def _told(objects: Sequence[Tree]) -> Iterator[tuple[Tree, list[str]]]:
    for tree, _, container in containers(objects):
        values = [each.get("value") for each in container.get("env") or ()]
        yield tree, [value for value in values if isinstance(value, str)]


def _is_told(server: Tree, text: str, hosts: Sequence[str], told: _Told) -> bool:
    return any(
        any(_holds(value, text) for value in values) and any(_holds(value, host) for value in values for host in hosts)
        for tree, values in told
        if tree is not server
    )


def _holds(text: str, word: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text) is not None

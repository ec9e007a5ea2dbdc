"""Clients that ask their own pod, and nobody says by which port: `DB_HOST=127.0.0.1` beside a database."""

from __future__ import annotations

from mblint.cluster.objects import Workload
from mblint.facts.callers.dependencies import Found
from mblint.settings.role_table import words_of

_SQL = frozenset(("db", "database", "sql", "jdbc", "datasource", "dbhost"))
_MEANT = {
    "PostgreSQL": _SQL | {"postgres", "postgresql", "pg", "pghost"},
    "MySQL": _SQL | {"mysql"},
    "MariaDB": _SQL | {"mysql", "mariadb"},
    "MongoDB": frozenset(("mongo", "mongodb")),
    "Redis": frozenset(("redis", "cache")),
    "Valkey": frozenset(("redis", "valkey", "cache")),
    "RabbitMQ": frozenset(("rabbitmq", "rabbit", "amqp", "broker")),
}


def own_pod(found: Found) -> Workload | None:
    """The client's own pod, where it asks that and nobody says by which port; None for other calls."""
    asked = found.destination
    if found.reached.server is not None or asked.port is not None or not is_own(asked.host):
        return None
    return asked.setting.workload


def is_own(host: str) -> bool:
    """True for the addresses of the machine itself, as settings have them."""
    return host.lower() in ("localhost", "::1") or host.startswith("127.")


def is_meant(found: Found, product: str) -> bool:
    """Whether a setting's name may mean such a server."""
    return not _MEANT.get(product, frozenset()).isdisjoint(words_of(found.destination.setting.key))

"""Clients of PostgreSQL, MySQL and MariaDB that are told a user, and no password: "fe_sendauth: no password supplied".

These ask everybody for a password who comes over the network, unless they are told to trust. Nothing is said where no
user stands beside the server's address: then the program has both from elsewhere.
Source: https://github.com/docker-library/docs/blob/master/postgres/README.md (POSTGRES_HOST_AUTH_METHOD),
https://www.postgresql.org/docs/current/auth-password.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mblint.cluster.objects import ContainerRole, Workload
from mblint.cluster.secrets import reveal
from mblint.facts.callers.dependencies import Found, find
from mblint.facts.callers.settings import is_certain
from mblint.facts.credentials.logins import Names, login, names_by_container
from mblint.facts.credentials.only_names import only_name
from mblint.facts.credentials.other_ways import may_know
from mblint.facts.credentials.rows import PasswordUse
from mblint.facts.credentials.server_credential import ServerCredential
from mblint.facts.credentials.servers import servers
from mblint.facts.rows import Related
from mblint.facts.way.heard import told_texts
from mblint.facts.world import World
from mblint.regex import regex
from mblint.settings.login_table import login_names
from mblint.settings.names import Origin
from mblint.settings.rows import Setting

_PRODUCTS = ("PostgreSQL", "MySQL", "MariaDB")
_SCHEMES = ("postgres", "postgresql", "mysql", "mysql2", "mariadb")
_MEANT = frozenset(
    (
        "db",
        "dbpassword",
        "dbpass",
        "database",
        "data",
        "source",
        "datasource",
        "postgres",
        "postgresql",
        "pg",
        "pgpassword",
        "pgpassfile",
        "mysql",
        "mariadb",
        "sql",
        "jdbc",
        "r2dbc",
        "store",
        "storage",
        "backend",
        "external",
        "sqlalchemy",
    )
)
_USER_ALONE = regex(r"(?i)[a-z][a-z0-9+.-]*://[a-z0-9_.%-]+@[^@?]+(?:\?[^@]*)?")
_ANOTHER_WAY = regex(r"(?i)passfile|sslcert|password|pwd|iam|token|service=")
_LETS_IN = regex(r"(?i)\btrust\b|allow_empty_(?:root_)?password|skip-grant-tables|allow_empty_password")


def sql_password_uses(world: World) -> list[tuple[PasswordUse, Setting]]:
    """A row for each setting that leads to such a server as a user without a password, with the setting."""
    given = _asking(world)
    calls = [(found, side) for found in find(world) if (side := _side(found, given)) is not None]
    names = names_by_container(world, (found for found, _ in calls)) if calls else {}
    return [
        (_row(world, found, side), found.destination.setting)
        for found, side in calls
        if _is_a_user_alone(found, names[id(found.destination.setting.container)])
    ]


def _asking(world: World) -> Mapping[int, ServerCredential]:
    """The servers that are given a password, and let nobody in without one: of each its first user, by its identity."""
    found: dict[int, ServerCredential] = {}
    for each in servers(world):
        server = each.server
        if not isinstance(server, Workload) or each.product.name not in _PRODUCTS or id(server) in found:
            continue
        if not any(_LETS_IN.search(text) for text in _of_server(world, server)):
            found[id(server)] = each
    return found


def _of_server(world: World, server: Workload) -> Iterator[str]:
    yield from (entry.name for container in server.pod.containers for entry in container.env)
    yield from told_texts(world, server)


def _side(found: Found, given: Mapping[int, ServerCredential]) -> ServerCredential | None:
    setting, server = found.destination.setting, found.reached.server
    if server is None or found.reached.beside or setting.workload is server or setting.origin is Origin.ARGUMENT:
        return None
    each, port = given.get(id(server)), found.reached.pod_port
    waits = setting.container.role is ContainerRole.INIT  # many of them only knock at the port
    return each if each is not None and not waits and (not each.ports or port is None or port in each.ports) else None


def _is_a_user_alone(found: Found, names: Names) -> bool:
    """Whether the client is told as whom to log in there, and not with what."""
    setting = found.destination.setting
    text = reveal(setting.value) if setting.value is not None else ""
    if setting.guessed or not text or login(found, names) is not None or _ANOTHER_WAY.search(text):
        return False
    scheme = (found.destination.scheme or "").lower().partition("+")[0].removeprefix("jdbc:")
    if scheme and scheme not in _SCHEMES:
        return False
    if "@" in text:
        return _USER_ALONE.fullmatch(text) is not None
    scope = (setting.file, setting.origin.value)
    users = (names.first(scope, each.users) for each in login_names(setting.key, names.programs))
    return any(user is not None for user in users)


def _row(world: World, found: Found, given: ServerCredential) -> PasswordUse:
    setting, server = found.destination.setting, given.server
    name = only_name(world, setting)
    containers = setting.workload.pod.containers
    reason = may_know(world, setting.workload, containers, given, _MEANT, by_name=name is not None)
    return PasswordUse(
        object=setting.workload.id,
        container=setting.container.name,
        place=setting.place,
        related=(Related(f"{server.id.kind} {server.id.name} is given its password here", given.place, server.id),),
        linted=setting.workload.linted,
        client=f"{setting.workload.id.kind} {setting.workload.id.name}",
        server=f"{server.id.kind} {server.id.name}",
        product=given.product.name,
        settings=setting.label,
        only=name,
        host=found.destination.host,
        given=given.words,
        brings="without a password",
        has=f"asks for one: {given.words}",
        by_url=found.destination.scheme is not None,
        certain=is_certain(found.destination),
        verdict="no-password" if reason is None else "unknown",
        reason=reason,
    )

"""Clients without a password at a server that wants one, and clients with one at a server that has none.

Judged are servers that may be used without a login at all: Redis and its relatives, MongoDB, and what is called by http
and knows of a switch for its security (`asks-when` of software files: Elasticsearch). An application may get its
password in many ways, so nothing is said where its pod knows any that may be meant. Only a URL that a library takes as
it is (Celery's broker) must hold it itself. An exporter in the server's own pod must be told the password, too. And
whoever asks Sentinel for the master logs in to the master.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from mblint.cluster.objects import ContainerRole, Object, Workload
from mblint.cluster.secrets import reveal
from mblint.facts.callers.dependencies import Found, find
from mblint.facts.callers.inherited import without_inherited
from mblint.facts.callers.settings import is_certain
from mblint.facts.credentials.beside import asked_beside
from mblint.facts.credentials.empty_logins import empty_login
from mblint.facts.credentials.logins import Login, Names, by_the_products_name, login, names_by_container
from mblint.facts.credentials.only_names import only_name
from mblint.facts.credentials.open_resources import opened
from mblint.facts.credentials.other_ways import may_know
from mblint.facts.credentials.rows import PasswordUse
from mblint.facts.credentials.sentinel_logins import sentinel_password_uses
from mblint.facts.credentials.server_credential import ServerCredential
from mblint.facts.credentials.servers import servers
from mblint.facts.credentials.sql_logins import sql_password_uses
from mblint.facts.credentials.strangers import REDIS, asks_everybody, is_open
from mblint.facts.credentials.whole_urls import is_whole
from mblint.facts.rows import Related
from mblint.facts.software import RunningProgram, programs_of
from mblint.facts.way.heard import told_texts
from mblint.facts.world import World
from mblint.regex import regex
from mblint.settings.role_table import words_of
from mblint.settings.rows import Setting
from mblint.settings.server_table import Product

_SCHEMES = {
    **dict.fromkeys(("redis", "rediss", "valkey", "valkeys", "redis-sentinel", "rediss-sentinel"), REDIS),
    "mongodb": ("MongoDB",),
}
_OF_THE_WEB = ("http", "https")
_WORDS = frozenset(("redis", "valkey", "keydb", "dragonfly"))
_SEARCH = frozenset(("elasticsearch", "opensearch", "elastic"))
_MEANT = frozenset(("redis", "valkey", "cache", "broker", "celery", "queue", "session", "mongo", "mongodb"))
_ANOTHER_WAY = regex(r"authMechanism|tlsCertificateKeyFile", re.I)
_OF_SENTINEL = regex(r"rediss?[+-]sentinel://|[?&](?:sentinel(?:MasterId)?|(?:master|service)_?name)=[^&\s]", re.I)


class _Side(Struct, frozen=True, eq=False):
    """The server behind a client's setting: a workload, or the resource whose operator makes it. `given`: its password;
    None: it is known to have none."""

    workload: Object
    container: str | None
    product: str
    given: ServerCredential | None
    open: RunningProgram | None = None


def password_uses(world: World) -> tuple[PasswordUse, ...]:
    """A row for each client's setting that leads to such a server, in their order."""
    given = {id(each.server): each for each in servers(world) if _may_do_without(each)}
    calls = [(found, side) for found in find(world) if (side := _side(world, found, given)) is not None]
    names = names_by_container(world, (found for found, _ in calls)) if calls else {}
    rows = [
        (row, found.destination.setting)
        for found, side in calls
        if (row := _row(world, found, side, names[id(found.destination.setting.container)])) is not None
    ]
    rows.extend(sql_password_uses(world))
    rows.extend(sentinel_password_uses(world))
    wanted = {
        key: each
        for key, each in given.items()
        if isinstance(each.server, Workload) and _is_wanted(world, each.server, each)
    }
    by_themselves = without_inherited(
        rows, outcome=lambda row: (row.server, row.verdict), surroundings=lambda row: row.settings
    )
    return (*by_themselves, *asked_beside(world, wanted))


def _may_do_without(each: ServerCredential) -> bool:
    product = each.product
    if not isinstance(each.server, Workload):
        return product.alone is not None or "MongoDB" in product.name
    return product.alone is not None or product.asks_when is not None or product.name == "MongoDB"


# ---------------------------------------------------------------- the server


def _side(world: World, found: Found, given: Mapping[int, ServerCredential]) -> _Side | None:
    server, maker = found.reached.server, found.resolution.maker
    if maker is not None and (each := given.get(id(maker))) is not None:
        return _Side(maker, None, each.product.name, each) if _is_meant(found, each.product) else None
    if maker is not None and (product := opened(maker)) is not None and _is_meant(found, product):
        return _Side(maker, None, product.name, None)
    if server is None or found.reached.beside:
        return None
    each = given.get(id(server))
    port = None if _asks_for_the_master(found) else found.reached.pod_port
    if each is not None:
        fits = _is_meant(found, each.product) and (not each.ports or port is None or port in each.ports)
        wanted = fits and _is_wanted(world, server, each)
        return _Side(server, each.container, each.product.name, each) if wanted else None
    one = next((one for one in programs_of(world, server) if _is_meant_and_open(world, found, one, port)), None)
    return _Side(server, one.container.name, one.running.program.name, None, one) if one is not None else None


def _asks_for_the_master(found: Found) -> bool:
    """Whether a URL leads to Sentinel, for the address of the master: the password in it is the one for that."""
    value = found.destination.setting.value
    return value is not None and _OF_SENTINEL.search(reveal(value)) is not None


def _is_meant_and_open(world: World, found: Found, one: RunningProgram, port: int | None) -> bool:
    """An address without a scheme may have a name that says nothing of Redis: `-r`."""
    return (found.destination.scheme is None or _products(found) is not None) and is_open(world, one, port)


def _products(found: Found) -> tuple[str, ...] | None:
    """The servers that a setting may mean: by its scheme, else by the words of its name."""
    scheme = (found.destination.scheme or "").lower().partition("+")[0]
    if scheme:
        return _SCHEMES.get(scheme)
    words = words_of(found.destination.setting.key)
    return REDIS if not _WORDS.isdisjoint(words) and found.destination.setting.key[:2] != "--" else None


def _is_meant(found: Found, product: Product) -> bool:
    if product.asks_when is None:
        meant = _products(found) or ()
        return product.name in meant or ("MongoDB" in meant and "MongoDB" in product.name)
    setting = found.destination.setting
    by_init = setting.container.role is ContainerRole.INIT  # it waits for an answer, whatever that says
    bare = found.destination.scheme is None and not _SEARCH.isdisjoint(words_of(setting.key))
    return (bare or found.destination.scheme in _OF_THE_WEB) and not by_init and setting.workload.lasting


def _is_wanted(world: World, server: Workload, each: ServerCredential) -> bool:
    """Whether a server that is given a password asks for it: those of the makers of Redis know no such variable."""
    if each.product.asks_when is not None:
        return asks_everybody(world, server, each.product.asks_when)
    image = next((one.image or "" for one in server.pod.containers if one.name == each.container), "")
    if each.product.name == "MongoDB" or "bitnami" in image or not each.setting.endswith("_PASSWORD"):
        return True
    return any("requirepass" in text for text in told_texts(world, server))


# ---------------------------------------------------------------- the client


def _row(world: World, found: Found, side: _Side, names: Names) -> PasswordUse | None:
    setting = found.destination.setting
    text = reveal(setting.value) if setting.value is not None else ""
    if not text or _ANOTHER_WAY.search(text) or (setting.workload is side.workload and not _is_beside(setting, side)):
        return None
    used = login(found, names)
    if used is None and side.given is None and found.destination.scheme is None and _calls_no_other(world, found):
        used = by_the_products_name(found, names)
    if used is None and side.given is None and _products(found) is None:
        return None
    whole = is_whole(setting)
    if whole and used is not None and used.password.setting is not setting:
        used = None
    unset = empty_login(world, setting, names, side.open) if used is None and side.open is not None else None
    name = only_name(world, setting) if used is None else None
    verdict, reason = _judged(world, found, side, used, name, whole=whole) if unset is None else ("needless", None)
    return PasswordUse(
        object=setting.workload.id,
        container=setting.container.name,
        place=setting.place,
        related=tuple(_related(side)),
        linted=setting.workload.linted,
        client=f"{setting.workload.id.kind} {setting.workload.id.name}",
        server=f"{side.workload.id.kind} {side.workload.id.name}",
        product=side.product,
        settings=used.password.words if used is not None else unset or setting.label,
        only=name,
        host=found.destination.host,
        given=side.given.words if side.given is not None else None,
        brings="without a password" if side.given else f"with {'a' if unset is None else 'an empty'} password",
        has="has none" if side.given is None else f"asks for one: {side.given.words}",
        example=_example(found, side) if verdict == "no-password" else None,
        by_url=found.destination.scheme is not None,
        whole=whole,
        certain=is_certain(found.destination),
        verdict=verdict,
        reason=reason,
    )


def _is_beside(setting: Setting, side: _Side) -> bool:
    """Whether the client is another container of the server's pod, as an exporter of its metrics is."""
    return setting.container.role is not ContainerRole.INIT and setting.container.name != side.container


def _calls_no_other(world: World, found: Found) -> bool:
    """Whether no other setting of the container leads to something that may be a Redis, too, elsewhere."""
    setting = found.destination.setting
    return not any(
        _products(each) is not None and each.reached.server is not found.reached.server
        for each in find(world)
        if each.destination.setting.container is setting.container
    )


def _example(found: Found, side: _Side) -> str | None:
    """The URL with a password; a user is asked for by all that have more than one."""
    called = found.destination
    if called.scheme is None:
        return None
    user = "USER" if side.product == "MongoDB" else ""
    port = f":{called.port}" if called.port is not None else ""
    return f"{called.scheme}://{user}:PASSWORD@{called.host}{port}"


def _judged(
    world: World, found: Found, side: _Side, used: Login | None, name: str | None, *, whole: bool
) -> tuple[str, str | None]:
    setting = found.destination.setting
    if side.given is None:
        if used is None:
            return "fits", None
        if used.user != "":
            return "unknown", "a user's name beside it may make it work"
        return ("needless", None) if used.passwords else ("unknown", "its password is not in the view")
    if used is not None:
        return "fits", None
    text = reveal(setting.value or "")
    inside = text.partition("://")[2].partition("/")[0]
    if "@" in inside and not inside.startswith((":@", "@")):
        return "unknown", "it may have a password in it"
    if whole:
        return "no-password", None
    alone = setting.workload is side.workload
    among = (setting.container,) if alone else setting.workload.pod.containers
    if alone and setting.container.mounts:
        return "unknown", "a file of its volumes may hold it"
    reason = may_know(world, setting.workload, among, side.given, _MEANT, by_name=name is not None)
    return ("no-password", None) if reason is None else ("unknown", reason)


def _related(side: _Side) -> Iterator[Related]:
    if side.given is not None:
        server = side.workload.id
        yield Related(f"{server.kind} {server.name} is given its password here", side.given.place, server)

"""A text to the endpoints that it names: URLs, DSNs, `host:port`, lists of them, bare host names.

A part that is templated, or no host or port, yields nothing. Where an `@` makes it unclear which part of a DSN is the
password, nothing is read, so that no part of a password is taken for a host.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from ipaddress import ip_address

from msgspec import Struct

from mblint.regex import regex
from mblint.settings.connection_strings import hosts_of_keywords, keyed_stores
from mblint.settings.tables import as_integer, as_text, load_table

_LONGEST = 4096  # characters
_LABEL = r"(?!__)[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_HOST = regex(rf"{_LABEL}(?:\.{_LABEL})*\.?")
_HOST_PORT = regex(r"(\[[0-9A-Fa-f:.]+\]|[^:/?#\[\]]+)(?::(\d{1,5}))?(?:/[^\s]*)?")
_URL = regex(r"(?:^|(?<=[,;\s|(\[\"']))(?:[\w.*/-]+=)?([A-Za-z][A-Za-z0-9+.:_-]*?)://(?=([^\s\"'<>]*))")
_ORACLE = regex(r"jdbc:oracle:thin:(?:[^@]*)@(?://)?([^/?\s]+)")
_ORACLE_NET = regex(r"\(\s*HOST\s*=\s*([^()\s]+)\s*\)\s*\(\s*PORT\s*=\s*(\d{1,5})\s*\)", re.I)
_HOST_PARAMETER = regex(r"[?&]host=([^&#/%]+)")
_PORT_PARAMETER = regex(r"[?&]port=(\d{1,5}(?:,\d{1,5})*)")
_GO_MYSQL = regex(r"@(?:tcp|tcp6|udp)\(([^()]+)\)")
_HOST_THEN_PORT = regex(r"(\S+)\s+(\d{2,5})")  # redis.conf: replicaof db-0 6379
_WITH_PATH = regex(r"[\w.-]+(?::\d+)?/[\w.-]*\?[^,;\s]*$")  # db:5432/shop?sslmode=disable
_NUMBERED = regex(r"\d+[:@](?=[A-Za-z_])")  # pgpool: 0:db-0:5432; Kafka's controllers: 0@kafka-0:9093
_PROSE = regex(r"^[A-Z][A-Za-z]*\s+[a-z]+(?:\s|$)")  # `SQL server hostname`: a sentence, and no list of hosts
_LOOKED_UP = regex(r"dns(?:srv|srvnoa)?\+")  # how Thanos, Loki and Mimir look a name up: dns+cache:11211
_NO_HOST = frozenset(
    [
        "true",
        "false",
        "string",  # a type, in files that describe their own settings
        "yes",
        "no",
        "on",
        "off",
        "none",
        "null",
        "nil",
        "auto",
        "default",
        "enabled",
        "disabled",
        "undefined",
    ]
)


class Endpoint(Struct, frozen=True):
    """A host and, where the text says it or its scheme implies it, a port.

    `written`: the text itself has the port. `protocol`: None where no scheme decides it. `scheme`: None for what is no
    URL. `parsed`: the host is a part of a longer text that says where it stands (a URL, a DSN), so that it may be shown
    even if the text is a Secret's.
    """

    host: str
    port: int | None
    protocol: str | None = None
    scheme: str | None = None
    written: bool = False
    parsed: bool = True


def endpoints(text: str) -> tuple[Endpoint, ...]:
    """The endpoints of a text, in their order, each once."""
    text = text.strip().strip("\"'")
    if not text or len(text) > _LONGEST:
        return ()
    return tuple(dict.fromkeys(_endpoints(text)))


def _endpoints(text: str) -> Iterator[Endpoint]:
    if "(" in text and (addresses := _ORACLE_NET.findall(text)):
        yield from _hosts(",".join(f"{host}:{port}" for host, port in addresses), "oracle")
    elif (oracle := _ORACLE.match(text)) is not None:
        yield from _hosts(oracle[1].partition(":")[0] + ":" + oracle[1].partition(":")[2].partition(":")[0], "oracle")
    elif (go_mysql := _GO_MYSQL.search(text)) is not None:
        yield from _hosts(go_mysql[1], "mysql")
    elif "|" in text and (stores := keyed_stores(text)):
        for store in stores:
            yield from _hosts(store.authority, store.scheme) if store.scheme else _plain(store.authority, parsed=True)
    elif "://" in text:
        yield from _urls(text)
    elif _WITH_PATH.match(text) is not None:
        yield from _plain(text.partition("?")[0])
    elif "=" in text:
        yield from _keywords(text)
    else:
        yield from _plain(text.removeprefix("dns:"))  # gRPC: dns:host:port


# ---------------------------------------------------------------- URLs


def _urls(text: str) -> Iterator[Endpoint]:
    for match in _URL.finditer(text):
        scheme = _known(match[1].lower())
        rest = _until_next_url(match[2])
        if "(" in text[: match.start()]:  # ActiveMQ: failover:(tcp://queue-0:61616,tcp://queue-1:61616)
            rest = rest.partition(")")[0]
        if scheme == "dns" and rest.startswith("/"):  # gRPC: dns:///host:port
            yield from _plain(rest[1:])
        elif (authority := _authority(rest, web=scheme in ("http", "https"))) is not None:
            yield from _hosts(authority or _named_in_parameters(rest), scheme)


def _until_next_url(rest: str) -> str:
    following = re.search(r"[,;|][A-Za-z][A-Za-z0-9+.-]*://", rest)
    return rest if following is None else rest[: following.start()]


def _authority(rest: str, *, web: bool) -> str | None:
    """Hosts and ports of a URL, without userinfo. None where a password may reach beyond the first slash."""
    authority = re.split(r"[/?#;\\]", rest, maxsplit=1)[0]
    if "@" in authority:
        return authority.rpartition("@")[2]
    beyond = rest[len(authority) :].partition("?")[0]
    return None if "@" in beyond and not web else authority


def _named_in_parameters(rest: str) -> str:
    """libpq: postgresql://user@/database?host=db&port=5432.

    Source: https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS
    """
    host, port = _HOST_PARAMETER.search(rest), _PORT_PARAMETER.search(rest)
    if host is None or "," in host[1]:
        return ""
    return host[1] if port is None else f"{host[1]}:{port[1]}"


def _known(scheme: str) -> str:
    """The scheme, or of a compound one the part that decides: postgresql of jdbc:postgresql or postgresql+asyncpg.

    A first part by which names are looked up decides alone: lb of lb:ws.
    """
    first = scheme.partition(":")[0]
    if first in _schemes() and _schemes()[first][0] is None:
        return first
    if scheme in _schemes() or scheme.rpartition(":")[2] in _schemes():
        return scheme if scheme in _schemes() else scheme.rpartition(":")[2]
    parts = re.split(r"[:+]", scheme)
    return next((part for part in reversed(parts) if part in _schemes()), scheme)


def _hosts(authority: str, scheme: str) -> Iterator[Endpoint]:
    """The endpoints of an authority; several hosts are separated by commas."""
    default, protocol = _schemes().get(scheme, (None, None))
    looked_up = scheme in _schemes() and default is None
    for part in authority.split(","):
        found = _host_port(part.removesuffix(":"))  # RFC 3986, section 3.2.3: the port may be empty
        if found is None:
            continue
        if looked_up:
            yield Endpoint(found[0], None, protocol)
        elif found[1] or default:
            yield Endpoint(found[0], found[1] or default, protocol, scheme, written=found[1] is not None)


@cache
def _schemes() -> dict[str, tuple[int | None, str]]:
    return {
        str(row["scheme"]): (as_integer(row, "port"), as_text(row, "protocol") or "TCP")
        for row in load_table("schemes", "schemes")
    }


# ---------------------------------------------------------------- what is no URL


def _keywords(text: str) -> Iterator[Endpoint]:
    """libpq's `host=… port=…`, ADO.NET's `Server=…;Port=…`. Without these, a list that ends in options."""
    hosts = hosts_of_keywords(text)
    if not hosts:
        yield from _plain(",".join(part for part in text.split(",") if "=" not in part), parsed=True)
    for host, written, usual in hosts:
        found = _host_port(host)
        if found is not None:
            yield Endpoint(found[0], written or usual, written=written is not None)


def _plain(text: str, *, parsed: bool = False) -> tuple[Endpoint, ...]:
    """`host`, `host:port`, or a list of these: all of it, or nothing."""
    if (pair := _HOST_THEN_PORT.fullmatch(text)) is not None:
        text = f"{pair[1]}:{pair[2]}"
    if "," not in text and _PROSE.search(text.strip()) is not None:
        return ()
    parts = [
        _NUMBERED.sub("", part.strip("\"' "), count=1)
        for part in re.split(r"[,;\s]+", text.strip("[]") if "," in text else text)
    ]
    found = [_host_port(_looked_up(part)) for part in parts if part]
    if not all(found):
        return ()
    return tuple(Endpoint(host, port, written=port is not None, parsed=parsed) for host, port in filter(None, found))


def _looked_up(part: str) -> str:
    """The part without the way in which its name is looked up; nothing of a name whose SRV records have the port,
    unless it names that port itself (`_grpc._tcp.store`).

    Source: https://thanos.io/tip/thanos/service-discovery.md/#dns-service-discovery
    """
    way = _LOOKED_UP.match(part)
    if way is None:
        return part
    return part[way.end() :] if way[0] == "dns+" or part.startswith("_", way.end()) else ""


def _host_port(text: str) -> tuple[str, int | None] | None:
    """A host with or without a port; None for what is neither."""
    if text.count(":") > 1 and not text.startswith("["):
        return (text, None) if _is_address(text) else None
    match = _HOST_PORT.fullmatch(text)
    if match is None or (match[2] is not None and not _is_port(match[2])):
        return None
    host = match[1].strip("[]")
    return (host, None if match[2] is None else int(match[2])) if is_host(host) else None


def is_host(text: str) -> bool:
    """True for an address, or a name that can stand in DNS: its last label is no number.

    `__HOST__` is not: scripts put a host in its place.
    """
    if _is_address(text):
        return True
    if len(text) > 253 or text.lower() in _NO_HOST or _HOST.fullmatch(text) is None:
        return False
    return not text.rstrip(".").rpartition(".")[2].isdigit()


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < int(text) < 65536

"""The database, virtual host and user that a URL or DSN names.

A database or virtual host is the path of the URL (libpq "Connection URIs", the AMQP URI specification, JDBC drivers).
Nothing is read where an `@` or `/` in a password leaves it open where the path begins. MongoDB keeps its users in
databases: a URL asks for one in `authSource`, else in the database of its path, else in `admin` ("Connection String
Options").
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote

from mblint.settings.connection_strings import keyed_stores, said_in_keywords

_USER = r"(?:(?P<user>[^:@/?#\s]*)(?::[^@/?#\s]*)?@)?"
# Compiled when a server that keeps such names is in the view.
_URL = rf"(?:jdbc:|r2dbc:(?:pool:)?)?(?P<scheme>[A-Za-z][A-Za-z0-9]*)(?:\+[\w.]+)?://{_USER}[^@/?#\s]+(?:/(?P<path>[^@/?#\s,;]*))?(?:/(?P<rest>[^@/?#\s]*))?(?:[?#;]\S*)?"
_GO_MYSQL = r"(?P<user>[^:@/\s]+):[^@/\s]*@(?:tcp|tcp6)\([^()@]+\)/(?P<path>[^@/?\s]*)(?:\?\S*)?"
_PARAMETER = r"(?i)[?&;]user=([^&;\s@]+)"
_CREATED = r"(?i)[?&;]createDatabaseIfNotExist=true"  # drivers of MySQL and MariaDB: they make what is asked for
_AUTH_SOURCE = r"(?i)[?&;]authSource=([^&;\s]+)"
_RESTIC = r"s3:https?://[^/@\s]+/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/\S*)?"  # restic: s3:http://store:9000/backups
_WITHOUT_SCHEME = r"[\w.-]+(?::\d+)?/([\w.-]+)\?(?:\S*&)?sslmode=\S*"  # PostgreSQL's exporter
_BARE = r"[\w.,:-]+/?(?:\?[\w.=&%-]*)?"
_OF_LIBPQ = r"(?:^|\s)(?:host|hostaddr)\s*="
_OTHER_LOGIN = r"(?i)[?&;]authMechanism=(?!SCRAM|DEFAULT)"  # by certificate, by another server
_WHAT: Mapping[str, str] = {
    **dict.fromkeys(
        ("postgres", "postgresql", "pgsql", "postgis", "ecto", "mysql", "mysql2", "mariadb", "clickhouse", "ch"),
        "database",
    ),
    **dict.fromkeys(("amqp", "amqps", "pyamqp"), "vhost"),
    **dict.fromkeys(("mongodb",), ""),
    **dict.fromkeys(("redis", "rediss", "valkey", "valkeys"), "number"),
    **dict.fromkeys(("http", "https"), "number"),  # its path is no name of a server's
}


def names_inside(text: str) -> Mapping[str, str]:
    """What a text asks for, by what it is: `database`, `vhost`, `user`, `account` (a user, and the database that has
    it). Empty for a text that is no such address."""
    text = text.strip().strip("\"'")
    if (go := re.fullmatch(_GO_MYSQL, text)) is not None:
        return _said("database", go["path"], go["user"])
    url = re.fullmatch(_URL, text)
    if url is not None and url["rest"] and not url["scheme"].lower().startswith("amqp"):
        url = None  # Symfony's queue behind the virtual host is the only such path
    if url is not None and (what := _WHAT.get(url["scheme"].lower())) is not None:
        parameter = re.search(_PARAMETER, text)
        if what == "number":
            return _said("bucket", url["path"] if _is_bucket(url) else None, url["user"])
        if not what and url["user"] and not re.search(_OTHER_LOGIN, text):
            source = re.search(_AUTH_SOURCE, text)
            within = source[1] if source is not None else url["path"] or "admin"
            return {**_said("", None, url["user"]), "account": account(unquote(url["user"]), unquote(within))}
        path = None if re.search(_CREATED, text) else url["path"]
        if what == "vhost" and path == "" and url["rest"] is not None:
            path = f"/{url['rest']}"  # all behind the first slash is its name
        return _said(what, path, url["user"] or (parameter[1] if parameter is not None else None))
    stores = keyed_stores(text)
    if len(stores) == 1:
        return {"user": stores[0].user}
    if (bucket := re.fullmatch(_RESTIC, text)) is not None:
        return {"bucket": bucket[1]}
    if (address := re.fullmatch(_WITHOUT_SCHEME, text)) is not None:
        return {"database": address[1]}
    words = _said("database", said_in_keywords(text, "database"), said_in_keywords(text, "user"))
    vhost = said_in_keywords(text, "vhost")
    return {**words, "vhost": vhost} if vhost else words


def _is_bucket(url: re.Match[str]) -> bool:
    """Whether the path of a URL with a user may name a bucket: of HTTP, where S3's clients write it (Loki's `s3`)."""
    return bool(url["user"]) and url["scheme"].lower() in ("http", "https") and "." not in (url["path"] or "")


def account(user: str, database: str) -> str:
    """What messages call a user of one database."""
    return f"{user} of the database {database}"


def leaves_the_virtual_host_out(text: str) -> bool:
    """Whether a text is an AMQP URL without a path: clients then ask for `/`."""
    url = re.fullmatch(_URL, text.strip().strip("\"'"))
    return url is not None and _WHAT.get(url["scheme"].lower()) == "vhost" and url["path"] is None and "?" not in text


def default_database(text: str) -> str | None:
    """The database that clients ask for with an address of PostgreSQL that names none: the one of the user's name.

    None for other texts. Source: https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-DBNAME
    """
    text = text.strip().strip("\"'")
    if ";" not in text and said_in_keywords(text, "database") is None and re.search(_OF_LIBPQ, text):
        return said_in_keywords(text, "user")
    url = re.fullmatch(_URL, text)
    if url is None or url["path"] or url["scheme"].lower() not in ("postgres", "postgresql") or "dbname=" in text:
        return None
    return unquote(url["user"] or "") or None


def names_no_database(text: str) -> bool:
    """Whether an address without a scheme names no database behind its host."""
    return re.fullmatch(_BARE, text.strip()) is not None and "dbname=" not in text


def _said(what: str, name: str | None, user: str | None) -> Mapping[str, str]:
    found = {what: unquote(name or ""), "user": unquote(user or "")}
    return {kind: text for kind, text in found.items() if kind and text}

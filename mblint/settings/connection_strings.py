"""Connection strings of keywords: libpq's `host=db port=5432 dbname=app`, ADO.NET's `Server=db,1433;User Id=app`.

Which words there are, and what they tell of the software, is `rules/tables/schemes.yaml`, section `keywords`.

Stores of objects with their keys: `minio|store:9000?accessKey=…&secretKey=…`, a list of them with `;` between, each
with its kind and maybe a name before, and without a scheme where the kind says how it is spoken to. Source:
https://github.com/hcengineering/platform/blob/04693086d6621c9af938d60c7213c54ace976425/server/server-storage/src/starter.ts
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from urllib.parse import parse_qsl

from msgspec import Struct

from mblint.cluster.secrets import SecretText
from mblint.regex import regex
from mblint.settings.tables import as_integer, as_text, as_texts, load_table

_LONGEST = 4096  # characters
_FIRST = regex(r"\s*[\"']?[A-Za-z][A-Za-z _]{0,30}\s*=(?!=)")
_BY_SPACES = r"([A-Za-z_]+)\s*=\s*(?:'([^']*)'|([^\s;'\"]+))"
_PORT = regex(r"\d{1,5}")
_STORE = regex(r"[\w-]+(?:,[\w-]+)?\|(?:(https?)://)?([A-Za-z0-9][\w.-]*(?::\d{1,5})?)/?\?([^\s|;?]+)(?:\|[^|;]*)?")
_FILES = (".db", ".sqlite", ".sqlite3", ".mdf", ".sdf")


class KeyedStore(Struct, frozen=True):
    """A store of objects: how it is spoken to (`http`; None: its kind says it), its host and port, and the two keys."""

    scheme: str | None
    authority: str
    user: str
    secret: SecretText


def keyed_stores(text: str) -> tuple[KeyedStore, ...]:
    """The stores of a text, in their order; none where a part of it is something else."""
    if "|" not in text or "secretKey=" not in text or len(text) > _LONGEST:
        return ()
    parts = [_STORE.fullmatch(part.strip()) for part in text.strip().strip("\"'").rstrip(";").split(";")]
    stores = [_store(part) for part in parts if part is not None]
    known = [store for store in stores if store is not None]
    return tuple(known) if len(known) == len(parts) else ()


def _store(part: re.Match[str]) -> KeyedStore | None:
    said = dict(parse_qsl(part[3]))
    user, secret = said.get("accessKey"), said.get("secretKey")
    return KeyedStore(part[1], part[2], user, SecretText(secret)) if user and secret else None


def hosts_of_keywords(text: str) -> tuple[tuple[str, int | None, int | None], ...]:
    """The (host, written port, usual port) of a connection string; none where the text is no such string.

    A host alone proves nothing: a database, a user or a port stands beside it.
    """
    if "=" not in text or len(text) > _LONGEST or not _FIRST.match(text):
        return ()
    words = _words(text)
    hosts = words.get("host")
    if hosts is None or len(words) < 2 or hosts.lower().endswith(_FILES) or hosts.startswith(("/", ".")):
        return ()
    return tuple(_hosts(hosts, words.get("port", ""), _usual_port(text)))


def said_in_keywords(text: str, meaning: str) -> str | None:
    """What such a string says of a `database`, `vhost` or `user`; None where it is silent, or no such string."""
    return _words(text).get(meaning) if hosts_of_keywords(text) else None


def _hosts(hosts: str, ports: str, usual: int | None) -> Iterator[tuple[str, int | None, int | None]]:
    parts = hosts.removeprefix("tcp:").split(",")
    if len(parts) == 2 and _PORT.fullmatch(parts[1].strip()):  # SQL Server: Server=db,1433
        yield parts[0].strip(), int(parts[1]), usual
        return
    numbers = ports.split(",")
    for index, part in enumerate(parts):
        host, _, own = part.strip().partition("\\")[0].partition(":")
        port = own or numbers[index if index < len(numbers) else 0].strip()
        yield host, int(port) if _PORT.fullmatch(port) else None, usual


def _words(text: str) -> Mapping[str, str]:
    """What the string says, by what its words mean: `host`, `port`, `database`, `user`, `other`."""
    meanings = _meanings()
    return {
        meanings[word]: value for word, value in _pairs(text.strip().strip("\"'")) if word in meanings and value.strip()
    }


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    if ";" in text:
        for part in text.split(";"):
            word, equals, value = part.partition("=")
            if equals:
                yield " ".join(word.lower().split()), value.strip().strip("\"'")
        return
    for match in re.finditer(_BY_SPACES, text):
        yield match[1].lower(), match[2] or match[3] or ""


@cache
def _meanings() -> Mapping[str, str]:
    rows = load_table("schemes", "keywords")
    return {word: as_text(row, "means") or "other" for row in rows for word in as_texts(row, "words")}


def _usual_port(text: str) -> int | None:
    """The port of the one technology whose own words stand in the string."""
    present = {word for word, _ in _pairs(text)}
    for row in load_table("schemes", "keywords"):
        port = as_integer(row, "port")
        if port is not None and present.intersection(as_texts(row, "words")):
            return port
    return None

"""URLs that are whole, and that those who read them do not take: an unencoded password, another driver's parameter.

A password that is put into a URL as it is: a `/`, `?` or `#` ends the part with the host (RFC 3986, section 3.2).
"""

from __future__ import annotations

import re

from msgspec import Struct

from mblint.regex import regex
from mblint.settings.names import Origin
from mblint.settings.role_table import Phrase, words_of
from mblint.settings.rows import Setting

SCHEMES = (
    "https?|wss?|grpcs?|postgres(?:ql)?(?:\\+\\w+)?|mysql(?:\\+\\w+)?|mariadb|mongodb(?:\\+srv)?|rediss?|valkeys?|amqps?"
    "|nats|ldaps?|smtps?|clickhouse"
)
BEGINS = regex(rf"(?:jdbc:)?({SCHEMES})(:?/{{1,2}})", re.I)
_ENDS_THE_HOST = r"[/?#]"
_LATE_HOST = r"[^\s:@/?#]*:\S+@[\w.-]+(?::\d+)?(?:$|[/?])"  # behind a password with one of these
_NO_ESCAPE = r":.*:|%(?![0-9A-Fa-f]{2})"
_LENIENT = ("sql_alchemy", "sqlalchemy")  # https://docs.sqlalchemy.org/en/20/core/engines.html
_ENDS = "its password is not percent-encoded, and has a / ? or # that ends the part with the host"
_NOT_ENCODED = "its user or password is not percent-encoded, and has a character (@ : %) that has to be"
_ASYNCPG = r"(?i)postgres(?:ql)?\+asyncpg://[^\s?]*\?(?:\S*&)?sslmode="
_MADE_BEFORE = ("{{", "$(", "${", "<", "%(", "%s")
_OF_JDBC: tuple[Phrase, ...] = (("jdbc", "url"), ("spring", "datasource", "url"), ("spring", "flyway", "url"))
_OF_RESULTS: tuple[Phrase, ...] = (("celery", "result", "backend"), ("celery", "results", "backend"))
_DATABASES = regex(r"(?:postgres(?:ql)?|mysql|mariadb|sqlserver|oracle)(?:\+\w+)?://", re.I)
_USER_OF_JDBC = r"(?i)jdbc:postgresql://[^/?#@\s]*@"


class Flaw(Struct, frozen=True):
    """What is wrong with a URL. `meaning`: a clause. `mended`: the right value; None where that is not known."""

    verdict: str
    meaning: str
    mended: str | None = None


def misread(setting: Setting, text: str) -> Flaw | None:
    """What is wrong with a URL for those who read it; None where nothing is, or nobody knows who does."""
    return _unwritten(setting, text) or _parameter(text) or _for_another(setting, text)


def _unwritten(setting: Setting, text: str) -> Flaw | None:
    """Of a URL whose password is not percent-encoded, where those who read such URLs stop at it.

    Libraries that take all before an `@` for the password, whatever it is, are left alone.
    """
    begins = BEGINS.match(text) if "@" in text and setting.origin is not Origin.ARGUMENT else None
    if begins is None or begins[2] != "://" or any(mark in text for mark in _MADE_BEFORE):
        return None
    scheme, rest = begins[1].lower(), text[begins.end() :]
    authority = re.split(_ENDS_THE_HOST, rest, maxsplit=1)[0]
    user, colon, password = authority.rpartition("@")[0].partition(":")
    if "@" in authority:
        strict = scheme.startswith("mongodb")
        wrong = "@" in password and (strict or "+" in scheme)
        wrong = wrong or (strict and re.search(_NO_ESCAPE, f"{user}{colon}{password}") is not None)
        return Flaw("not-encoded", _NOT_ENCODED) if wrong else None
    lenient = "+" in scheme.removesuffix("+srv") or any(mark in setting.key.lower() for mark in _LENIENT)
    head = authority.partition(":")[2]
    return Flaw("not-encoded", _ENDS) if not lenient and not head.isdigit() and re.match(_LATE_HOST, rest) else None


def _parameter(text: str) -> Flaw | None:
    """Of a URL of SQLAlchemy, which hands all parameters on to the driver: one that this does not have."""
    known = re.match(_ASYNCPG, text) is not None and not any(mark in text for mark in _MADE_BEFORE)
    return Flaw("parameter", "its driver asyncpg knows no sslmode, but ssl") if known else None


def _for_another(setting: Setting, text: str) -> Flaw | None:
    """A database's URL in a setting that has another form of it: JDBC's, or Celery's."""
    if re.match(_USER_OF_JDBC, text) and not any(mark in text for mark in _MADE_BEFORE):
        return Flaw(
            "scheme", "JDBC's driver of PostgreSQL takes no user before the host, but the parameters user and password"
        )
    if _DATABASES.match(text) is None:
        return None
    words = words_of(setting.key)
    if any(words[-len(end) :] == end for end in _OF_JDBC):
        return Flaw("scheme", "it is read by JDBC, whose URLs begin with jdbc:")
    if any(words[-len(end) :] == end for end in _OF_RESULTS):
        return Flaw("scheme", "Celery's results are in a database by a URL that begins with db+")
    return None

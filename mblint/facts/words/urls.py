"""URLs in settings that no program can use: with two schemes, two ports, one slash, or without a host behind the `@`.

They come of a template that adds what the value has already (`https://{{ .Values.url }}`), of a value that is empty, or
of a password that is put into a URL as it is: a `/`, `?` or `#` ends the part with the host (RFC 3986, section 3.2).
Only schemes that settings use for addresses are judged, and only a value that begins with one. The value is never
shown: many have a password in them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from mblint.cluster.secrets import reveal
from mblint.facts.words.rows import MalformedUrl
from mblint.facts.world import World
from mblint.regex import regex
from mblint.remedies.edits import Edit
from mblint.remedies.rendered import instead, owner
from mblint.settings.names import Origin
from mblint.settings.rows import Setting

_SCHEMES = (
    "https?|wss?|grpcs?|postgres(?:ql)?(?:\\+\\w+)?|mysql(?:\\+\\w+)?|mariadb|mongodb(?:\\+srv)?|rediss?|valkeys?|amqps?"
    "|nats|ldaps?|smtps?|clickhouse"
)
_BEGINS = regex(rf"(?:jdbc:)?({_SCHEMES})(:?/{{1,2}})", re.I)
# Compiled when a URL has the signs of such a flaw: most have none.
_TWICE = rf"(?i)(?:{_SCHEMES})://((?:{_SCHEMES}|tcp|udp)://\S*)"
_PORT_TWICE = rf"(?i)(?:jdbc:)?(?:{_SCHEMES})://(?:[^\s/?#@,]*@)?[\w.-]+(:\d+)(:\d+)(?=$|[/?#])"
_NO_PORTS = ("null", "undefined", "none", "nil", "true", "false")
_NO_PORT = rf"(?i)(?:jdbc:)?(?:{_SCHEMES})://(?:[^\s/?#@,]*@)?[\w.-]+:(?:{'|'.join(_NO_PORTS)})(?=$|[/?#])"
_NO_HOST = rf"(?i)(?:{_SCHEMES})://[^\s/?#@]*@(?::\d+)?(?:$|/)"
_ONE_SLASH = rf"(?i)(?:{_SCHEMES})(?::/(?!/)|//)[\w-]"
_ENDS_THE_HOST = r"[/?#]"
_LATE_HOST = r"[^\s:@/?#]*:[^\s@]+@[\w.-]+(?::\d+)?(?:$|[/?])"  # behind a password with one of these
_NO_ESCAPE = r":.*:|%(?![0-9A-Fa-f]{2})"
_LENIENT = ("sql_alchemy", "sqlalchemy")  # https://docs.sqlalchemy.org/en/20/core/engines.html
_ENDS = "its password is not percent-encoded, and has a / ? or # that ends the part with the host"
_NOT_ENCODED = "its user or password is not percent-encoded, and has a character (@ : %) that has to be"
_ASYNCPG = r"(?i)postgres(?:ql)?\+asyncpg://[^\s?]*\?(?:\S*&)?sslmode="
_SOCKET = regex(r"[?&](?:host|unix_socket|socket)=|%2F", re.I)
_MADE_BEFORE = ("{{", "$(", "${", "<", "%(", "%s")
_MADE_LATER = ("{{", "$(", "${", "<", "%")


class _Flaw(Struct, frozen=True):
    """What is wrong with a URL. `meaning`: a clause. `mended`: the right value; None where that is not known."""

    verdict: str
    meaning: str
    mended: str | None = None


def malformed_urls(world: World) -> Iterator[MalformedUrl]:
    """A row for each setting whose value begins as a URL and is none."""
    for setting in world.settings:
        if setting.value is not None and not setting.guessed:
            text = reveal(setting.value)
            if "//" in text[:24] or ":/" in text[:24]:
                flaw = _flaw(text.strip()) or _unwritten(setting, text.strip()) or _parameter(text.strip())
                if flaw is not None:
                    yield _row(world, setting, flaw)


def _flaw(text: str) -> _Flaw | None:
    begins = _BEGINS.match(text)
    if begins is None or any(mark in text.partition("?")[0] for mark in _MADE_LATER):
        return None
    twice = re.match(_TWICE, text) if text.count("://") > 1 else None
    if twice is not None:
        inner = twice[1] if re.match(_SCHEMES, twice[1], re.I) else None
        return _Flaw("two-schemes", "one scheme stands before another, so the first is all of its host", inner)
    ports = re.match(_PORT_TWICE, text) if text.count(":") > 2 else None
    if ports is not None:
        same = ports[1] == ports[2]
        mended = f"{text[: ports.start(2)]}{text[ports.end(2) :]}" if same else None
        return _Flaw("two-ports", "a port stands behind another one", mended)
    if any(f":{word}" in text.lower() for word in _NO_PORTS) and re.match(_NO_PORT, text):
        return _Flaw("no-port", "what stands behind the colon is no port")
    if "@" in text and re.match(_NO_HOST, text) and not _SOCKET.search(text):
        return _Flaw("no-host", "no host stands behind the @")
    if begins[2] != "://" and re.match(_ONE_SLASH, text) and not text.lower().startswith("jdbc:"):
        return _Flaw("slashes", "its scheme is not followed by ://")
    return None


def _unwritten(setting: Setting, text: str) -> _Flaw | None:
    """Of a URL whose password is not percent-encoded, where those who read such URLs stop at it.

    Libraries that take all before an `@` for the password, whatever it is, are left alone.
    """
    begins = _BEGINS.match(text) if "@" in text and setting.origin is not Origin.ARGUMENT else None
    if begins is None or begins[2] != "://" or any(mark in text for mark in _MADE_BEFORE):
        return None
    scheme, rest = begins[1].lower(), text[begins.end() :]
    authority = re.split(_ENDS_THE_HOST, rest, maxsplit=1)[0]
    user, colon, password = authority.rpartition("@")[0].partition(":")
    if "@" in authority:
        strict = scheme.startswith("mongodb")
        wrong = "@" in password and (strict or "+" in scheme)
        wrong = wrong or (strict and re.search(_NO_ESCAPE, f"{user}{colon}{password}") is not None)
        return _Flaw("not-encoded", _NOT_ENCODED) if wrong else None
    lenient = "+" in scheme.removesuffix("+srv") or any(mark in setting.key.lower() for mark in _LENIENT)
    head = authority.partition(":")[2]
    return _Flaw("not-encoded", _ENDS) if not lenient and not head.isdigit() and re.match(_LATE_HOST, rest) else None


def _parameter(text: str) -> _Flaw | None:
    """Of a URL of SQLAlchemy, which hands all parameters on to the driver: one that this does not have."""
    known = re.match(_ASYNCPG, text) is not None and not any(mark in text for mark in _MADE_BEFORE)
    return _Flaw("parameter", "its driver asyncpg knows no sslmode, but ssl") if known else None


def _row(world: World, setting: Setting, flaw: _Flaw) -> MalformedUrl:
    return MalformedUrl(
        object=setting.workload.id,
        container=setting.container.name,
        place=setting.place,
        linted=setting.workload.linted,
        setting=setting.label,
        meaning=flaw.meaning,
        in_file=setting.origin is Origin.FILE,
        verdict=flaw.verdict,
        edits=_edits(world, setting, flaw),
    )


def _edits(world: World, setting: Setting, flaw: _Flaw) -> tuple[Edit, ...]:
    """The value without what is too much, where it stands in the object as it is."""
    held = owner(world.cluster, setting.place)
    if flaw.mended is None or held is None or setting.secret or setting.place.value != setting.value:
        return ()
    return (instead(held, setting.place, flaw.mended),)

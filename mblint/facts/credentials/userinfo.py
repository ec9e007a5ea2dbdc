"""User and password inside a URL or DSN.

Nothing is read where it is not clear which part the password is: an `@` or `/` in it must be percent-encoded (RFC 3986,
section 3.2.1), and clients differ in what they make of those that are not.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from msgspec import Struct

from mblint.cluster.secrets import SecretText
from mblint.regex import regex
from mblint.settings.connection_strings import keyed_stores

_PART = r"[A-Za-z0-9._~!$&'()*+,;=%-]*"
_URL = regex(rf"(?:jdbc:|r2dbc:(?:pool:)?)?[A-Za-z][A-Za-z0-9+.-]*://({_PART}):({_PART})@[^@]*")
_GO_MYSQL = regex(rf"({_PART}):({_PART})@(?:tcp|tcp6|unix)\([^@]*")
_PARAMETERS = regex(r"[?&;](user(?:name)?|password)=([^&;\s@]*)", re.IGNORECASE)
_KEYWORDS = regex(r"(?:^|[\s;])(user|username|user id|uid|password|pwd)\s*=\s*([^\s;'\"@]+)", re.IGNORECASE)
_WITHOUT_USERS = regex(r"(?:rediss?|valkeys?)://", re.IGNORECASE)  # a password is enough there
# StackExchange.Redis, `cache:6379,password=…,ssl=False`; where PHP keeps sessions, `tcp://cache:6379?auth=…`. Sources:
# https://stackexchange.github.io/StackExchange.Redis/Configuration, https://github.com/phpredis/phpredis#php-session-handler
_OF_DOTNET = regex(r"[\w.-]+(?::\d+)?(?:,[\w.-]+(?::\d+)?)*,\s*[A-Za-z]+=.*", re.DOTALL)
_LISTED = regex(r",\s*(user|password)=([^,\s]*)", re.IGNORECASE)
_SESSIONS = regex(r"tcp://[\w.-]+(?::\d+)?/?\?(?:[^,\s]*&)?auth=([^&,\s\[\]]+)(?:&[^,\s]*)?")
_USERS = ("user", "username", "user id", "uid")
_PASSWORDS = ("password", "pwd")


class Userinfo(Struct, frozen=True):
    """Who logs in, and with what. `user` "": nobody is named. `written`: the password before it is decoded."""

    user: str
    password: SecretText
    written: SecretText


def userinfo(text: str) -> Userinfo | None:
    """The user and the password of a text; None where it has no password, or where it is not clear which it is."""
    text = text.strip().strip("\"'")
    if stores := keyed_stores(text):
        (store, *others) = stores
        return None if others else Userinfo(store.user, store.secret, store.secret)
    if (url := _URL.fullmatch(text) or _GO_MYSQL.fullmatch(text)) is not None:
        return _found(url[1], url[2])
    if (session := _SESSIONS.fullmatch(text)) is not None:
        return _found("", session[1])
    if _OF_DOTNET.fullmatch(text) is not None:
        listed = {match[1].lower(): match[2] for match in _LISTED.finditer(text)}
        password = listed.get("password", "")
        return Userinfo(listed.get("user", ""), SecretText(password), SecretText(password)) if password else None
    pattern = _PARAMETERS if "://" in text else _KEYWORDS
    said = {match[1].lower(): match[2] for match in pattern.finditer(text)}
    nobody = "" if _WITHOUT_USERS.match(text) else None
    user = next((said[name] for name in _USERS if name in said), nobody)
    password = next((said[name] for name in _PASSWORDS if name in said), None)
    return None if user is None or password is None else _found(user, password)


def _found(user: str, password: str) -> Userinfo | None:
    return Userinfo(unquote(user), SecretText(unquote(password)), SecretText(password)) if password else None

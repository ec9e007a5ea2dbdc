"""The redirect URI that an application sends to its provider, and whether a client of Keycloak has it.

Source of the matching: Keycloak, "Valid redirect URIs" in the Server Administration Guide, and RedirectUtils: a `*`
counts at the end only; what begins with `/` stands behind the client's root URL; before a `*` the query is left aside.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from msgspec import Struct

from mblint.cluster.secrets import reveal
from mblint.facts.relations import Relation
from mblint.facts.software import programs_of
from mblint.facts.told import settings_of
from mblint.facts.way.served import served_hosts
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.settings.role_table import words_of
from mblint.settings.rows import Setting
from mblint.software.identity import Oidc
from mblint.software.network import PublicUrl
from mblint.software.setting_names import texts

_WHOLE = (("redirect", "uri"), ("redirect", "url"), ("callback", "url"), ("callback", "uri"))
_ONE_WORD = re.compile(r"[a-z0-9]+")
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_LATER = frozenset(("login", "logout", "post", "success", "failure", "error"))  # where the application sends them then


class RedirectUri(Struct, frozen=True, eq=False):
    """A URI that an application asks to be sent back to. `scheme_known` False: it has the scheme of each request.

    `secret`: a Secret says it, so that it is compared, and not shown.
    """

    url: str
    place: Place
    said_by: str
    scheme_known: bool = True
    secret: bool = False


def redirect_uris(world: World, relation: Relation) -> tuple[RedirectUri, ...]:
    """The URIs that a relying party may send; none where its callback is not known."""
    found = _of_program(world, relation)
    if found or relation.library.callback_base:
        return found or _of_library(world, relation)
    told = relation.all("redirect")
    return tuple(uri for one in told for uri in _of_name(one.setting)) if told else _of_library(world, relation)


def _of_name(setting: Setting) -> Iterator[RedirectUri]:
    """What a setting says that is named after the parameter (RFC 6749, section 4.1.1), or after the callback."""
    words = words_of(setting.key)
    if words[-2:] in _WHOLE and _LATER.isdisjoint(words):
        yield from _written(setting, "")


def _of_program(world: World, relation: Relation) -> tuple[RedirectUri, ...]:
    for program in programs_of(world, relation.workload):
        if program.container is relation.container:
            entries = [each for each in program.running.entries(Oidc) if program.told.applies(each) is True]
            ours = [each for each in entries if (each.library or program.running.program.name) == relation.library.name]
            for entry in entries:
                if (whole := program.told.first(entry.callback_setting)) is not None:
                    return tuple(_written(whole, ""))
            paths = {path for entry in ours or entries for path in texts(entry.callback_path)}
            if len(paths) != 1 or program.running.undecided(Oidc):
                return ()
            path = _filled(paths.pop(), relation.instance)
            based = [setting for entry in ours or entries for setting in program.told.all_of(entry.callback_base)]
            if path is None or based or any(texts(entry.callback_base) for entry in ours or entries):
                return tuple(_written(based[0], path)) if path is not None and based else ()
            public = program.running.entries(PublicUrl)
            own = [program.told.first(entry.setting) for entry in public]
            if not own:
                return tuple(_of_requests(world, relation, path))
            host = public[0].form in ("any", "host")
            return tuple(_written(own[0], path, bare=host)) if own[0] is not None else ()
    return ()


def _of_library(world: World, relation: Relation) -> tuple[RedirectUri, ...]:
    """Where a library takes callbacks, below its base or the host of each request."""
    path = _filled(relation.library.callback_path, relation.instance)
    if not path or relation.library.browserless:
        return ()
    if not relation.library.callback_base:
        return tuple(_of_requests(world, relation, path))
    settings = settings_of(world, relation.workload, relation.container)
    based = [each for each in settings if each.key in relation.library.callback_base]
    found = tuple(_written(based[0], path)) if based else ()
    return tuple(each for each in found if urlsplit(each.url).path == path)  # one of its own replaces the whole


def _filled(path: str, instance: str) -> str | None:
    """A path with the client's name; None where that is not one word as it was written."""
    if "{instance}" not in path:
        return path
    return path.replace("{instance}", instance) if _ONE_WORD.fullmatch(instance) else None


def _written(setting: Setting, path: str, *, bare: bool = False) -> Iterator[RedirectUri]:
    """What a setting says, a path alone too: dex takes one where the browser is on its own host already.

    `bare`: it may be a host name, which does not say the scheme.
    """
    text = "" if setting.value is None else reveal(setting.value).strip().strip("\"'")
    if text.startswith(("http://", "https://", "/")) and not any(mark in text for mark in ("$", "{", "%(")):
        url = text.rstrip("/") + path if path else text
        yield RedirectUri(url, setting.place, setting.label, secret=setting.secret)
    elif bare and _HOST.fullmatch(text):
        yield RedirectUri(f"https://{text}{path}", setting.place, setting.label, False, setting.secret)


def _of_requests(world: World, relation: Relation, path: str) -> Iterator[RedirectUri]:
    """Of an application that builds the URI from the host by which it was called."""
    for served in served_hosts(world, relation.workload):
        below = served.path or "/"
        if served.as_sent and not served.host.text.startswith("*") and _leads(below, path):
            said_by = f"host of {served.route.id.kind} {served.route.id.name}"
            yield RedirectUri(f"https://{served.host.text}{path}", served.host.place, said_by, scheme_known=False)


def _leads(route: str, path: str) -> bool:
    """True where a route's path is a plain prefix of the callback's."""
    return path.startswith(route.rstrip("/") + "/") or route == path


# ---------------------------------------------------------------- matching


Takes = Callable[[str, str], bool]  # (registered, asked)


def is_among(asked: RedirectUri, patterns: tuple[str, ...], root: str | None, takes: Takes) -> bool | None:
    """Whether one of a client's redirect URIs takes the asked one; None where one of them is not known."""
    unknown = False
    for pattern in patterns:
        whole = pattern
        if pattern.startswith("/"):
            if not root:
                unknown = True
                continue
            whole = root.rstrip("/") + pattern
        urls = (asked.url,) if asked.scheme_known else (asked.url, asked.url.replace("https://", "http://", 1))
        if any(takes(whole, url) for url in urls):
            return True
    return None if unknown else False


def keycloak_takes(pattern: str, url: str) -> bool:
    """Keycloak's matching."""
    pattern, url = _lower_host(pattern), _lower_host(url)
    if pattern == "*":
        return True
    if pattern.endswith("*") and "?" not in pattern:
        start = pattern[:-1]
        plain = url.partition("?")[0]
        return plain.startswith(start) or plain == start.removesuffix("/")
    return pattern == url or _without_loopback_port(url) == pattern


def letter_by_letter(registered: str, url: str) -> bool:
    """So compare dex (https://github.com/dexidp/dex/blob/master/server/oauth2.go) and Authelia (its redirect_uris)."""
    return registered == url


def _lower_host(url: str) -> str:
    scheme, mark, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme.lower()}{mark}{host.lower()}{slash}{path}" if mark else url


def _without_loopback_port(url: str) -> str:
    """A redirect to the own machine may have any port (RFC 8252, section 7.3)."""
    parts = urlsplit(url)
    if parts.hostname not in ("127.0.0.1", "localhost"):
        return url
    return f"{parts.scheme}://{parts.hostname}{parts.path}"

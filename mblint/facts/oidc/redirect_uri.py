"""One redirect URI: as a setting writes it, or made of the host by which a program was called."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from mblint.cluster.secrets import unquoted
from mblint.facts.relations import Relation
from mblint.facts.way.served import served_hosts
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.regex import regex
from mblint.settings.rows import Setting

_HOST = regex(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")


class RedirectUri(Struct, frozen=True, eq=False):
    """A URI that an application asks to be sent back to. `scheme_known` False: it has the scheme of each request.

    `secret`: a Secret says it, so that it is compared, and not shown. `tail`: how its path ends, where the application
    chooses what stands before. `by_default`: nobody tells it the address.
    """

    url: str
    place: Place
    said_by: str
    scheme_known: bool = True
    secret: bool = False
    tail: str = ""
    by_default: bool = False


def written(setting: Setting, path: str, *, bare: bool = False) -> Iterator[RedirectUri]:
    """What a setting says, a path alone too: dex takes one where the browser is on its own host already.

    `bare`: it may be a host name, which does not say the scheme.
    """
    text = unquoted(setting.value)
    if text.startswith(("http://", "https://", "/")) and not any(mark in text for mark in ("$", "{", "%(")):
        url = text.rstrip("/") + shown(path) if path else text
        yield RedirectUri(url, setting.place, setting.label, secret=setting.secret, tail=_tail(path))
    elif bare and _HOST.fullmatch(text):
        url = f"https://{text}{shown(path)}"
        yield RedirectUri(url, setting.place, setting.label, False, setting.secret, _tail(path))


def of_requests(world: World, relation: Relation, path: str) -> Iterator[RedirectUri]:
    """Of an application that builds the URI from the host by which it was called."""
    for served in served_hosts(world, relation.workload):
        below = served.path or "/"
        leads = below == "/" if _tail(path) else _leads(below, path)
        if served.as_sent and not served.host.text.startswith("*") and leads:
            said_by = f"host of {served.route.id.kind} {served.route.id.name}"
            url = f"https://{served.host.text}{shown(path)}"
            yield RedirectUri(url, served.host.place, said_by, scheme_known=False, tail=_tail(path))


def _tail(path: str) -> str:
    """How a path ends of which the beginning is the application's choice; empty for one that is known."""
    return path[1:] if path.startswith("*") else ""


def shown(path: str) -> str:
    """A path as a URL shows it: with dots for a beginning that is the application's choice."""
    return f"/…{path[1:]}" if path.startswith("*") else path


def _leads(route: str, path: str) -> bool:
    """True where a route's path is a plain prefix of the callback's."""
    return path.startswith(route.rstrip("/") + "/") or route == path

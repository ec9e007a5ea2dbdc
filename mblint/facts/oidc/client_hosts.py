"""Whether a client may send browsers back to any host at which its application is served.

Said where the callback's path is not known: no path helps where every redirect URI of a client has another host, and no
route of the render serves that one either.
"""

from __future__ import annotations

from collections.abc import Sequence

from mblint.facts.oidc.channels import is_routed
from mblint.facts.oidc.redirect_uri import RedirectUri
from mblint.facts.relations import Relation
from mblint.facts.told import settings_of
from mblint.facts.way.host_names import carried_address
from mblint.facts.way.served import hosts_of
from mblint.facts.world import World
from mblint.settings.role_table import words_of
from mblint.urls import split_url

_PATTERNS = ("*", "$", "{")


def unserved_hosts(world: World, relation: Relation, registered: Sequence[str]) -> RedirectUri | None:
    """The address of the application, where none of a client's redirect URIs leads to it, nor to anything here."""
    served = hosts_of(world, relation.workload, relation.container)
    if not served or not registered or not _logs_in(world, relation):
        return None
    hosts = {_host(each) for each in registered}
    own = {each.host.text for each in served}
    if None in hosts or own & hosts or is_routed(world, [each for each in hosts if each]):
        return None
    if any(carried_address(each) is not None for each in own):  # of a cluster on the browser's own machine
        return None
    first = served[0]
    said_by = f"host of {first.route.id.kind} {first.route.id.name}"
    return RedirectUri(f"https://{first.host.text}/…", first.host.place, said_by, scheme_known=False)


def _logs_in(world: World, relation: Relation) -> bool:
    """Whether it is told a client's secret: one that only checks tokens may be served at another host."""
    if relation.library.browserless:
        return False
    return any(
        words_of(each.key)[-2:] == ("client", "secret") or words_of(each.key)[-1:] == ("clientsecret",)
        for each in settings_of(world, relation.workload, relation.container)
    )


def _host(registered: str) -> str | None:
    """The host of a redirect URI; None for one of any host, or of another scheme than the web's."""
    parts = split_url(registered)
    name = parts.hostname or ""
    known = parts.scheme in ("http", "https") and name and not any(mark in name for mark in _PATTERNS)
    return name if known else None

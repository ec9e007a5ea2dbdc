"""Every endpoint of every OIDC relation, and how its host resolves for who uses it: browsers, or pods."""

from __future__ import annotations

from collections.abc import Iterator

from mblint.facts.hosts import BROWSER, resolve
from mblint.facts.inherited import without_inherited
from mblint.facts.oidc_urls import OidcUrl, oidc_urls
from mblint.facts.rows import OidcEndpoint
from mblint.facts.world import World
from mblint.settings.oidc_table import CREDENTIAL, OidcName, oidc_name
from mblint.settings.rows import Role, Setting


def oidc_endpoints(world: World) -> tuple[OidcEndpoint, ...]:
    """The rows of all containers; those of providers first, so that a finding begins with their own setting."""
    rows = without_inherited(
        tuple(_rows(world)),
        outcome=lambda row: (row.endpoint, row.channel, row.host, row.resolves),
        surroundings=lambda row: row.library,
    )
    return tuple(sorted(rows, key=lambda row: not row.provider))


def _rows(world: World) -> Iterator[tuple[OidcEndpoint, Setting]]:
    for setting in world.settings:
        said = oidc_name(setting.name)
        if said is not None and said.endpoint != CREDENTIAL and said.role is Role.BROWSER:
            for url in oidc_urls(setting, bare=said.endpoint == "base"):
                yield _front(world, setting, said, url), setting


def _front(world: World, setting: Setting, said: OidcName, url: OidcUrl) -> OidcEndpoint:
    found = resolve(url.host, BROWSER, world.cluster, world.config.cluster)
    return OidcEndpoint(
        object=setting.workload.id,
        container=setting.container.name,
        place=setting.place,
        linted=setting.workload.linted,
        endpoint=said.endpoint,
        channel="front",
        host=url.host,
        url=url.url,
        settings=setting.label,
        library=said.library.name,
        resolves=found.resolves,
        reason=found.reason,
        provider=said.library.provider,
    )

"""Every endpoint of every OIDC relation, and how its host resolves for who uses it: browsers, or pods."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from mblint.cluster.objects import Workload
from mblint.facts.callers.inherited import without_inherited
from mblint.facts.oidc.agreement import agreement
from mblint.facts.oidc.channels import Answer, for_browsers, for_pods, is_served
from mblint.facts.oidc.clients import client_endpoints
from mblint.facts.oidc.given_realms import realms_beside
from mblint.facts.oidc.led_elsewhere import led_elsewhere
from mblint.facts.oidc.missing import Missing, missing_endpoints
from mblint.facts.oidc.providers import Provider, may_be_elsewhere, provider_of, provider_of_realm
from mblint.facts.oidc.redirect_uri import RedirectUri
from mblint.facts.oidc.redirect_uris import redirect_uris
from mblint.facts.oidc.registered import provider_named_by
from mblint.facts.oidc.rows import OidcEndpoint
from mblint.facts.oidc.urls import OidcUrl, oidc_urls
from mblint.facts.relations import OidcSetting, Relation, relations
from mblint.facts.way.routed_paths import serves
from mblint.facts.world import World
from mblint.settings.oidc_table import FRONT
from mblint.settings.rows import Setting
from mblint.urls import port_of, split_url

_Row = tuple[OidcEndpoint, Setting]
_LOST = ("single-label", "cluster-service", "reserved")
_BACK_TO_THE_APPLICATION = ("redirect", "frontchannel-logout")


def oidc_endpoints(world: World) -> tuple[OidcEndpoint, ...]:
    """The rows of all containers; those of providers first, so that a finding begins with their own setting."""
    used = {(id(each.container), each.library.name) for each in relations(world) if each.used}
    found = [
        row
        for relation in relations(world)
        if relation.library.provider or (id(relation.container), relation.library.name) in used
        for row in _of_relation(world, relation)
        if not relation.off
    ]
    rows = without_inherited(
        [*found, *client_endpoints(world)],
        outcome=lambda row: (row.endpoint, row.channel, row.host, row.resolves, row.missing, row.agrees),
        surroundings=lambda row: row.library,
    )
    return tuple(sorted(rows, key=lambda row: not row.provider))


def _of_relation(world: World, relation: Relation) -> Iterator[_Row]:
    provider = None if relation.library.provider else provider_of(world, relation)
    for each in relation.endpoints:
        if _belongs_to_a_client(each):
            continue
        for url in oidc_urls(each.setting, bare=each.said.endpoint == "base"):
            for row in _uses(world, relation, provider, each, url):
                yield row, each.setting
    yield from _unknown_realms(world, relation, provider)
    yield from _unserved_callbacks(world, relation)
    for missing in missing_endpoints(world, relation):
        yield _missing(relation, missing), missing.setting


def _belongs_to_a_client(each: OidcSetting) -> bool:
    """What a realm says of its clients is judged with the client (`oidc_clients`)."""
    return each.said.library.provider and each.said.endpoint not in ("base", "issuer")


def _uses(
    world: World, relation: Relation, provider: Provider | None, each: OidcSetting, url: OidcUrl
) -> Iterator[OidcEndpoint]:
    """A row for each channel that an endpoint is used on."""
    endpoint = each.said.endpoint
    found = agreement(world, relation, provider or provider_named_by(world, relation), each, url)
    row = _row(relation, each.setting, endpoint, url)
    if found is not None:
        row = replace(
            row,
            agrees=found.agrees,
            expected=found.expected,
            related=found.related,
            unfixed=found.unfixed,
            form=found.form,
        )
    if endpoint in _BACK_TO_THE_APPLICATION:
        yield replace(_front(world, row, url), routed=is_served(world, [url.host], [relation.workload]))
    elif endpoint in FRONT or (endpoint == "issuer" and relation.issuer == "shown"):
        yield _front(world, row, url)
    elif endpoint == "issuer" and relation.issuer in ("compared", "unsure"):
        yield row
    else:
        back = _back(world, row, url, _caller(world, relation))
        if endpoint == "issuer" and _sends_browsers_there(relation, provider, url):
            front = replace(_front(world, row, url), agrees=None)
            yield replace(back, lost_browsers=front.resolves in _LOST)
            yield front
        else:
            yield back


def _unknown_realms(world: World, relation: Relation, provider: Provider | None) -> Iterator[_Row]:
    """A row for a setting that names a realm beside the address, and one that the provider is not given."""
    for found in realms_beside(world, relation, provider):
        for url in oidc_urls(next(relation.of_provider).setting, bare=False):
            row = _row(relation, found.setting, "issuer", OidcUrl(url.host, url.port, found.shown, None))
            yield replace(row, agrees=False, expected=found.expected), found.setting


def _unserved_callbacks(world: World, relation: Relation) -> Iterator[_Row]:
    """A row for a redirect URI whose host some route serves, and whose path none does."""
    first = next(iter(relation.of_provider), None)
    if first is None:
        return
    past = {uri.url: f"path for {holder}" for uri, holder in led_elsewhere(world, relation)}
    for uri in redirect_uris(world, relation):
        host = split_url(uri.url).hostname or ""
        unserved = "path" if not uri.secret and _is_unserved(world, uri) else past.get(uri.url)
        if unserved is None:
            continue
        row = _row(relation, first.setting, "redirect", OidcUrl(host, port_of(split_url(uri.url)), uri.url, None))
        front = _front(world, replace(row, place=uri.place, settings=uri.said_by), OidcUrl(host, None, None, None))
        yield replace(front, routed=False, unserved=unserved, back=uri.url), first.setting


def _is_unserved(world: World, uri: RedirectUri) -> bool:
    parts = split_url(uri.url)
    return bool(parts.hostname) and serves(world, parts.hostname or "", parts.path or "/") is False


def _caller(world: World, relation: Relation) -> Workload | None:
    """Whose pods call: the container's own, or those of the provider that the container configures."""
    if not relation.library.called_by_provider:
        return relation.workload
    provider = provider_of_realm(world, relation.workload)
    return None if provider is None else provider.workload


def _sends_browsers_there(relation: Relation, provider: Provider | None, url: OidcUrl) -> bool:
    """True where discovery tells browsers the issuer's own host.

    A provider says of itself the host that it is configured with, else that of the request. One outside the render has
    the issuer's where the library insists on it.
    """
    if relation.all("authorization") or relation.library.browserless:
        return False
    return provider.address(url.realm) is None if provider is not None else relation.issuer == "verified"


# ---------------------------------------------------------------- rows


def _row(relation: Relation, setting: Setting, endpoint: str, url: OidcUrl) -> OidcEndpoint:
    return OidcEndpoint(
        object=setting.workload.id,
        container=setting.container.name,
        place=setting.place,
        linted=setting.workload.linted,
        endpoint=endpoint,
        channel="compared",
        host=url.host,
        url=url.url,
        address=url.url or f"at {url.host}",
        settings=setting.label,
        back=url.host,
        library=relation.library.name,
        client=None if relation.library.provider else relation.client,
        resolves="unknown",
        reason="nobody opens it",
        provider=relation.library.provider,
    )


def _front(world: World, row: OidcEndpoint, url: OidcUrl) -> OidcEndpoint:
    return _answered(replace(row, channel="front"), for_browsers(world, url))


def _back(world: World, row: OidcEndpoint, url: OidcUrl, caller: Workload | None) -> OidcEndpoint:
    if caller is None:
        return replace(row, channel="back", reason="the provider that calls it is not in the render")
    answer = for_pods(world, url, caller)
    elsewhere = answer.resolves == "unknown-service" and may_be_elsewhere(world, url.host, caller)
    return _answered(replace(row, channel="back", caller=str(caller.id), may_exist=elsewhere), answer)


def _answered(row: OidcEndpoint, answer: Answer) -> OidcEndpoint:
    return replace(row, resolves=answer.resolves, reason=answer.reason)


def _missing(relation: Relation, missing: Missing) -> OidcEndpoint:
    setting = missing.setting
    return OidcEndpoint(
        object=setting.workload.id,
        container=setting.container.name,
        place=setting.place,
        linted=setting.workload.linted,
        endpoint=missing.endpoint,
        channel="front" if missing.endpoint in FRONT else "back",
        host=None,
        url=None,
        settings=missing.label,
        library=relation.library.name,
        client=None if relation.library.provider else relation.client,
        resolves="unknown",
        reason="it is empty" if missing.empty else "nothing sets it",
        missing=True,
    )

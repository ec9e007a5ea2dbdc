"""The origins from which Keycloak lets scripts of pages fetch tokens: the `webOrigins` of the client.

Pages that log in by themselves ask the token endpoint from the browser, which keeps the answer from them unless
Keycloak names their origin, or is at the same one. `*` stands for all, and `+` for those of the redirect URIs. Said
only of clients without a secret whose id stands in what browsers are served, and where the list is there.
Source: https://github.com/keycloak/keycloak/blob/main/services/src/main/java/org/keycloak/protocol/oidc/utils/WebOriginsUtils.java
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mblint.facts.names.host_rows import TrustedOrigin
from mblint.facts.oidc.asked import Asked, asked_of
from mblint.facts.oidc.realms import RealmClient
from mblint.facts.oidc.registered import filled
from mblint.facts.oidc.urls import oidc_urls
from mblint.facts.pages import is_in_pages
from mblint.facts.rows import Related
from mblint.facts.way.served import ServedHost, hosts_of
from mblint.facts.world import World
from mblint.settings.rows import Setting
from mblint.urls import split_url

_OTHERWISE = "they keep the tokens from its scripts (CORS), and nobody is logged in"


def web_origins(world: World) -> Iterator[TrustedOrigin]:
    """A row for each application of that sort of which the client's list has no origin."""
    for asked in asked_of(world):
        client = _client(world, asked)
        served = hosts_of(world, asked.relation.workload, asked.relation.container)
        if client is None or not served or not is_in_pages(asked.id) or client.says("publicClient") != "true":
            continue
        if not _hosts_of_provider(asked).isdisjoint(one.host.text.lower() for one in served):
            continue
        listed = [each for name, each in client.parts.items() if name.startswith("webOrigins")]
        origins = _origins(world, client, listed)
        pages = [_origin(one) for one in served]
        if listed and origins is not None and "*" not in origins:
            yield _row(asked, client, listed, served, pages, is_taken=not set(pages).isdisjoint(origins))


def _hosts_of_provider(asked: Asked) -> frozenset[str]:
    urls = (url for each in asked.relation.of_provider for url in oidc_urls(each.setting, bare=False))
    return frozenset(url.host.lower() for url in urls)


def _client(world: World, asked: Asked) -> RealmClient | None:
    found = [
        client
        for realm in asked.at.realms
        if realm.product == "Keycloak" and filled(world, realm.name_setting) == asked.realm
        for client in realm.clients
        if filled(world, client.id_setting) == asked.text
    ]
    return found[0] if len(found) == 1 else None


def _origins(world: World, client: RealmClient, listed: Sequence[Setting]) -> frozenset[str] | None:
    """The origins of the list, letter by letter; None where one of them is not known."""
    said = [filled(world, each) for each in listed]
    if "+" in said:
        root = "" if client.root is None else filled(world, client.root)
        urls = [filled(world, each) for endpoint, each in client.settings if endpoint == "redirect"]
        if None in urls or root is None or any(url and url.startswith("/") and not root for url in urls):
            return None
        said += [_origin_of(f"{root.rstrip('/')}{url}" if url and url.startswith("/") else url or "") for url in urls]
    return None if None in said else frozenset(each for each in said if each)


def _origin_of(url: str) -> str:
    parts = split_url(url)
    return f"{parts.scheme}://{parts.netloc}".lower() if parts.scheme in ("http", "https") else ""


def _origin(served: ServedHost) -> str:
    return f"{'https' if served.tls else 'http'}://{served.host.text.lower()}"


def _row(
    asked: Asked,
    client: RealmClient,
    listed: Sequence[Setting],
    served: Sequence[ServedHost],
    pages: Sequence[str],
    *,
    is_taken: bool,
) -> TrustedOrigin:
    first, route = listed[0], served[0].route.id
    shown = [str(each.value) for each in listed]
    slash = next((each for each in shown if each.rstrip("/") in pages), None)
    more = ", which ends in a slash" if slash is not None else ""
    application = asked.relation.workload.id
    says = f"lists only {', '.join(shown)}{more}, and browsers see the pages of {application.kind} {application.name}"
    return TrustedOrigin(
        object=first.workload.id,
        container=first.container.name,
        place=first.place,
        linted=first.workload.linted,
        related=(Related(f"{route.kind} {route.name} serves the pages here", served[0].host.place, route),),
        what="origin",
        name=pages[0],
        settings=first.key.rpartition("[")[0] or first.key,
        client=asked.client,
        server=asked.provider,
        offered=tuple(shown),
        offered_by=first.label,
        verdict="offered" if is_taken else "missing",
        nearest=slash,
        kind="origins",
        says=f"{says} at {pages[0]}",
        otherwise=_OTHERWISE,
    )

"""Realms in resources of Keycloak's operator: `KeycloakRealmImport`, and the `Keycloak` for which it is made.

The operator makes the pods, so that the view has none: the resource itself stands for the provider, by the host that it
is told. What the realm says stands in `spec.realm`, as in a file that Keycloak imports.
Source: https://www.keycloak.org/operator/realm-import, https://www.keycloak.org/operator/basic-deployment
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.objects import Object
from mblint.facts.oidc.providers import Address, Provider
from mblint.facts.oidc.realms import Realm, realms_of_file
from mblint.facts.oidc.urls import oidc_urls
from mblint.facts.stand_ins import settings_below, stand_in, text_at, told
from mblint.facts.world import World

GROUP = "k8s.keycloak.org"
_HOSTS = (("spec", "hostname", "hostname"), ("spec", "hostname"))


def imported_realms(world: World) -> Iterator[tuple[Provider, Realm]]:
    """Each realm that a resource imports, and the Keycloak that is given it."""
    servers = {(each.id.namespace, each.id.name): each for each in world.cluster.of_kind("Keycloak", GROUP)}
    made: dict[tuple[str, str], Provider] = {}
    for each in world.cluster.of_kind("KeycloakRealmImport", GROUP):
        key = (each.id.namespace, text_at(each.place.at("spec", "keycloakCRName")) or "")
        if key in servers and key not in made:
            made[key] = _provider(servers[key])
        if key in made:
            holder = stand_in(each)
            keys = {setting.key: setting for setting in settings_below(holder, each.place.at("spec", "realm"))}
            for realm in realms_of_file(keys):
                yield made[key], realm


def _provider(server: Object) -> Provider:
    holder = stand_in(server)
    own = None
    for path in _HOSTS:
        place = server.place.at(*path)
        text = text_at(place)
        if text is not None:
            setting = told(holder).setting(".".join(path), text, place)
            own = next((Address(url, setting) for url in oidc_urls(setting, bare=True)), None)
            break
    return Provider(holder, frozenset({(server.id.namespace, f"{server.id.name}-service")}), own, {})

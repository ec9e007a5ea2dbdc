"""Addresses of a Keycloak under any name: beside a setting with the same first words that names a realm.

`SHOP_SSO_URL` and `SHOP_SSO_REALM` are the two parts of an issuer where the URL leads to a Keycloak of the render.
Names that say `keycloak` are known without that (`keycloak_part`). Realms of other kinds (HTTP, Kerberos, TURN) have no
such URL.
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.objects import ContainerRole, Workload
from mblint.cluster.remembered import remembered
from mblint.cluster.routes_by_host import routes_that_name
from mblint.cluster.secrets import reveal, unquoted
from mblint.cluster.services import services_of
from mblint.facts.told import told_containers
from mblint.facts.way.host_names import normal
from mblint.facts.way.hosts import resolve
from mblint.facts.world import World
from mblint.regex import regex
from mblint.settings.by_container import ContainerSettings
from mblint.settings.oidc_table import REALM, OidcName
from mblint.settings.oidc_urls import BY_PARTS, address_ends, keycloak_part, realm_ends
from mblint.settings.role_table import Phrase, words_of
from mblint.settings.rows import Setting
from mblint.urls import split_url

_REALM = regex(r"[\w.-]+")
_URL = regex(r"https?://[^/?#\s,]+(?:/[\w./-]*)?")
_OF_A_REALM, _OPERATORS = "/realms/", "k8s.keycloak.org"
_LOGINS = frozenset(
    ("oidc", "sso", "auth", "oauth", "oauth2", "idp", "iam", "identity", "openid", "kc", "login", "jwt")
)


def parts_of_keycloaks(world: World) -> Iterator[tuple[Setting, OidcName]]:
    """The settings that are the parts, with what each is."""
    if not _services(world) and not _own_hosts(world):
        return
    for told in told_containers(world):
        if is_keycloak(told.workload):
            continue
        realms = tuple(_realms(told))
        found = {
            id(each): (each, said) for realm, before in realms for each, said in _beside(world, told, realm, before)
        }
        yield from found.values()
        if len(realms) == 1 and id(realms[0][0]) not in found:
            yield from _apart(world, told, *realms[0])


def _beside(
    world: World, told: ContainerSettings, realm: Setting, before: Phrase
) -> Iterator[tuple[Setting, OidcName]]:
    """The addresses that begin with the same words, and the realm."""
    addresses = [each for each in told.settings if before and _is_beside(each, before) and _leads_there(world, each)]
    instance = " ".join(before)
    for each in addresses:
        yield each, OidcName(BY_PARTS, "issuer", instance)
    if addresses:
        yield realm, OidcName(BY_PARTS, REALM, instance)


def _apart(world: World, told: ContainerSettings, realm: Setting, before: Phrase) -> Iterator[tuple[Setting, OidcName]]:
    """The only realm of a container in which one Keycloak's address is called so: KEYCLOAK_URL and AUTH_REALM."""
    parts = [
        (each, part)
        for each in told.settings
        if each.oidc is None and (part := keycloak_part(each.key, reveal(each.value or ""))) is not None
    ]
    instances = {part.instance for _, part in parts}
    alone = len(instances) == 1 and all(part.endpoint != REALM for _, part in parts)
    if alone and _LOGINS.issuperset(before) and any(_leads_there(world, each) for each, _ in parts):
        yield realm, OidcName(BY_PARTS, REALM, instances.pop())


def is_keycloak(workload: Workload) -> bool:
    """Whether a workload is a Keycloak, by its images."""
    images = (each.image or "" for each in workload.pod.containers if each.role is ContainerRole.MAIN)
    names = (image.partition("@")[0].rpartition("/")[2].partition(":")[0] for image in images)
    return any(name in ("keycloak", "keycloakx") for name in names)


def _realms(told: ContainerSettings) -> Iterator[tuple[Setting, Phrase]]:
    """The settings that may name a realm, with the words before that."""
    for each in told.settings:
        if each.value is None or each.oidc is not None or keycloak_part(each.key, "") is not None:
            continue
        words = words_of(each.key)
        end = next((end for end in realm_ends() if words[-len(end) :] == end), None)
        if end is not None and _REALM.fullmatch(reveal(each.value).strip()):
            yield each, words[: -len(end)]


def _is_beside(setting: Setting, before: Phrase) -> bool:
    """Whether a setting is called an address behind the same words."""
    words = words_of(setting.key)
    return setting.oidc is None and words[: len(before)] == before and words[len(before) :] in address_ends()


def _leads_there(world: World, setting: Setting) -> bool:
    """Whether a setting is the URL of a Keycloak of the render: by its Service, a route, or the address it is told."""
    text = unquoted(setting.value)
    host = split_url(text).hostname if _URL.fullmatch(text) and _OF_A_REALM not in text else None
    if host is None:
        return False
    if normal(host) in _own_hosts(world):
        return True
    routes = (route for route in routes_that_name(world.cluster, normal(host).rstrip(".")) if route.web)
    found = {(backend.namespace, backend.service) for route in routes for backend in route.backends}
    called = resolve(host, setting.workload, world.cluster, world.config.cluster).service
    found |= {(called.id.namespace, called.id.name)} if called is not None else set()
    found |= _services_named(host, setting.workload.id.namespace)
    return not found.isdisjoint(_services(world))


def _services_named(host: str, namespace: str) -> frozenset[tuple[str, str]]:
    """The Service that a host may be the name of: an operator makes some that are not in the render."""
    name, _, rest = host.partition(".")
    within, _, zone = rest.partition(".")
    return frozenset({(within or namespace, name)} if zone[:3] in ("", "svc") else ())


@remembered
def _own_hosts(world: World) -> frozenset[str]:
    """The hosts that the Keycloaks of the render are told to be theirs."""
    told = (each for each in told_containers(world) if is_keycloak(each.workload))
    bases = (one for each in told for one in each.settings if one.oidc is not None and one.oidc.endpoint == "base")
    urls = (split_url(reveal(each.value or "").strip()) for each in bases)
    return frozenset(normal(url.hostname) for url in urls if url.scheme in ("http", "https") and url.hostname)


@remembered
def _services(world: World) -> frozenset[tuple[str, str]]:
    """The Services before the Keycloaks of the render, those that its operator makes too (imported_realms)."""
    servers = (each for each in world.cluster.workloads if each.lasting and is_keycloak(each))
    before = ((one.id.namespace, one.id.name) for server in servers for one in services_of(world.cluster, server))
    made = world.cluster.of_kind("Keycloak", _OPERATORS)
    return frozenset((*before, *((each.id.namespace, f"{each.id.name}-service") for each in made)))

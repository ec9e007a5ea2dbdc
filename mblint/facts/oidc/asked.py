"""As which client, and in which realm of which provider, each application of the render logs in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from mblint.cluster.secrets import SHOWN, reveal
from mblint.facts.oidc.argo_cd_dex import connectors_of_argo_cd
from mblint.facts.oidc.blueprints import PRODUCT as AUTHENTIK
from mblint.facts.oidc.default_ids import default_ids
from mblint.facts.oidc.providers import Provider, providers_at, routes_to
from mblint.facts.oidc.registered import Registrations, filled, registrations
from mblint.facts.oidc.urls import OidcUrl, oidc_urls
from mblint.facts.relations import Relation, relations
from mblint.facts.told import settings_of
from mblint.facts.world import World
from mblint.settings.oidc_table import REALM
from mblint.settings.oidc_urls import keycloak_part
from mblint.settings.rows import Setting
from mblint.urls import split_url

_OF_A_REALM = ("authorization", "token", "userinfo", "jwks", "introspection", "end-session", "issuer", "discovery")
_OF_AUTHENTIK = "/application/o/"


class Asked(Struct, frozen=True, eq=False):
    """An application that logs in: as which client, and in which realm of which provider (of dex: its issuer).

    `hidden`: a Secret says the realm, which is shown only where the provider's own file has it in the open.
    `realm_beside`: the setting that names the realm, where no URL does. `by_default`: nobody tells it the client's id.
    """

    relation: Relation
    id: Setting
    realm: str
    at: Registrations
    hidden: bool = False
    realm_beside: Setting | None = None
    by_default: bool = False

    @property
    def client(self) -> str:
        """The client id, or what stands for it in a message."""
        return SHOWN if self.id.secret else self.text

    @property
    def provider(self) -> str:
        """As messages call it."""
        return f"{self.at.provider.workload.id.kind} {self.at.provider.workload.id.name}"

    @property
    def shown_realm(self) -> str:
        """The realm's name, or what stands for one, or for dex's issuer, that is a Secret's."""
        if self.has_one_list:
            return SHOWN if self.at.realms[0].name is None else self.realm
        return SHOWN if self.hidden and all(each.name != self.realm for each in self.at.realms) else self.realm

    @property
    def where(self) -> str:
        """What has the clients: a realm of a Keycloak, or dex itself."""
        return self.provider if self.has_one_list else f"the realm {self.shown_realm} of {self.provider}"

    @property
    def has_one_list(self) -> bool:
        """True where the provider has one list of clients, and no realms."""
        return self.at.realms[0].product != "Keycloak"

    @property
    def text(self) -> str:
        """The client id itself, to compare."""
        return "" if self.id.value is None else reveal(self.id.value).strip()


def asked_of(world: World) -> Iterator[Asked]:
    """Every application that leads to a provider whose clients are in the render, as which client."""
    given = registrations(world)
    if not given:
        return
    for relation in (*relations(world), *connectors_of_argo_cd(world)):
        if relation.library.provider or relation.library.called_by_provider or not relation.used:
            continue
        ids = [each.setting for each in relation.client_ids if each.setting.value is not None and not each.empty]
        by_default = [] if ids else list(default_ids(world, relation))
        settings = (each.setting for what in _OF_A_REALM for each in relation.all(what))
        urls = [url for setting in settings for url in oidc_urls(setting, bare=False)]
        named = {url.realm for url in urls if url.realm} or {
            reveal(url.hidden_realm) for url in urls if url.hidden_realm
        }
        told = [] if named else _realm_beside(world, relation)
        named = named or {reveal(each.value or "").strip() for each in told}
        at = given_to(world, relation, given)
        ids = ids or by_default
        if len({reveal(each.value or "").strip() for each in ids}) != 1 or at is None:
            continue
        if any("$" in text for text in (reveal(ids[0].value or ""), *named)):
            continue
        if at.realms[0].product != "Keycloak":
            named = {filled(world, at.realms[0].name_setting) or ""}
        if len(named) == 1:
            hidden = any(url.hidden_realm is not None for url in urls) or any(each.secret for each in told)
            yield Asked(relation, ids[0], named.pop(), at, hidden, told[0] if told else None, bool(by_default))


def realms_of(world: World, relation: Relation) -> frozenset[str]:
    """The realms that an application names: in its URLs, else in settings beside the address."""
    settings = (each.setting for what in _OF_A_REALM for each in relation.all(what))
    urls = [url for setting in settings for url in oidc_urls(setting, bare=False)]
    named = frozenset(url.realm or reveal(url.hidden_realm or "") for url in urls) - {""}
    return named or frozenset(reveal(each.value or "").strip() for each in _realm_beside(world, relation))


def _realm_beside(world: World, relation: Relation) -> list[Setting]:
    """The settings that name the realm: the relation's, else any of its container that is called a Keycloak's realm."""
    own = [each.setting for each in relation.all(REALM)] or [
        each
        for each in settings_of(world, relation.workload, relation.container)
        if (part := keycloak_part(each.key, "")) is not None and part.endpoint == REALM
    ]
    return [each for each in own if each.value is not None and reveal(each.value).strip()]


def given_to(world: World, relation: Relation, given: Sequence[Registrations]) -> Registrations | None:
    """What the provider is given that an application leads to."""
    for each in relation.of_provider:
        for url in oidc_urls(each.setting, bare=False):
            reached = providers_at(world, relation, url)
            for one in given:
                if (
                    one.provider in reached
                    or _has_address(one.provider, url)
                    or _has_service(world, relation, one, url, reveal(each.setting.value or ""))
                ):
                    return one
    return None


def _has_service(world: World, relation: Relation, given: Registrations, url: OidcUrl, text: str) -> bool:
    """Whether a host is the name of a Service before a provider, or a route's to that.

    Asked of the Keycloak that its operator makes, of authentik at the paths of its clients, and of an Authelia that is
    not told its own address. `text`: what the setting of the URL says, which a Secret may hide.
    """
    provider, host, product = given.provider, url.host, given.realms[0].product
    is_authentik = product == AUTHENTIK and _OF_AUTHENTIK in text
    is_authelia = product == "Authelia" and provider.own is None
    if provider.workload.id.kind != "Keycloak" and not is_authentik and not is_authelia:
        return False
    name, _, rest = host.partition(".")
    namespace, _, zone = rest.partition(".")
    named = (namespace or relation.workload.id.namespace, name) in provider.services and zone[:3] in ("", "svc")
    return named or any(
        (backend.namespace, backend.service) in provider.services
        for route in routes_to(world, host)
        for backend in route.backends
    )


def _has_address(provider: Provider, url: OidcUrl) -> bool:
    """Whether a URL is at the address that a provider has; at a dex's also below the path of its issuer."""
    address = provider.address(url.realm)
    if address is None or address.url.host != url.host:
        return False
    below = split_url(address.url.url or "").path if address.setting.key == "issuer" and url.url is not None else ""
    return split_url(url.url or "").path.startswith(below)

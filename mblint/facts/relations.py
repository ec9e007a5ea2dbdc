"""OIDC relations: what one container is told of one provider by one library."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from mblint.cluster.objects import Container, Workload
from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import reveal, unquoted
from mblint.facts.filled_settings import with_variables
from mblint.facts.keycloak_parts import parts_of_keycloaks
from mblint.facts.login_resources import settings_of_resources
from mblint.facts.told import settings_of
from mblint.facts.world import World
from mblint.settings.names import Origin
from mblint.settings.oidc_library import Library
from mblint.settings.oidc_table import (
    CREDENTIAL,
    DISCOVERY,
    NO_DISCOVERY,
    OTHERS,
    SWITCH,
    UNVERIFIED,
    OidcName,
)
from mblint.settings.oidc_urls import keycloak_part, oidc_url, realm_url
from mblint.settings.role_table import Phrase, words_of
from mblint.settings.rows import Setting

_PROXIES = frozenset(("pass", "proxy", "upstream", "target", "targets", "rewrite"))
_OWN_ADDRESSES = ("redirect", "frontchannel-logout", "backchannel-logout", "base")
_IDS = (("id",), ("clientid",))
_OFF = frozenset(("false", "no", "off", "0", "disabled", "basic"))  # the last: a method of another kind


class OidcSetting(Struct, frozen=True, eq=False):
    """A setting, and what it is in OpenID Connect."""

    setting: Setting
    said: OidcName

    @property
    def empty(self) -> bool:
        """True where the manifests say that it has no value. One that they do not say is not empty."""
        return self.setting.value is not None and not unquoted(self.setting.value)


class Relation(Struct, frozen=True, eq=False):
    """The settings of one relation, by what they are: endpoints, credentials, switches (`oidc_table`)."""

    workload: Workload
    container: Container
    library: Library
    settings: Mapping[str, tuple[OidcSetting, ...]]
    instance: str = ""  # which of several of one library, by the words of the settings' names

    def all(self, what: str) -> tuple[OidcSetting, ...]:
        """The settings that are this."""
        return self.settings.get(what, ())

    @property
    def endpoints(self) -> Iterator[OidcSetting]:
        """Every setting that holds an endpoint."""
        return (each for what, settings in self.settings.items() if what not in OTHERS.values() for each in settings)

    @property
    def of_provider(self) -> Iterator[OidcSetting]:
        """The endpoints at the provider: all but those that are the application's own addresses."""
        return (each for each in self.endpoints if each.said.endpoint not in _OWN_ADDRESSES)

    @property
    def client_ids(self) -> tuple[OidcSetting, ...]:
        """The settings that hold the client id."""
        return tuple(
            each
            for each in self.all(CREDENTIAL)
            if words_of(each.setting.key)[-1:] in _IDS or self.library.names_the_client(words_of(each.setting.key))
        )

    @property
    def client(self) -> str:
        """The client id; where it is not known, or secret, the object that has it, else the workload."""
        ids = (each.setting for each in self.client_ids)
        shown = (reveal(each.value) for each in ids if each.value is not None and not each.secret)
        refs = (each.setting.key_ref for each in self.all(CREDENTIAL))
        objects = (f"{ref.kind} {ref.name}" for ref in refs if ref is not None)
        return next((text for text in (*shown, *objects) if text), str(self.workload.id))

    @property
    def off(self) -> bool:
        """True where a switch says that the relation is not used."""
        return self._is_off(SWITCH)

    @property
    def used(self) -> bool:
        """True where a provider is named, or a credential for one given."""
        return not self.off and any(not each.empty for each in (*self.all(CREDENTIAL), *self.of_provider))

    @property
    def issuer(self) -> str:
        """What this container does with its issuer: `fetched`, `verified`, `compared`, `shown`, `unsure`."""
        if self.library.issuer in ("fetched", "verified") and (self._is_on(NO_DISCOVERY) or self._is_off(DISCOVERY)):
            return "compared"
        if self.library.issuer == "verified" and self._is_on(UNVERIFIED):
            return "fetched"
        return self.library.issuer

    @property
    def required(self) -> tuple[tuple[str, ...], ...]:
        """Alternatives of endpoints without which it cannot work, all of one; more where nothing is discovered."""
        discovers = not self._is_off(DISCOVERY) and not self._is_on(NO_DISCOVERY)
        return self.library.required if discovers else self.library.undiscovered or self.library.required

    def _is_off(self, what: str) -> bool:
        return any(_said(each) in _OFF for each in self.all(what))

    def _is_on(self, what: str) -> bool:
        return any(_said(each) not in _OFF for each in self.all(what))


@remembered
def relations(world: World) -> tuple[Relation, ...]:
    """The relations of all containers, in the order of their first settings."""
    found: dict[Hashable, dict[str, list[OidcSetting]]] = {}
    for each in _oidc_settings(world):
        setting, said = each.setting, each.said
        key = (id(setting.workload), id(setting.container), said.library.name, said.instance)
        found.setdefault(key, {}).setdefault(said.endpoint, []).append(each)
    return tuple(with_client_id(world, _relation(settings)) for settings in found.values())


def _oidc_settings(world: World) -> Iterator[OidcSetting]:
    for setting in world.settings:
        said = said_of(setting) or _of_a_keycloak(setting)
        if said is not None:
            yield OidcSetting(with_variables(world, setting), said)
    for setting, said in (*parts_of_keycloaks(world), *settings_of_resources(world)):
        yield OidcSetting(setting, said)


def said_of(setting: Setting) -> OidcName | None:
    """What a setting is in OpenID Connect, by its name, else by its URL; None for any other setting."""
    return setting.oidc or _by_url(setting)


def _of_a_keycloak(setting: Setting) -> OidcName | None:
    """What a setting of no known library says of a Keycloak: a realm by its URL, or one part by its name."""
    if setting.value is None or (setting.origin is Origin.ARGUMENT and not setting.key.startswith("-")):
        return None
    text = reveal(setting.value)
    return realm_url(text, setting.key) or keycloak_part(setting.key, text)


def _by_url(setting: Setting) -> OidcName | None:
    """What a setting of an unknown name is by its URL. Programs in scripts and reverse proxies tell nothing."""
    if setting.value is None or (setting.origin is Origin.ARGUMENT and not setting.key.startswith("-")):
        return None
    said = oidc_url(reveal(setting.value))
    return None if said is None or not _PROXIES.isdisjoint(words_of(setting.key)) else said


def _relation(settings: Mapping[str, list[OidcSetting]]) -> Relation:
    first = next(iter(settings.values()))[0]
    return Relation(
        first.setting.workload,
        first.setting.container,
        first.said.library,
        {what: tuple(each) for what, each in settings.items()},
        first.said.instance,
    )


def _said(each: OidcSetting) -> str:
    value = each.setting.value
    return unquoted(value).lower()


# ---------------------------------------------------------------- a client id under a name that no table has


def with_client_id(world: World, relation: Relation) -> Relation:
    """The relation with the only client id that its container is told, where its own library names none.

    What stands before `CLIENT_ID` may say no other purpose (`GITHUB_CLIENT_ID`): it says one of login, of the program,
    or what the settings of the relation say as well.
    """
    library = relation.library
    if library.provider or library.called_by_provider or relation.client_ids:
        return relation
    if not any(True for _ in relation.of_provider):
        return relation
    purpose = {word for each in relation.of_provider for word in words_of(each.setting.key)}
    purpose |= {*words_of(relation.workload.id.name), *words_of(relation.container.name), *_OF_LOGINS}
    ids = [
        setting
        for setting in settings_of(world, relation.workload, relation.container)
        if setting.value is not None
        and "[" not in setting.key
        and (before := _before_id(words_of(setting.key))) is not None
        and purpose >= before
    ]
    if len({reveal(each.value or "") for each in ids if reveal(each.value or "").strip()}) != 1:
        return relation
    said = OidcName(library, CREDENTIAL, relation.instance)
    more = tuple(OidcSetting(each, said) for each in ids)
    return replace(relation, settings={**relation.settings, CREDENTIAL: (*relation.all(CREDENTIAL), *more)})


def _before_id(words: Phrase) -> frozenset[str] | None:
    """The words before those for a client id; None for a name of something else."""
    if words[-2:] == ("client", "id"):
        return frozenset(words[:-2])
    named = words[-1:] == ("clientid",) or (words[-1:] == ("id",) and words[-2:-1] and words[-2] in _PROTOCOLS)
    return frozenset(words[:-1]) if named else None


_PROTOCOLS = ("oidc", "oauth", "oauth2", "openid")  # OIDC_ID


_OF_LOGINS = frozenset(
    (
        *("oidc", "openid", "connect", "openidconnect", "oauth", "oauth2", "sso", "auth", "authentication", "idp"),
        *("keycloak", "kc", "authentik", "authelia", "dex", "login", "signin", "security", "identity", "provider"),
        *("providers", "client", "clients", "registration", "rp", "app", "application", "web", "ui", "frontend"),
        *("backend", "server", "service", "config", "settings", "public", "next", "vite", "react", "nuxt", "my"),
    )
)

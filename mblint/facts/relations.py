"""OIDC relations: what one container is told of one provider by one library."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping

from msgspec import Struct

from mblint.cluster.objects import Container, Workload
from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import reveal
from mblint.facts.world import World
from mblint.settings.names import Origin
from mblint.settings.oidc_table import (
    CREDENTIAL,
    DISCOVERY,
    NO_DISCOVERY,
    OTHERS,
    SWITCH,
    UNVERIFIED,
    Library,
    OidcName,
)
from mblint.settings.oidc_urls import oidc_url
from mblint.settings.role_table import words_of
from mblint.settings.rows import Setting

_PROXIES = frozenset(("pass", "proxy", "upstream", "target", "targets", "rewrite"))
_OWN_ADDRESSES = ("redirect", "frontchannel-logout", "backchannel-logout", "base")
_IDS = (("id",), ("clientid",))
_OFF = frozenset(("false", "no", "off", "0", "disabled"))


class OidcSetting(Struct, frozen=True, eq=False):
    """A setting, and what it is in OpenID Connect."""

    setting: Setting
    said: OidcName

    @property
    def empty(self) -> bool:
        """True where the manifests say that it has no value. One that they do not say is not empty."""
        return self.setting.value is not None and not reveal(self.setting.value).strip().strip("\"'")


class Relation(Struct, frozen=True, eq=False):
    """The settings of one relation, by what they are: endpoints, credentials, switches (`oidc_table`)."""

    workload: Workload
    container: Container
    library: Library
    settings: Mapping[str, tuple[OidcSetting, ...]]

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
            if words_of(each.setting.key)[-1:] in _IDS or words_of(each.setting.key) in self.library.client_ids
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
    return tuple(_relation(settings) for settings in found.values())


def _oidc_settings(world: World) -> Iterator[OidcSetting]:
    for setting in world.settings:
        if (said := said_of(setting)) is not None:
            yield OidcSetting(setting, said)


def said_of(setting: Setting) -> OidcName | None:
    """What a setting is in OpenID Connect, by its name, else by its URL; None for any other setting."""
    return setting.oidc or _by_url(setting)


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
    )


def _said(each: OidcSetting) -> str:
    value = each.setting.value
    return "" if value is None else reveal(value).strip().strip("\"'").lower()

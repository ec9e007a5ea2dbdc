"""Argo CD's dex: its ConfigMap says the clients, beside those that Argo CD gives its dex by itself.

The issuer is the address of Argo CD with /api/dex, and `$key` or `$secret:key` stand for what Secrets say. Where Argo
CD is told a provider of its own (`oidc.config`), that is the issuer, and the dex is nobody's. Without a connector it is
given no configuration.
Sources: https://github.com/argoproj/argo-cd/blob/master/util/dex/config.go,
https://github.com/argoproj/argo-cd/blob/master/util/settings/settings.go and
https://argo-cd.readthedocs.io/en/stable/operator-manual/user-management/
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from mblint.cluster.objects import ConfigMap, Container, ContainerRole, Entry, KeyRef, Workload
from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import Text, reveal
from mblint.cluster.services import services_of
from mblint.cluster.web_ports import WEB_PORTS
from mblint.facts.oidc.providers import Address, Provider
from mblint.facts.oidc.realms import Realm, dex_of_file
from mblint.facts.oidc.urls import OidcUrl
from mblint.facts.relations import OidcSetting, Relation
from mblint.facts.told import settings_of
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.regex import regex
from mblint.settings.formats.by_name import read_leaves
from mblint.settings.names import Origin, Role
from mblint.settings.oidc_library import Library
from mblint.settings.oidc_table import CREDENTIAL, OidcName
from mblint.settings.programs import is_complete
from mblint.settings.rows import Setting
from mblint.urls import port_of, split_url

_CONFIG_MAP, _SECRET = "argocd-cm", "argocd-secret"
BELOW = "/api/dex"
_STARTS, _CONNECTOR = "rundex", "connectors["
_OF_CONNECTOR = regex(r"(connectors\[\d+\])\.(type|config\.(?:issuer|clientID))")
_LIBRARY = Library("Dex connector", issuer="verified")
_REFERENCE = regex(r"\$(?:([\w.-]+):)?([\w.-]+)")
# What GenerateDexConfigYAML puts before the clients of the ConfigMap.
_OWN = ("argo-cd", "argo-cd-cli", "argo-cd-pkce")


@remembered
def dexes_of_argo_cd(world: World) -> tuple[tuple[Provider, Realm], ...]:
    """The dex of each Argo CD, with the static clients that its ConfigMap has."""
    return tuple(found for server, config, url in _configured(world) for found in _of(world, server, config, url))


def _configured(world: World) -> Iterator[tuple[_Server, Entry, Entry]]:
    """Each dex, with its configuration and the address of its Argo CD."""
    for config_map in world.cluster.config_maps.values():
        if not config_map.id.name.endswith(_CONFIG_MAP) or "oidc.config" in config_map.entries:
            continue
        config, url = config_map.entries.get("dex.config"), config_map.entries.get("url")
        server = _server(world, config_map)
        if server is not None and config is not None and url is not None:
            yield server, config, url


@remembered
def connectors_of_argo_cd(world: World) -> tuple[Relation, ...]:
    """What that dex is told of the providers at which it logs users in itself: it is a client there.

    Whatever a connector says, Argo CD has it sent back to its own address with /api/dex/callback.
    """
    return tuple(
        relation
        for server, config, url in _configured(world)
        if "dex" in (server.container.image or "")
        for relation in _connectors(world, server, config, url)
    )


def _connectors(world: World, server: _Server, config: Entry, url: Entry) -> Iterator[Relation]:
    text = reveal(url.text or "").strip().rstrip("/")
    found: dict[str, dict[str, Setting]] = {}
    for each in _settings(world, server, config):
        if (parts := _OF_CONNECTOR.fullmatch(each.key)) is not None:
            found.setdefault(parts[1], {})[parts[2]] = each
    for start, told in found.items():
        kind = told.get("type")
        if kind is None or reveal(kind.value or "") != "oidc" or not text.startswith("http"):
            continue
        back = server.setting("url", "url as redirect URI", f"{text}{BELOW}/callback", url.place)
        back = replace(back, file=_CONFIG_MAP)
        said = {"issuer": told.get("config.issuer"), CREDENTIAL: told.get("config.clientID"), "redirect": back}
        yield Relation(
            server.workload,
            server.container,
            _LIBRARY,
            {
                what: (OidcSetting(each, OidcName(_LIBRARY, what, start)),)
                for what, each in said.items()
                if each is not None
            },
            start,
        )


class _Server(Struct, frozen=True, eq=False):
    """The workload of a dex, and its container."""

    workload: Workload
    container: Container

    def setting(self, file: str, key: str, value: Text, place: Place) -> Setting:
        """A value of its configuration."""
        return Setting(
            self.workload, self.container, Origin.FILE, key, value, Role.UNKNOWN, None, place, f"{_CONFIG_MAP}/{file}"
        )


def _of(world: World, server: _Server, config: Entry, url: Entry) -> Iterator[tuple[Provider, Realm]]:
    parts = split_url(reveal(url.text or "").strip())
    keys = {each.key: each for each in _settings(world, server, config)}
    if parts.scheme not in ("http", "https") or not parts.hostname or not any(_CONNECTOR in key for key in keys):
        return
    text = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}{BELOW}"
    issuer = server.setting("url", "issuer", text, url.place)
    address = Address(OidcUrl(parts.hostname, port_of(parts) or WEB_PORTS[parts.scheme], text, None), issuer)
    services = ((one.id.namespace, one.id.name) for one in services_of(world.cluster, server.workload))
    environment = settings_of(world, server.workload, server.container)
    variables = {each.key: each for each in environment if each.origin is Origin.ENV}
    knows_all = is_complete(world.cluster, server.workload, server.container)
    nobody = Realm(text, issuer, server.workload, None, (), "Dex")
    for realm in tuple(dex_of_file({**keys, "issuer": issuer}, variables, knows_all)) or (nobody,):
        yield Provider(server.workload, frozenset(services), address, {}), replace(realm, makes=_OWN)


def _server(world: World, config_map: ConfigMap) -> _Server | None:
    """The one dex beside it that Argo CD's own program starts (`argocd-dex rundex`)."""
    found = [
        _Server(workload, container)
        for workload in world.cluster.workloads
        if workload.lasting and workload.id.namespace == config_map.id.namespace
        for container in workload.pod.containers
        if container.role is ContainerRole.MAIN and any(word.text == _STARTS for word in container.words)
    ]
    return found[0] if len(found) == 1 else None


def _settings(world: World, server: _Server, config: Entry) -> Iterator[Setting]:
    for leaf in read_leaves("dex.config.yaml", reveal(config.text or "")):
        place = config.place if config.encoded or leaf.offset is None else config.place.inside(leaf.offset)
        referred = _REFERENCE.fullmatch(leaf.value)
        if referred is None:
            yield server.setting("dex.config", leaf.key, leaf.value, place)
            continue
        secret = world.cluster.secrets.get((server.workload.id.namespace, referred[1] or _SECRET))
        entry = secret.entries.get(referred[2]) if secret is not None else None
        if entry is not None and entry.text is not None:
            ref = KeyRef("Secret", referred[1] or _SECRET, referred[2], False, place)
            told = server.setting("dex.config", leaf.key, entry.text, entry.place)
            yield replace(told, key_ref=ref, reference=place)
        else:
            yield replace(server.setting("dex.config", leaf.key, "", place), value=None)

"""Realms in resources of Keycloak's operator: `KeycloakRealmImport`, and the `Keycloak` for which it is made.

The operator makes the pods, so that the view has none: the resource itself stands for the provider, by the host that it
is told. What the realm says stands in `spec.realm`, as in a file that Keycloak imports.
Source: https://www.keycloak.org/operator/realm-import, https://www.keycloak.org/operator/basic-deployment
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mblint.cluster.objects import Container, ContainerRole, Object, PodTemplate, TextAt, Workload
from mblint.cluster.secrets import Text
from mblint.facts.oidc.providers import Address, Provider
from mblint.facts.oidc.realms import Realm, realms_of_file
from mblint.facts.oidc.urls import oidc_urls
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.manifests.nodes import node_at
from mblint.settings.names import Origin, Role
from mblint.settings.rows import Setting

GROUP = "k8s.keycloak.org"
_MOST = 20_000  # values of one realm
_HOSTS = (("spec", "hostname", "hostname"), ("spec", "hostname"))


def imported_realms(world: World) -> Iterator[tuple[Provider, Realm]]:
    """Each realm that a resource imports, and the Keycloak that is given it."""
    servers = {(each.id.namespace, each.id.name): each for each in world.cluster.of_kind("Keycloak", GROUP)}
    made: dict[tuple[str, str], Provider] = {}
    for each in world.cluster.of_kind("KeycloakRealmImport", GROUP):
        key = (each.id.namespace, _text(each.place.at("spec", "keycloakCRName")) or "")
        if key in servers and key not in made:
            made[key] = _provider(servers[key])
        if key in made:
            holder = _stand_in(each)
            keys = {setting.key: setting for setting in _settings(holder, each.place.at("spec", "realm"))}
            for realm in realms_of_file(keys):
                yield made[key], realm


def _provider(server: Object) -> Provider:
    holder = _stand_in(server)
    own = None
    for path in _HOSTS:
        place = server.place.at(*path)
        text = _text(place)
        if text is not None:
            setting = _setting(holder, ".".join(path), text, place)
            own = next((Address(url, setting) for url in oidc_urls(setting, bare=True)), None)
            break
    return Provider(holder, frozenset({(server.id.namespace, f"{server.id.name}-service")}), own, {})


# ---------------------------------------------------------------- what stands in a resource


def _stand_in(made: Object) -> Workload:
    """A resource in the place of the workload that its operator makes of it: it has no containers."""
    pod = PodTemplate({}, {}, (), {}, False, (), None, None, None, None, None, None, made.place)
    return Workload(*made.header, pod=pod, replicas=None, service_name=None, claims=())


def _settings(holder: Workload, place: Place) -> Iterator[Setting]:
    """The values below a place, with the key paths that they have in a file."""
    left = [("", node_at(place))]
    for _ in range(_MOST):
        if not left:
            return
        path, each = left.pop()
        if isinstance(each.value, dict):
            below = [(f"{path}.{name}" if path else name, value) for name, value in each.entries()]
            left += reversed(below)
        elif isinstance(each.value, list):
            left += reversed([(f"{path}[{number}]", value) for number, value in enumerate(each.items())])
        elif isinstance(each.value, str | int | float):
            text = str(each.value).lower() if isinstance(each.value, bool) else str(each.value)
            yield _setting(holder, path, text, each.place)


def _setting(holder: Workload, key: str, value: Text, place: Place) -> Setting:
    container = Container(
        name=holder.id.name,
        role=ContainerRole.MAIN,
        image=None,
        command=None,
        args=None,
        env=(),
        env_from=(),
        mounts=(),
        ports=(),
        requests=_NOTHING,
        limits=_NOTHING,
        liveness=None,
        readiness=None,
        startup=None,
        working_dir=None,
        place=holder.place,
    )
    return Setting(holder, container, Origin.FILE, key, value, Role.UNKNOWN, None, place)


_NOTHING: Mapping[str, TextAt] = {}


def _text(place: Place) -> str | None:
    return place.value if isinstance(place.value, str) and place.value.strip() else None

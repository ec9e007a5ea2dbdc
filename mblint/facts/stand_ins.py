"""What stands in a resource, as settings: its operator makes the pods, so that it takes their place itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from mblint.cluster.objects import Container, ContainerRole, Object, PodTemplate, TextAt, Workload
from mblint.cluster.secrets import Text
from mblint.manifests.documents import Place
from mblint.manifests.nodes import node_at
from mblint.settings.names import Origin, Role
from mblint.settings.oidc_table import OidcName
from mblint.settings.rows import Setting

_MOST = 20_000  # values of one resource


def stand_in(made: Object) -> Workload:
    """A resource in the place of the workload that its operator makes of it: it has no containers."""
    pod = PodTemplate({}, {}, (), {}, False, (), None, None, None, None, None, None, made.place)
    return Workload(*made.header, pod=pod, replicas=None, service_name=None, claims=())


def settings_below(holder: Workload, place: Place) -> Iterator[Setting]:
    """The values below a place, with the key paths that they have in a file."""
    one = told(holder)
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
            yield one.setting(path, text, each.place)


class Told(Struct, frozen=True, eq=False):
    """A stand-in and the container that would be told what stands in the resource."""

    holder: Workload
    container: Container

    def setting(self, key: str, value: Text, place: Place, oidc: OidcName | None = None) -> Setting:
        """A value as a setting of that container."""
        return Setting(self.holder, self.container, Origin.FILE, key, value, Role.UNKNOWN, oidc, place)


def told(holder: Workload) -> Told:
    """A stand-in with a container of its own."""
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
    return Told(holder, container)


_NOTHING: Mapping[str, TextAt] = {}


def text_at(place: Place) -> str | None:
    """The text at a place; None where there is none."""
    return place.value if isinstance(place.value, str) and place.value.strip() else None

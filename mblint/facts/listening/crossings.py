"""IngressRoutes that name what is in another namespace, where the Traefik of the view does not allow that.

Without `allowCrossNamespace` of its provider, Traefik leaves out a route whose middleware or Service is elsewhere.
Source: https://doc.traefik.io/traefik/providers/kubernetes-crd/#allowcrossnamespace
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.objects import ContainerRole, Object
from mblint.facts.listening.rows import Crossing
from mblint.facts.rows import Related
from mblint.facts.software import RunningProgram, running_programs
from mblint.facts.way.heard import is_of_its_makers, reads_what_is_not_there
from mblint.facts.world import World
from mblint.manifests.nodes import Node
from mblint.manifests.partial import read_parts
from mblint.software.running import Refuses
from mblint.software.versions import within

_GROUPS = ("traefik.io", "traefik.containo.us")
_ALLOWS = (
    "--providers.kubernetescrd.allowcrossnamespace",
    "--providers.kubernetescrd.allowCrossNamespace",
    "--providers.kubernetesCRD.allowCrossNamespace",
    "TRAEFIK_PROVIDERS_KUBERNETESCRD_ALLOWCROSSNAMESPACE",
    "providers.kubernetesCRD.allowCrossNamespace",
    "providers.kubernetescrd.allowcrossnamespace",
)
_NAMED = (("middlewares", "Middleware"), ("services", "Service"))


def crossings(world: World) -> Iterator[Crossing]:
    """A row for each thing in another namespace that an IngressRoute names, if no Traefik of the view allows it."""
    servers = tuple(one for one in running_programs(world) if _is_traefik(one))
    if not servers or any(_allows(world, one) is not False for one in servers):
        return
    for kind in ("IngressRoute", "IngressRouteTCP"):
        for held in world.cluster.of_kind(kind, *_GROUPS):
            named, _ = read_parts(held.node, _named)
            for what, namespace, name, node in named or ():
                if namespace != held.id.namespace:
                    yield _row(held, what, f"{namespace}/{name}", node, servers[0])


def _is_traefik(one: RunningProgram) -> bool:
    return one.running.program.id == "traefik" and one.container.role is not ContainerRole.INIT


def _allows(world: World, one: RunningProgram) -> bool | None:
    """None where nobody knows."""
    newer = within(">=2.5", one.running.version)
    if newer is not True or not is_of_its_makers(one.running) or one.running.undecided(Refuses):
        return None
    if not one.told.complete or reads_what_is_not_there(world, one.workload):
        return None
    if not any("providers.kubernetescrd" in setting.key.lower() for setting in one.told.settings):
        return None  # these routes may be another's
    setting = one.told.first(_ALLOWS)
    if setting is None:
        return False
    return None if setting.value != "false" else False


def _named(node: Node) -> tuple[tuple[str, str, str, Node], ...]:
    """What, its namespace, its name, and where that stands: of what names a namespace."""
    return tuple(
        (what, namespace, each.get("name").text() or "", each)
        for route in node.get("spec").get("routes").items()
        for key, what in _NAMED
        for each in route.get(key).items()
        if (namespace := each.get("namespace").text()) is not None and "@" not in (each.get("name").text() or "")
    )


def _row(held: Object, what: str, named: str, node: Node, server: RunningProgram) -> Crossing:
    return Crossing(
        object=held.id,
        place=node.get("namespace").place,
        related=(Related("this Traefik serves it", server.container.place, server.workload.id),),
        linted=held.linted,
        named=f"{what} {named}",
        server=f"{server.workload.id.kind} {server.workload.id.name}",
    )

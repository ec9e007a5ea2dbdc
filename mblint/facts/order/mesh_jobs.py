"""Jobs into whose pods a mesh puts a proxy that goes on running when their work is done.

A Job is complete when all ordinary containers of its pod have ended (Kubernetes, "Jobs"). A proxy that a webhook adds
as one of them never ends by itself; only an init container with restartPolicy Always ends with the others
(Kubernetes, "Sidecar Containers", "Jobs with sidecar containers").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mblint.cluster.cluster import Cluster
from mblint.cluster.helm_hooks import hook_events
from mblint.cluster.objects import Container, Workload
from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import reveal
from mblint.facts.meshes import Asked, Control, Mesh, asked_for, found, meshes
from mblint.facts.order.phases import ARGO_HOOK
from mblint.facts.order.rows import MeshedJob
from mblint.facts.rows import Related
from mblint.facts.world import World
from mblint.globs import matches
from mblint.settings.mounted_files import mounted_files
from mblint.software.images import reference

_RUN_TO_AN_END = ("Job", "CronJob")
_WAITED_FOR = frozenset(("pre-install", "post-install", "pre-upgrade", "post-upgrade", "pre-delete", "post-delete"))
_LONGEST = 65_536  # characters of a mounted script


def meshed_jobs(world: World) -> Iterator[MeshedJob]:
    """A row for each Job and CronJob that a mesh of the table puts a proxy into."""
    for workload in world.cluster.workloads:
        if workload.id.kind in _RUN_TO_AN_END and not workload.pod.host_network:
            for mesh in meshes():
                asked = asked_for(world.cluster, workload, mesh)
                if asked is not None:
                    yield _row(world, workload, mesh, asked)


def _row(world: World, workload: Workload, mesh: Mesh, asked: Asked) -> MeshedJob:
    ends = _why_it_ends(world.cluster, workload, mesh)
    hook = bool(_WAITED_FOR.intersection(hook_events(workload))) or ARGO_HOOK in workload.annotations
    return MeshedJob(
        object=workload.id,
        place=workload.pod.place,
        related=(Related(f"{asked.words} asks for it", asked.place, asked.object.id),),
        linted=workload.linted,
        mesh=mesh.name,
        asked_by=asked.words,
        hook=hook,
        verdict="ends" if ends is not None else "keeps-running",
        reason=ends,
    )


def _why_it_ends(cluster: Cluster, workload: Workload, mesh: Mesh) -> str | None:
    native = next((one for mark in mesh.native if (one := found(cluster, workload, mark)) is not None), None)
    if native is not None:
        return f"{native.words} makes it a sidecar that ends with the others"
    if mesh.control is not None and _native_by_default(cluster).get(mesh.name):
        return f"this {mesh.name} adds sidecars that end with the others"
    for container in workload.pod.containers:
        if any(wanted in text for text in _texts(cluster, workload, container) for wanted in mesh.quits):
            return f"its container {container.name} ends it"
    return None


def _texts(cluster: Cluster, workload: Workload, container: Container) -> Iterator[str]:
    """Everything by which a container may say that the proxy shall end."""
    yield from (word.text for word in container.words)
    for variable in container.env:
        yield f"{variable.name}={variable.value or ''}"
    for file in mounted_files(cluster, workload, container):
        if file.entry.text is not None and len(text := reveal(file.entry.text)) <= _LONGEST:
            yield text


@remembered
def _native_by_default(cluster: Cluster) -> Mapping[str, bool]:
    """By mesh: whether the control plane in the view says so."""
    return {mesh.name: mesh.control is not None and _says_so(cluster, mesh.control) for mesh in meshes()}


def _says_so(cluster: Cluster, control: Control) -> bool:
    if control.config_map is not None:
        held = (each for (_, name), each in cluster.config_maps.items() if name == control.config_map)
        texts = (reveal(entry.text) for each in held for entry in each.entries.values() if entry.text is not None)
        return any((control.has or "") in text for text in texts)
    for workload in cluster.workloads:
        for container in workload.pod.containers:
            image = reference(container.image or "")
            if matches(image.path, control.image or ""):
                said = [each.value for each in container.env if each.name == control.setting]
                if said and said[-1] is not None:
                    return said[-1].lower() not in ("false", "0")
                return control.since is not None and _version(image.tag) >= _version(control.since)
    return False


def _version(tag: str | None) -> tuple[int, ...]:
    parts = (tag or "").partition("-")[0].split(".")[:2]
    return tuple(int(part) for part in parts) if all(part.isdigit() for part in parts) else ()

"""Pull secrets of a pod, none of which is for the registry that its images come from.

The kubelet takes the entry whose name is the image's registry, or begins the image's name; a host may have `*` for a
part. Some registries need none (`rules/tables/open-registries.yaml`): only images of others are judged, and only where
all secrets of the pod and of its account are in the view.
Sources: https://kubernetes.io/docs/concepts/containers/images/#config-json;
https://github.com/kubernetes/kubernetes/blob/09284d926ccb1645776e981afac15f8995d5251b/pkg/credentialprovider/secrets/secrets.go
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

import msgspec
from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import ObjectId, Secret, Workload, account_of
from mblint.cluster.pod_fields import pod_fields
from mblint.cluster.secrets import reveal
from mblint.facts.references.rows import PulledImage, UnreadPullSecret
from mblint.facts.rows import Related
from mblint.facts.world import World
from mblint.globs import matches
from mblint.manifests.documents import Place
from mblint.manifests.partial import read_parts
from mblint.shipped import read_table
from mblint.software.images import reference

_KEYS = {"kubernetes.io/dockerconfigjson": ".dockerconfigjson", "kubernetes.io/dockercfg": ".dockercfg"}


class _Row(Struct, frozen=True):
    registries: tuple[str, ...]
    because: str
    source: str


class _Table(Struct, frozen=True):
    open: tuple[_Row, ...]


@cache
def _open() -> tuple[str, ...]:
    """Globs of the registries that need no pull secret."""
    table = msgspec.convert(read_table("tables/open-registries.yaml"), _Table)
    return tuple(registry for row in table.open for registry in row.registries)


def pulled_images(world: World) -> Iterator[PulledImage]:
    """A row for each container whose image no pull secret is for, in a pod that has some."""
    for workload in world.cluster.workloads:
        secrets = _secrets(world.cluster, workload)
        if not secrets:
            continue
        read = [_registries(world.cluster, workload.id.namespace, name) for name, _ in secrets]
        known = [each for each in read if each is not None]
        if len(known) == len(read):
            yield from _rows(workload, secrets, [one for each in known for one in each])


def unread_pull_secrets(world: World) -> Iterator[UnreadPullSecret]:
    """A row for each pull secret of the view that is none, once for each pod that names it."""
    for workload in world.cluster.workloads:
        for name, place in _secrets(world.cluster, workload):
            held = world.cluster.secrets.get((workload.id.namespace, name))
            problem = None if held is None else _problem(held)
            if held is not None and problem is not None:
                yield UnreadPullSecret(
                    object=workload.id,
                    place=place,
                    related=(Related(f"Secret {name}", held.place, held.id),),
                    linted=workload.linted and held.linted,
                    secret=name,
                    problem=problem,
                )


def _problem(held: Secret) -> str | None:
    """Why the kubelet finds no login there, as a clause (MakeDockerKeyring of its credentialprovider)."""
    key = _KEYS.get(held.type or "Opaque")
    if key is None:
        return f"its type is {held.type or 'Opaque'}"
    text = held.text(key) if key == ".dockerconfigjson" else None
    try:
        told = None if text is None else msgspec.json.decode(reveal(text))
    except msgspec.DecodeError:
        return None
    return f"its {key} has no auths" if isinstance(told, dict) and told and not told.get("auths") else None


def _secrets(cluster: Cluster, workload: Workload) -> Sequence[tuple[str, Place]]:
    """Of the pod, or, where it names none, of its account."""
    own = pod_fields(workload).image_pull_secrets
    if own:
        return own
    account = cluster.objects.get(ObjectId(*_of_account(workload)))
    if account is None:
        return ()
    listed = account.node.get("imagePullSecrets")
    found, _ = read_parts(listed, lambda node: [(each.get("name").text() or "", each.place) for each in node.items()])
    return found or ()


def _of_account(workload: Workload) -> tuple[str, str, str]:
    namespace, name = account_of(workload)
    return namespace, "ServiceAccount", name


def _registries(cluster: Cluster, namespace: str, name: str) -> tuple[str, ...] | None:
    """The names that a pull secret is for; None where it is not in the view, or cannot be read."""
    held = cluster.secrets.get((namespace, name))
    key = None if held is None else _KEYS.get(held.type or "")
    text = held.text(key) if held is not None and key is not None else None
    if text is None:
        return None
    try:
        told = msgspec.json.decode(reveal(text))
    except msgspec.DecodeError:
        return None
    entries = told.get("auths", told) if isinstance(told, dict) else None
    return tuple(_bare(str(each)) for each in entries) if isinstance(entries, dict) and entries else None


def _bare(entry: str) -> str:
    return entry.partition("://")[2] or entry


def _rows(workload: Workload, secrets: Sequence[tuple[str, Place]], registries: Sequence[str]) -> Iterator[PulledImage]:
    images = [(container, reference(container.image or "")) for container in workload.pod.containers]
    if any(_is_for(entry, image.registry or "docker.io", image.path) for entry in registries for _, image in images):
        return
    for container, image in images:
        registry = image.registry
        if registry is not None and not any(matches(registry, glob) for glob in _open()):
            yield PulledImage(
                object=workload.id,
                container=container.name,
                place=container.place.at("image"),
                related=tuple(Related(f"Secret {name} is named here", place) for name, place in secrets[:4]),
                linted=workload.linted,
                image=container.image or "",
                registry=registry,
                secrets=" and ".join(f"Secret {name}" for name, _ in secrets),
            )


def _is_for(entry: str, registry: str, path: str) -> bool:
    host, _, folder = entry.partition("/")
    if host in ("docker.io", "index.docker.io", "registry-1.docker.io"):
        return registry == "docker.io"
    folder = folder.removeprefix("v1/").removeprefix("v2/").strip("/")
    return matches(registry, host) and (not folder or path == folder or path.startswith(f"{folder}/"))

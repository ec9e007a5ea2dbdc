"""Secrets that the driver of the secrets store makes, and that no pod makes it make.

A SecretProviderClass with `secretObjects` is no controller's work: the driver writes these Secrets when a pod mounts
the class as a volume, and takes them away with the last such pod. Who only reads the Secret waits for it for ever.
Sources: https://secrets-store-csi-driver.sigs.k8s.io/topics/sync-as-kubernetes-secret;
https://github.com/Azure/secrets-store-csi-driver-provider-azure/commit/96545642b661d32dd851319c324b49546f2c4cc0.
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Object, Workload
from mblint.facts.references.rows import UnsyncedSecret
from mblint.facts.rows import Related
from mblint.facts.world import World
from mblint.manifests.documents import Place

_GROUP, _DRIVER = "secrets-store.csi.x-k8s.io", "secrets-store.csi.k8s.io"


def unsynced_secrets(world: World) -> Iterator[UnsyncedSecret]:
    """A row for each Secret of a class that pods read and that no pod mounts."""
    cluster = world.cluster
    if cluster.of_kind("SecretSync", "secret-sync.x-k8s.io"):
        return
    for held in cluster.of_kind("SecretProviderClass", _GROUP):
        beside = [each for each in cluster.workloads if each.id.namespace == held.id.namespace]
        if not beside or any(_mounts(each, held.id.name) for each in beside):
            continue
        for name in _made_by(cluster, held):
            readers = [(each, place) for each in beside for place in _reads(each, name)]
            if readers:
                yield _row(held, name, readers)


def _mounts(workload: Workload, name: str) -> bool:
    for volume in workload.pod.volumes.values():
        csi = volume.place.at("csi").value if volume.kind == "csi" else None
        if isinstance(csi, dict) and csi.get("driver") == _DRIVER:
            attributes = csi.get("volumeAttributes")
            told = attributes.get("secretProviderClass") if isinstance(attributes, dict) else None
            if not isinstance(told, str) or told == name:
                return True
    return False


def _made_by(cluster: Cluster, held: Object) -> Iterator[str]:
    written = held.place.at("spec", "secretObjects").value
    for one in written if isinstance(written, list) else ():
        name = one.get("secretName") if isinstance(one, dict) else None
        if isinstance(name, str) and (held.id.namespace, name) not in cluster.secrets:
            yield name


def _reads(workload: Workload, name: str) -> Iterator[Place]:
    for container in workload.pod.containers:
        for variable in container.env:
            ref = variable.key_ref
            if ref is not None and ref.kind == "Secret" and ref.name == name and not ref.optional:
                yield variable.place
        yield from (
            each.place
            for each in container.env_from
            if each.kind == "Secret" and each.name == name and not each.optional
        )
    for volume in workload.pod.volumes.values():
        for source in volume.files:
            if source.kind == "Secret" and source.name == name and not source.optional:
                yield source.place


def _row(held: Object, name: str, readers: list[tuple[Workload, Place]]) -> UnsyncedSecret:
    workload, place = readers[0]
    return UnsyncedSecret(
        object=workload.id,
        place=place,
        related=(Related("this would make it", held.place, held.id),),
        linted=workload.linted,
        secret=name,
        by=held.id.name,
    )

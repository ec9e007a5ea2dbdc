"""Claims that ask for an access mode which their storage does not give (`rules/tables/provisioners.yaml`).

Disks are attached to one node. A claim for ReadWriteMany of such a class stays Pending, with its pods. Which class a
name stands for, a StorageClass of the view says; without one, the name that clusters have from the start is a guess.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from msgspec import Struct, convert

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Object, VolumeClaimTemplate
from mblint.cluster.pod_fields import Claim, claim_of
from mblint.cluster.remembered import remembered
from mblint.facts.rollouts.claim_classes import chooses_volume, claims_of
from mblint.facts.rollouts.rows import ClaimMode
from mblint.facts.world import World
from mblint.manifests.partial import read_parts
from mblint.shipped import read_table

_DEFAULT = "storageclass.kubernetes.io/is-default-class"


class _Row(Struct, frozen=True):
    provisioner: str
    name: str
    refuses: tuple[str, ...]
    source: str
    classes: tuple[str, ...] = ()


class _Table(Struct, frozen=True):
    provisioners: tuple[_Row, ...]


@cache
def _rows() -> tuple[_Row, ...]:
    return convert(read_table("tables/provisioners.yaml"), _Table).provisioners


def claim_modes(world: World) -> Iterator[ClaimMode]:
    """A row for each claim, and each template of claims, whose class is known, with the first mode that is refused."""
    for holder, who, claim in claims_of(world.cluster):
        yield from _of_claim(world.cluster, holder, who, claim)


def _of_claim(cluster: Cluster, holder: Object, who: str, claim: Object | VolumeClaimTemplate) -> Iterator[ClaimMode]:
    asked = claim_of(claim)
    if asked.volume_mode == "Block" or chooses_volume(asked):
        return
    name, row, is_seen = _class(cluster, asked)
    if row is None or name is None:
        return
    refused = next((mode for mode in asked.access_modes if mode in row.refuses), None)
    yield ClaimMode(
        object=holder.id,
        place=claim.place.at("spec", "accessModes"),
        linted=holder.linted,
        who=who,
        storage_class=name,
        storage=row.name,
        mode=refused,
        known=is_seen,
        verdict="given" if refused is None else "refused",
    )


def _class(cluster: Cluster, asked: Claim) -> tuple[str | None, _Row | None, bool]:
    """The name of the claim's class, the row of what makes its volumes, and whether a StorageClass says so."""
    seen = _classes(cluster)
    name = asked.class_name if asked.class_name is not None else seen.get("")
    if name is None or name == "":
        return None, None, False
    if name in seen:
        return name, next((row for row in _rows() if row.provisioner == seen[name]), None), True
    return name, next((row for row in _rows() if name in row.classes), None), False


@remembered
def _classes(cluster: Cluster) -> Mapping[str, str]:
    """The provisioners of the StorageClasses in the view by their names; under "" the name of the default one."""
    found: dict[str, str] = {}
    for held in cluster.of_kind("StorageClass", "storage.k8s.io"):
        provisioner, _ = read_parts(held.node, lambda node: node.get("provisioner").text())
        found[held.id.name] = provisioner or ""
        if held.annotations.get(_DEFAULT) == "true":
            found[""] = held.id.name
    return found

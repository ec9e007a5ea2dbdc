"""Claims that ask for an access mode which their storage does not give (`rules/tables/provisioners.yaml`).

Disks are attached to one node. A claim for ReadWriteMany of such a class stays Pending, with its pods.
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Object, VolumeClaimTemplate
from mblint.cluster.pod_fields import claim_of
from mblint.facts.rollouts.claim_classes import chooses_volume, claims_of
from mblint.facts.rollouts.provisioners import storage_of
from mblint.facts.rollouts.rows import ClaimMode
from mblint.facts.world import World


def claim_modes(world: World) -> Iterator[ClaimMode]:
    """A row for each claim, and each template of claims, whose class is known, with the first mode that is refused."""
    for holder, who, claim in claims_of(world.cluster):
        yield from _of_claim(world.cluster, holder, who, claim)


def _of_claim(cluster: Cluster, holder: Object, who: str, claim: Object | VolumeClaimTemplate) -> Iterator[ClaimMode]:
    asked = claim_of(claim)
    if asked.volume_mode == "Block" or chooses_volume(asked):
        return
    storage = storage_of(cluster, asked)
    if storage is None or not storage.made_by.refuses:
        return
    refused = next((mode for mode in asked.access_modes if mode in storage.made_by.refuses), None)
    yield ClaimMode(
        object=holder.id,
        place=claim.place.at("spec", "accessModes"),
        linted=holder.linted,
        who=who,
        storage_class=storage.class_name,
        storage=storage.made_by.name,
        mode=refused,
        known=storage.is_seen,
        verdict="given" if refused is None else "refused",
    )

"""One step of a way."""

from __future__ import annotations

from msgspec import Struct

from mblint.cluster.objects import ObjectId
from mblint.facts.rows import Related
from mblint.manifests.documents import Place


class Step(Struct, frozen=True):
    """One step. `stage`: name, service, pods, egress, ingress. `outcome`: passes, denied, unknown.

    `sentence` has no full stop. `also`: further places, each with a sentence.
    """

    stage: str
    outcome: str
    sentence: str
    place: Place | None = None
    object: ObjectId | None = None
    also: tuple[Related, ...] = ()

"""Who makes names besides the programs of containers: operators, and Sentinel, which knows its masters."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from mblint.cluster.remembered import remembered
from mblint.facts.credentials.sentinels import Sentinel, sentinels
from mblint.facts.credentials.servers import ports_of
from mblint.facts.names.resource_makers import resource_offers
from mblint.facts.names.shape import Name, Offered
from mblint.facts.world import World


class Maker(Struct, frozen=True, eq=False):
    """What makes names, as messages call it. `ports`: those of a container that has others beside it."""

    product: str
    offers: tuple[Offered, ...]
    ports: frozenset[int]


@remembered
def other_makers(world: World) -> Mapping[int, tuple[Maker, ...]]:
    """The makers of the view by the identity of their workload, or of the resource."""
    found = {key: tuple(map(_of_sentinel, each)) for key, each in sentinels(world).items()}
    for key, (product, offers) in resource_offers(world.cluster).items():
        found[key] = (Maker(product, offers, frozenset()),)
    return found


def _of_sentinel(sentinel: Sentinel) -> Maker:
    by, known = sentinel.workload, sentinel.masters
    names = () if known is None else tuple(Name(each.name, each.place, each.said_by) for each in known)
    doubts = () if known is not None else ("a part of what it is told is not known",)
    return Maker("Redis Sentinel", (Offered("master", by, names, doubts),), ports_of(by, sentinel.container))

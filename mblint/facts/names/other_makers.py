"""Who makes names besides the programs of containers: operators, of resources, and Sentinel, which knows its masters.

What an operator makes of a resource stands in `rules/tables/servers.yaml`, section `stores`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from mblint.cluster.objects import Object
from mblint.cluster.remembered import remembered
from mblint.facts.credentials.sentinels import Sentinel, sentinels
from mblint.facts.credentials.servers import ports_of
from mblint.facts.names.shape import Name, Offered
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.settings.tables import Row, as_text, as_texts, load_table


class Maker(Struct, frozen=True, eq=False):
    """What makes names, as messages call it. `ports`: those of a container that has others beside it."""

    product: str
    offers: tuple[Offered, ...]
    ports: frozenset[int]


@remembered
def other_makers(world: World) -> Mapping[int, tuple[Maker, ...]]:
    """The makers of the view by the identity of their workload, or of the resource."""
    found = {key: tuple(map(_of_sentinel, each)) for key, each in sentinels(world).items()}
    rows: dict[int, list[Offered]] = {}
    for row in load_table("servers", "stores"):
        for each in world.cluster.of_kind(str(row["kind"]), str(row["group"])):
            rows.setdefault(id(each), []).append(_offered(row, each))
            found[id(each)] = (Maker(str(row["server"]), tuple(rows[id(each)]), frozenset()),)
    return found


def _of_sentinel(sentinel: Sentinel) -> Maker:
    by, known = sentinel.workload, sentinel.masters
    names = () if known is None else tuple(Name(each.name, each.place, each.said_by) for each in known)
    doubts = () if known is not None else ("a part of what it is told is not known",)
    return Maker("Redis Sentinel", (Offered("master", by, names, doubts),), ports_of(by, sentinel.container))


# ---------------------------------------------------------------- resources


def _offered(row: Row, resource: Object) -> Offered:
    names = [name for path in as_texts(row, "at") for name in _at(resource, path)]
    if not names:
        usual = as_text(row, "default-from")
        names = list(_at(resource, usual)) if usual is not None else []
    if not names and (default := as_text(row, "default")) is not None:
        names = [Name(default.replace("{name}", resource.id.name), resource.place, "its default")]
    names += [name for path in as_texts(row, "further") for name in _at(resource, path)]
    always = [Name(text, resource.place, "the operator") for text in as_texts(row, "always")]
    doubts = tuple(
        f"{path} may make more" for path in as_texts(row, "more") if _place(resource, path).value not in (None, False)
    )
    return Offered(str(row["what"]), resource, (*names, *always), doubts)


def _place(resource: Object, path: str) -> Place:
    return resource.place.at(*path.split("."))


def _at(resource: Object, path: str) -> Iterator[Name]:
    """The names at a path."""
    start, _, field = path.partition("[*].")
    place = _place(resource, start.removesuffix("{}"))
    if start.endswith("{}"):
        for key in place.value if isinstance(place.value, dict) else ():
            yield Name(str(key), place.at(str(key)), start.removesuffix("{}"))
        return
    places = [place]
    if field:
        elements = place.value if isinstance(place.value, list) else ()
        places = [place.at(number).at(*field.split(".")) for number in range(len(elements))]
    for each in places:
        if isinstance(each.value, str) and each.value:
            yield Name(each.value, each, path)

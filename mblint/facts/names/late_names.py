"""Databases and users that a server is told to make when its data are there already.

A server such as PostgreSQL makes the database and the user of its settings when it initialises its data, and never
again. Where an upgrade gives them other names, the volume has the old ones, and who asks for the new ones is refused.
Sources: https://github.com/docker-library/docs/blob/master/postgres/README.md (Initialization scripts);
https://github.com/docker-library/docs/blob/master/mysql/README.md (Initializing a fresh instance).
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.secrets import reveal
from mblint.facts.credentials.servers import servers
from mblint.facts.names.creates import Server, creating_servers
from mblint.facts.names.rows import LateName, StoreName
from mblint.facts.names.shape import Name, Offered
from mblint.facts.names.stores import store_names
from mblint.facts.rows import Related
from mblint.facts.upgrade.data_places import DataPlace, data_places, same_data
from mblint.facts.world import Step, World

_MADE = ("database", "user")


def late_names(step: Step) -> Iterator[LateName]:
    """A row for each name that a server of NEW is told to make, and that its data of OLD do not have."""
    before = {same_data(place): place for place in data_places(step.old) if place.store is not None}
    asks: tuple[StoreName, ...] | None = None
    for place in data_places(step.new):
        old = before.get(same_data(place)) if place.store is not None else None
        if old is None or not _initialises_once(step.new, place):
            continue
        for was, now in _lists(_server(step.old, old), _server(step.new, place)):
            had = {reveal(name.text) for name in was.names}
            for name in now.names:
                if reveal(name.text) not in had:
                    asks = store_names(step.new) if asks is None else asks
                    yield _row(place, was, (now, name), asks)


def _initialises_once(world: World, place: DataPlace) -> bool:
    workload, container = place.program.workload, place.program.container
    return any(
        each.server is workload and each.container == container.name and each.stored == "volume"
        for each in servers(world)
    )


def _server(world: World, place: DataPlace) -> Server | None:
    here = creating_servers(world).get(id(place.program.workload), ())
    return next((server for server in here if server.program is place.program), None)


def _lists(old: Server | None, new: Server | None) -> Iterator[tuple[Offered, Offered]]:
    """What both sides make, of each kind."""
    if old is None or new is None:
        return
    before = {offered.what: offered for offered in old.offers}
    for offered in new.offers:
        if offered.what in _MADE and (was := before.get(offered.what)) is not None:
            yield was, offered


def _row(place: DataPlace, was: Offered, made: tuple[Offered, Name], asks: tuple[StoreName, ...]) -> LateName:
    offered, name = made
    assert place.store is not None
    workload = place.program.workload
    server = f"{workload.id.kind} {workload.id.name}"
    clients = tuple(
        dict.fromkeys(
            row.client
            for row in asks
            if (row.server, row.what, row.name, row.verdict) == (server, offered.what, name.shown, "offered")
        )
    )
    doubt = next(iter((*was.added_by, *offered.added_by)), None)
    return LateName(
        object=workload.id,
        container=place.program.container.name,
        place=name.place,
        related=tuple(Related(f"{each.said_by} was {each.shown}", each.place, workload.id) for each in was.names[:1]),
        verdict="unknown" if doubt is not None else "late",
        reason=doubt,
        product=place.program.running.program.name,
        what=offered.what,
        name=name.shown,
        setting=name.said_by,
        kept=f"the {place.store.words}",
        had=was.shown[0] if was.names else None,
        asked=bool(clients),
        clients=clients,
    )

"""Databases, users, virtual hosts and buckets: what clients of the view ask its servers for, and what those make."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from mblint.cluster.objects import Object, Workload
from mblint.cluster.secrets import reveal
from mblint.facts.callers.dependencies import Found, find
from mblint.facts.callers.inherited import without_inherited
from mblint.facts.callers.settings import is_certain
from mblint.facts.credentials.logins import Names, names_by_container
from mblint.facts.credentials.same_pod import is_meant, own_pod
from mblint.facts.names.connection_names import account
from mblint.facts.names.creates import BY_A_HOOK, Server, creating_servers
from mblint.facts.names.directories import lies_in
from mblint.facts.names.made_buckets import with_made
from mblint.facts.names.other_makers import Maker, other_makers
from mblint.facts.names.own_queries import own_queries
from mblint.facts.names.redis_numbers import asked_numbers, is_below
from mblint.facts.names.resource_asks import bucket_asks, resource_asks
from mblint.facts.names.resource_grants import asked_grants, lets_in
from mblint.facts.names.rows import StoreName
from mblint.facts.names.shape import Answer, Asked, Fits, Name, Offered, answer
from mblint.facts.names.store_adders import may_add
from mblint.facts.names.store_asks import asked_by, asked_by_addresses, asked_by_keys, asked_of_sentinel
from mblint.facts.rows import Related
from mblint.facts.way.heard import reads_what_is_not_there
from mblint.facts.world import World
from mblint.remedies.edits import Edit
from mblint.remedies.rendered import instead, owner
from mblint.settings.rows import Setting
from mblint.settings.tables import load_words

_CALLED = {"index": "database number", "vhost": "virtual host", "account": "user", "directory": "tree"}
_ADMINS = ("postgres", "root")
_BEFORE = {"account": ("user",), "grant": ("user", "database", "vhost")}  # names that another one is about
_SHOWN = 8  # names in a message


class _Call(Struct, frozen=True, eq=False):
    """A client's setting that leads to servers which make names."""

    found: Found
    servers: tuple[Server | Maker, ...]


def store_names(world: World) -> tuple[StoreName, ...]:
    """A row for each name that a client asks a server of the view for, in the order of the clients' settings."""
    servers = creating_servers(world)
    every: dict[int, tuple[Server | Maker, ...]] = dict(servers)
    for key, makers in other_makers(world).items():
        every[key] = (*every.get(key, ()), *makers)
    calls = [_Call(found, behind) for found in find(world) if (behind := _behind(found, every))] if every else []
    rows = list(_rows(world, calls))
    asked_by_others = without_inherited(
        rows, outcome=lambda row: (row.server, row.what, row.name, row.verdict), surroundings=lambda row: row.settings
    )
    return (*asked_by_others, *_of_themselves(world, servers), *_of_resources(world, every))


def _of_resources(world: World, servers: Mapping[int, tuple[Server | Maker, ...]]) -> Iterator[StoreName]:
    """What custom resources ask servers for."""
    for server, asked in (*resource_asks(world.cluster), *bucket_asks(world)):
        for maker in servers.get(id(server), ()):
            found = answer(asked, [with_made(world, offered, asked.by) for offered in maker.offers])
            if found is not None:
                reason = may_add(world, asked, found.offered, ()) if found.verdict == "missing" else None
                found = found if reason is None else Answer("unknown", found.offered, reason)
                yield _row(world, maker, asked, found, (), certain=True)


def _of_themselves(world: World, servers: Mapping[int, tuple[Server, ...]]) -> Iterator[StoreName]:
    """What servers' own probes and hooks ask them for."""
    for server, asked in own_queries(servers):
        # The hook is one that asks, and says what it makes.
        offers = [
            replace(each, added_by=tuple(by for by in each.added_by if by != BY_A_HOOK)) for each in server.offers
        ]
        found = answer(asked, offers)
        if found is not None:
            reason = may_add(world, asked, found.offered, ()) if found.verdict == "missing" else None
            found = found if reason is None else Answer("unknown", found.offered, reason)
            yield _row(world, server, asked, found, (), certain=True)


def _whatever_hooks_do(offered: Offered) -> Offered:
    """Without what a hook may add: those that make anything are not asked."""
    return replace(offered, added_by=tuple(by for by in offered.added_by if by != BY_A_HOOK))


def _behind(found: Found, servers: Mapping[int, tuple[Server | Maker, ...]]) -> tuple[Server | Maker, ...]:
    """The servers behind a destination; none where one of the workloads there is not known to make names."""
    if found.resolution.maker is not None:
        return servers.get(id(found.resolution.maker), ())
    if (pod := own_pod(found)) is not None:
        here = [each for each in servers.get(id(pod), ()) if _is_beside(found, each)]
        return tuple(here) if len(here) == 1 else ()
    known: list[Server | Maker] = []
    for reached in (found.reached, *found.reached.beside):
        if reached.server is not None:
            port = reached.pod_port
            here = [
                server
                for server in servers.get(id(reached.server), ())
                if port is None or not server.ports or port in server.ports
            ]
            if not here:
                return ()
            known.extend(here)
    of_sentinel = [each for each in known if any(offered.what == "master" for offered in each.offers)]
    return tuple(of_sentinel or known)


def _is_beside(found: Found, one: Server | Maker) -> bool:
    """Whether it is another container of the client's pod, and one that the setting may mean."""
    another = isinstance(one, Server) and one.program.container is not found.destination.setting.container
    return another and is_meant(found, one.product)


def _same_database(asked: str, offered: str) -> bool:
    """MySQL and MariaDB know the schema of their schemas in any case."""
    return asked == offered or (offered == "information_schema" and asked.lower() == offered)


def _rows(world: World, calls: Sequence[_Call]) -> Iterator[tuple[StoreName, Setting]]:
    names = names_by_container(world, (call.found for call in calls))
    asks = [(call, _asked(call, names[id(call.found.destination.setting.container)])) for call in calls]
    everybody = [(call.found, asked) for call, asked in asks]
    for call, asked in asks:
        for each in asked:
            lists = [with_made(world, offered, each.by) for server in call.servers for offered in server.offers]
            found = answer(each, lists, _FITS.get(each.what, str.__eq__))
            if found is None or not _has_before(each, asked, lists):
                continue
            if each.assumed and reads_what_is_not_there(world, call.found.destination.setting.workload):
                continue
            if found.verdict == "missing":
                reason = may_add(world, each, found.offered, everybody)
                found = found if reason is None else Answer("unknown", found.offered, reason)
            certain = is_certain(call.found.destination)
            row = _row(world, call.servers[0], each, found, asked, certain=certain)
            yield row, call.found.destination.setting


def _asked(call: _Call, names: Names) -> tuple[Asked, ...]:
    kinds = {offered.what for server in call.servers for offered in server.offers}
    if "master" in kinds:
        return tuple(asked_of_sentinel(call.found, names))
    asked = tuple(asked_by(call.found, names))
    if "index" in kinds:
        return (*asked, *asked_numbers(call.found, names))
    if "grant" in kinds:
        return (*asked, *asked_grants(asked, frozenset(kinds)))
    keep = load_words("logins", "keep objects")
    if "bucket" not in kinds and not any(server.product in keep for server in call.servers):
        return asked
    kinds = {each.what for each in asked}
    keys = () if "user" in kinds else tuple(asked_by_keys(call.found, names))
    return (*asked, *keys, *(() if "bucket" in kinds else asked_by_addresses(call.found, names)))


def _has_before(one: Asked, asked: Sequence[Asked], lists: Sequence[Offered]) -> bool:
    """Whether the server makes what a name is about, such as its user: else that is what is missing."""
    needed = [each for each in asked if each.what in _BEFORE.get(one.what, ())]
    return all((found := answer(each, lists)) is None or found.verdict == "offered" for each in needed)


_FITS: Mapping[str, Fits] = {"directory": lies_in, "grant": lets_in, "database": _same_database, "index": is_below}


# ---------------------------------------------------------------- rows


def _row(
    world: World, behind: Server | Maker, asked: Asked, found: Answer, beside: Sequence[Asked], *, certain: bool
) -> StoreName:
    client, server = asked.by, found.offered.by
    user = next((reveal(each.name.text) for each in beside if each.what == "user"), "")
    called = _CALLED.get(asked.what, asked.what)
    return StoreName(
        object=client.id,
        container=asked.container.name if asked.container is not None else None,
        place=asked.name.place,
        related=tuple(_related(found, server)),
        linted=client.linted,
        what=asked.what,
        name=asked.name.shown,
        settings=asked.name.said_by,
        client=f"{client.id.kind} {client.id.name}",
        server=f"{server.id.kind} {server.id.name}",
        offered=found.offered.shown,
        verdict=found.verdict,
        reason=found.reason,
        nearest=found.nearest.shown if found.nearest is not None else None,
        guessed=found.offered.guessed,
        assumed=asked.assumed,
        asks=f"the {called} {asked.name.shown}",
        product=behind.product,
        there_are=_there_are(found.offered, called),
        read_from=found.offered.read_from,
        lives_in=_lives_in(asked, found.offered),
        none_at_all=not found.offered.names,
        by_admin=asked.what not in ("user", "account") and user in _ADMINS,
        certain=certain,
        edits=_edits(world, asked, found.nearest) if found.verdict == "missing" else (),
    )


def _lives_in(asked: Asked, offered: Offered) -> str | None:
    """The database that has the user who is looked for in another; None where none has, or its name is a Secret's."""
    user, ends, _ = reveal(asked.name.text).partition(account("", "").strip())
    same = [name for name in offered.names if asked.what == "account" and reveal(name.text).startswith(f"{user}{ends}")]
    databases = {reveal(name.text).removeprefix(f"{user}{ends} ") for name in same}
    shown = all(isinstance(name.text, str) for name in same) or databases == {"admin"}
    return databases.pop() if len(databases) == 1 and shown and ends else None


def _there_are(offered: Offered, called: str) -> str:
    names = offered.shown
    if not names:
        return f"no {called} at all"
    if len(names) > _SHOWN:
        return f"only {', '.join(names[:_SHOWN])} and {len(names) - _SHOWN} more"
    return f"only {names[0]}" if len(names) == 1 else f"only {', '.join(names[:-1])} and {names[-1]}"


def _related(found: Answer, server: Object) -> Iterator[Related]:
    for name in found.offered.names[:_SHOWN]:
        if isinstance(server, Workload) and name.place not in [one.place for one in server.pod.containers]:
            yield Related(
                f"{server.id.kind} {server.id.name} makes {name.shown} by {name.said_by}", name.place, server.id
            )


def _edits(world: World, asked: Asked, meant: Name | None) -> tuple[Edit, ...]:
    """The name that is meant, where the setting is nothing but the name and neither is a Secret's."""
    if meant is None or asked.name.place.value != asked.name.text or not isinstance(meant.text, str):
        return ()
    held = owner(world.cluster, asked.name.place)
    return (instead(held, asked.name.place, meant.text),) if held is not None else ()

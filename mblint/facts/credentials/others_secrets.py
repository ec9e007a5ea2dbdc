"""Clients that are told one user, and the password of a Secret that an operator makes for another one.

Which Secrets, and whose: `secrets` of `rules/tables/servers.yaml`. Their passwords are in no manifest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mblint.cluster.cluster import Cluster
from mblint.cluster.kinds import texts_at
from mblint.cluster.objects import Object
from mblint.cluster.remembered import remembered
from mblint.facts.callers.dependencies import Found, find
from mblint.facts.credentials.logins import Login, login, names_by_container
from mblint.facts.credentials.rows import Credential
from mblint.facts.credentials.told import called
from mblint.facts.go_betweens import go_betweens
from mblint.facts.rows import Related
from mblint.facts.stand_ins import text_at
from mblint.facts.world import World
from mblint.settings.rows import Setting
from mblint.settings.tables import Row, as_text, as_texts, load_table

_Made = tuple[Object, str, str]  # the resource, the user, and what it is a resource of


@remembered
def _made(cluster: Cluster) -> Mapping[tuple[str, str], _Made]:
    """By namespace and name: the Secrets that operators make for one user each, and that the view has not."""
    found: dict[tuple[str, str], _Made] = {}
    for row in load_table("servers", "secrets"):
        for each in cluster.of_kind(str(row["kind"]), str(row["group"])):
            for user in _users(row, each):
                name = str(row["named"]).replace("{name}", each.id.name).replace("{each}", user.replace("_", "-"))
                key = (each.id.namespace, name)
                if key not in cluster.secrets:
                    found[key] = (each, user, str(row["server"]))
    return found


def _users(row: Row, resource: Object) -> Iterator[str]:
    if any(resource.place.at(*path.split(".")).value for path in as_texts(row, "unless")):
        return
    if (path := as_text(row, "each")) is not None:
        yield from texts_at(resource.place.value, path)
        return
    said = (text_at(resource.place.at(*path.split("."))) for path in as_texts(row, "user"))
    user = next((text for text in said if text is not None), as_text(row, "default"))
    if user is not None:
        yield user


def others_secrets(world: World) -> Iterator[tuple[Credential, Setting]]:
    """A row for each client of such a server that takes the password of another user's Secret."""
    made, before = _made(world.cluster), go_betweens(world.cluster)
    if not made:
        return
    calls = [found for found in find(world) if found.resolution.maker is not None]
    names = names_by_container(world, calls)
    for found in calls:
        used, maker = login(found, names[id(found.destination.setting.container)]), found.resolution.maker
        ref = used.password.key_ref if used is not None else None
        if used is None or ref is None or maker is None or ref.kind != "Secret":
            continue
        whose = made.get((found.destination.setting.workload.id.namespace, ref.name))
        if whose is not None and before.get(id(maker), maker) is whose[0] and used.user not in (None, "", whose[1]):
            yield _row(found, used, whose), used.password.setting


def _row(found: Found, used: Login, whose: _Made) -> Credential:
    server, user, product = whose
    client = found.destination.setting.workload
    return Credential(
        object=client.id,
        container=found.destination.setting.container.name,
        place=used.password.reference or used.password.place,
        related=(
            Related(f"{server.id.kind} {server.id.name} has the Secret made for {user}", server.place, server.id),
        ),
        linted=client.linted,
        server=str(server.id),
        users=f"another user than {user}",
        clients=str(client.id),
        who=called(used.password.setting),
        settings=used.password.words,
        given="its operator, which keeps it in another Secret",
        product=product,
        stored="config",
        verdict="differs",
        differs=f"is that of {user}, and not the one that",
    )

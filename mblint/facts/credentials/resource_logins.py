"""Stores of objects that resources name with the keys for them: their controllers log in, and no container is told.

Velero's keys stand in a file of profiles inside a key of a Secret, CloudNativePG's in two keys of Secrets of the view.
Which resources, and where they say what: `rules/tables/servers.yaml`, section `clients`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from mblint.cluster.objects import KeyRef, Object, Workload
from mblint.cluster.secrets import SecretText, reveal
from mblint.cluster.services import members
from mblint.facts.credentials.rows import Credential
from mblint.facts.credentials.server_credential import ServerCredential
from mblint.facts.credentials.servers import servers
from mblint.facts.credentials.told import known
from mblint.facts.rows import Related
from mblint.facts.stand_ins import stand_in, text_at, told
from mblint.facts.way.hosts import resolve
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.settings.rows import Setting
from mblint.settings.tables import Row, as_text, load_table, load_words
from mblint.urls import split_url

_PROFILE = r"(?ms)^[ \t]*\[(?:profile[ \t]+)?{}\][ \t]*$(.*?)(?=^[ \t]*\[|\Z)"
_LINE = r"(?m)^[ \t]*{}[ \t]*=[ \t]*(\S+)[ \t]*$"


class _Keys(Struct, frozen=True, eq=False):
    """What a resource logs in with, and the key of the Secret that has the password."""

    user: SecretText
    password: SecretText
    place: Place
    ref: KeyRef


def resource_logins(world: World) -> Iterator[tuple[Credential, Setting]]:
    """A row for each resource whose address leads to a store of the view, with the setting that stands for it."""
    for row in load_table("servers", "clients"):
        for each in world.cluster.of_kind(str(row["kind"]), str(row["group"])):
            keys = _keys(world, row, each)
            address = text_at(_at(each, str(row["address"])))
            for given in _stores(world, each, address) if keys is not None and address is not None else ():
                if keys is not None and given.name == keys.user and given.value is not None:
                    holder = told(stand_in(each))
                    setting = holder.setting(str(row["address"]), address or "", _at(each, str(row["address"])))
                    yield _row(each, keys, given), setting


def _at(held: Object, path: str) -> Place:
    return held.place.at(*path.split("."))


def _stores(world: World, held: Object, address: str | None) -> Iterator[ServerCredential]:
    """The users of the stores of objects behind an address."""
    host = split_url(address or "").hostname
    if not host:
        return
    leads = resolve(host, stand_in(held), world.cluster, world.config.cluster)
    behind = members(world.cluster, leads.service) if leads.resolves == "service" and leads.service is not None else ()
    keep = load_words("logins", "keep objects")
    for given in servers(world):
        if isinstance(given.server, Workload) and given.server in behind and given.product.name in keep:
            yield given


def _keys(world: World, row: Row, held: Object) -> _Keys | None:
    profile = as_text(row, "profile")
    if profile is not None:
        return _of_profile(world, row, held, text_at(_at(held, profile)) or "default")
    user, ref = (_named(held, str(row[field])) for field in ("user-key", "password-key"))
    one, other = _secret_text(world, held, user), _secret_text(world, held, ref)
    return None if one is None or other is None or ref is None else _sure(one[0], other[0], other[1], ref)


def _of_profile(world: World, row: Row, held: Object, profile: str) -> _Keys | None:
    """The keys of one profile of a file, as AWS's clients read it."""
    ref = _ref(row, held)
    text = _secret_text(world, held, ref)
    part = re.search(_PROFILE.format(re.escape(profile)), text[0]) if text is not None else None
    if text is None or part is None:
        return None
    said = [re.search(_LINE.format(key), part[1]) for key in ("aws_access_key_id", "aws_secret_access_key")]
    return None if said[0] is None or said[1] is None else _sure(said[0][1], said[1][1], text[1], ref)


def _sure(user: str, password: str, place: Place, ref: KeyRef) -> _Keys | None:
    name, secret = known(SecretText(user)), known(SecretText(password))
    return None if name is None or secret is None else _Keys(name, secret, place, ref)


def _ref(row: Row, held: Object) -> KeyRef:
    """The key of a Secret that a field names, or the usual one."""
    field = _at(held, str(row["secret"]))
    name, key = (
        text_at(field.at("name")) or str(row["default-secret"]),
        text_at(field.at("key")) or str(row["default-key"]),
    )
    return KeyRef("Secret", name, key, optional=False, place=held.place)


def _named(held: Object, path: str) -> KeyRef | None:
    field = _at(held, path)
    name, key = text_at(field.at("name")), text_at(field.at("key"))
    return None if name is None or key is None else KeyRef("Secret", name, key, optional=False, place=field)


def _secret_text(world: World, held: Object, ref: KeyRef | None) -> tuple[str, Place] | None:
    secret = world.cluster.secrets.get((held.id.namespace, ref.name)) if ref is not None else None
    entry = secret.entries.get(ref.key) if secret is not None and ref is not None else None
    return None if entry is None or entry.text is None else (reveal(entry.text), entry.place)


def _row(held: Object, keys: _Keys, given: ServerCredential) -> Credential:
    client, server = held.id, given.server.id
    return Credential(
        object=server if given.server.linted else client,
        container=given.container if given.server.linted else None,
        place=given.place if given.server.linted else keys.place,
        related=(
            Related(f"{server.kind} {server.name} is given the password of {given.user} here", given.place, server),
            Related(f"{client.kind} {client.name} logs in with this", keys.place, client),
        ),
        linted=held.linted or given.server.linted,
        server=str(server),
        users=given.user,
        clients=str(client),
        who=str(client),
        settings=f"key {keys.ref.key} of Secret {keys.ref.name}",
        given=given.words,
        product=given.product.name,
        stored=given.stored,
        verdict="agrees" if keys.password == given.value else "differs",
    )

"""Passwords that stand in `data` of a Secret as they are, where base64 is meant: who reads the file gets other bytes.

The API server takes them, since their letters happen to be base64. Told where what is written there is the very
password that a server of the view is given, or the secret of a realm's client, and decodes to no text. Variables have a
rule of their own. Source: https://kubernetes.io/docs/concepts/configuration/secret/#restriction-names-data
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from mblint.cluster.objects import Secret, Workload
from mblint.cluster.secrets import SecretText
from mblint.facts.credentials.client_secrets import given_secrets
from mblint.facts.credentials.rows import Credential
from mblint.facts.credentials.servers import servers
from mblint.facts.credentials.used import Used, used_by
from mblint.facts.rows import Related
from mblint.facts.world import World
from mblint.manifests.documents import Place

_SHORTEST = 8  # characters: shorter ones are found in too many places


class _Given(Struct, frozen=True, eq=False):
    """A secret that one side is given. `server`: as messages name it; `user`: whose it is; `words`: what says it."""

    server: str
    user: str
    product: str
    stored: str
    words: str
    place: Place


def unencoded_passwords(world: World) -> Iterator[Credential]:
    """A row for each such key, and each workload that mounts it."""
    plain = {(held.id.namespace, held.id.name): keys for held, keys in _plain_keys(world)}
    if not plain:
        return
    given = _given(world)
    for workload in world.cluster.workloads:
        seen: set[tuple[str, str]] = set()
        for used in used_by(workload) if plain else ():
            for key, text in plain.get((workload.id.namespace, used.name), {}).items():
                is_here = used.kind == "Secret" and used.key in (None, key) and (used.name, key) not in seen
                if is_here and used.container is None and text in given:
                    seen.add((used.name, key))
                    yield _row(world, workload, used, key, given[text])


def _plain_keys(world: World) -> Iterator[tuple[Secret, dict[str, SecretText]]]:
    """The keys of each Secret that decode to no text, with what is written there."""
    for held in world.cluster.secrets.values():
        keys = {
            key: SecretText(entry.place.value.strip())
            for key, entry in held.entries.items()
            if entry.encoded and entry.text is None and isinstance(entry.place.value, str)
            if len(entry.place.value.strip()) >= _SHORTEST
        }
        if keys:
            yield held, keys


def _given(world: World) -> dict[SecretText, _Given]:
    found: dict[SecretText, _Given] = {}
    for each in servers(world):
        if each.value is not None:
            server = _Given(str(each.server.id), each.user, each.product.name, each.stored, each.words, each.place)
            found.setdefault(each.value, server)
    for client in given_secrets(world):
        told = client.secret
        if told.text is not None:
            provider = str(client.provider.workload.id)
            realm = _Given(provider, client.shown, client.realm.product, "config", told.words, told.place)
            found.setdefault(told.text, realm)
    return found


def _row(world: World, workload: Workload, used: Used, key: str, given: _Given) -> Credential:
    place = world.cluster.secrets[workload.id.namespace, used.name].entries[key].place
    where = f"key {key} of Secret {used.name}"
    return Credential(
        object=workload.id,
        place=place,
        related=(
            Related(f"{given.server} is given it here", given.place, None),
            Related(f"{workload.id.kind} {workload.id.name} mounts it here", used.place, workload.id),
        ),
        linted=workload.linted,
        server=given.server,
        users=given.user,
        clients=str(workload.id),
        who=str(workload.id),
        settings=where,
        given=given.words,
        product=given.product,
        stored=given.stored,
        unencoded=where,
        verdict="differs",
    )

"""Servers that operators make of custom resources, with the Secrets that give them their users' passwords."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import KeyRef, Object, Other, Secret
from mblint.cluster.secrets import SHOWN, SecretText, Text, reveal
from mblint.facts.credentials.server_credential import ServerCredential
from mblint.facts.credentials.told import known
from mblint.facts.referring import referring
from mblint.facts.written_lines import line_of, text_of
from mblint.manifests.documents import Place, Value
from mblint.settings.server_table import Product, ResourceUser, WrittenUser, product_of_resource

_EACH = "[*]."


class _Part(Struct, frozen=True, eq=False):
    """A part of a resource: all of it, or one element of a list. `start`: the path that leads to it, in table words."""

    value: Value
    place: Place
    start: str = ""

    def text(self, path: str | None) -> tuple[str, Place] | None:
        """The text at a path of the table that leads through this part, and where it stands."""
        if path is None:
            return None
        value, place = self.value, self.place
        for step in path.removeprefix(self.start).split("."):
            value, place = value.get(step) if isinstance(value, dict) else None, place.at(step)
        return (value, place) if isinstance(value, str) and value else None


def resource_credentials(cluster: Cluster) -> Iterator[ServerCredential]:
    """The users of every custom resource of the table for which it names a Secret. The password may be unknown."""
    for other in cluster.others:
        product = product_of_resource(other.api_version, other.id.kind)
        if product is None:
            continue
        for row in product.resource_users:
            for held in _holders(cluster, other, row):
                for part in _parts(held, row):
                    if (found := _credential(cluster, other, held, product, row, part)) is not None:
                        yield found
        for written in product.written_users:
            if (of_text := _of_text(cluster, other, product, written)) is not None:
                yield of_text


def _holders(cluster: Cluster, server: Other, row: ResourceUser) -> Iterator[Object]:
    """The resource itself, or those of another kind that each are a user of its server."""
    if row.of is None:
        yield server
    else:
        yield from referring(cluster, server, {**row.of, "group": server.api_version.rpartition("/")[0]})


def _parts(other: Object, row: ResourceUser) -> Iterator[_Part]:
    """The resource, or the elements of the list that the paths of a row lead through."""
    start, each, _ = row.secret.partition(_EACH)
    value, place = other.place.document.value, Place(other.place.document)
    for step in (*other.place.path, *(start.split(".") if each else ())):
        value, place = _inside(value, step), place.at(step)
    if not each:
        yield _Part(value, place)
    for index, element in enumerate(value if each and isinstance(value, list) else ()):
        yield _Part(element, place.at(index), start + each)


def _inside(value: Value, step: str | int) -> Value:
    if isinstance(value, dict):
        return value.get(str(step))
    return value[step] if isinstance(value, list) and isinstance(step, int) else None


def _credential(
    cluster: Cluster, server: Other, other: Object, product: Product, row: ResourceUser, part: _Part
) -> ServerCredential | None:
    secret = part.text(row.secret) or _default_secret(other, row)
    if secret is None:
        return None
    name, place = secret
    held = cluster.secrets.get((other.id.namespace, name))
    written = part.text(row.user)
    user = written[0] if written is not None else _user_of(held, row, other)
    if user is None:
        return None
    key_at = part.text(row.key_at)
    key = key_at[0] if key_at is not None else row.key
    entry = held.entries.get(key) if held is not None and row.unless_key not in held.entries else None
    return ServerCredential(
        server=server,
        product=product,
        user=user if isinstance(user, str) else f"{user} of key {row.user_key} of Secret {name}",
        name=SecretText(reveal(user)),
        value=known(entry.text) if entry is not None else None,
        setting=row.secret.replace(_EACH, ".").removesuffix(".name"),
        place=entry.place if entry is not None else place,
        key_ref=KeyRef("Secret", name, key, optional=False, place=place),
        reference=place,
    )


def _of_text(cluster: Cluster, server: Other, product: Product, row: WrittenUser) -> ServerCredential | None:
    """The user whose name and password stand in lines of a text."""
    found = text_of(cluster, server, row.at, row.secret, row.key)
    name = line_of(found[0], row.user) if found is not None else None
    value = line_of(found[0], row.password) if found is not None else None
    if found is None or name is None or value is None:
        return None
    return ServerCredential(
        server=server,
        product=product,
        user=f"{SHOWN} of {row.user}" if isinstance(found[0], SecretText) else reveal(name),
        name=name,
        value=value,
        setting=f"{row.password} in {row.at or f'key {row.key} of the Secret at {row.secret}'}",
        place=found[1],
    )


def _default_secret(other: Object, row: ResourceUser) -> tuple[str, Place] | None:
    if row.default_secret is None:
        return None
    return row.default_secret.replace("{name}", other.id.name), other.place


def _user_of(secret: Secret | None, row: ResourceUser, held: Object) -> Text | None:
    text = secret.text(row.user_key) if secret is not None and row.user_key is not None else None
    return text or (row.default.replace("{name}", held.id.name) if row.default is not None else None)

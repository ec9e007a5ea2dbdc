"""Users of a ClickHouseInstallation with their passwords: plain, or in a key of a Secret.

A name and what is said of it are one key (`app/password`), or one inside the other. Hashes are passed over.
Source: https://github.com/Altinity/clickhouse-operator/blob/0289454623327445c861f3e07a069db69cb94f29/docs/security_hardening.md
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import KeyRef, Object
from mblint.cluster.secrets import SecretText
from mblint.facts.credentials.server_credential import ServerCredential
from mblint.facts.credentials.told import known
from mblint.manifests.documents import Place
from mblint.settings.server_table import Product

_GROUP, _KIND = "clickhouse.altinity.com", "ClickHouseInstallation"
_PRODUCT = Product(name="ClickHouse", stored="config", change=None, alone="default", database=None)
_SECRETS = ("k8s_secret_password", "k8s_secret_env_password")


def clickhouse_users(cluster: Cluster) -> Iterator[ServerCredential]:
    """The users of every such resource whose password the view says."""
    for each in cluster.of_kind(_KIND, _GROUP):
        users = each.place.at("spec", "configuration", "users")
        for name, what, place in _said(users):
            if (found := _credential(cluster, each, name, what, place)) is not None:
                yield found


def _said(users: Place) -> Iterator[tuple[str, str, Place]]:
    """The name of a user, what is said of it, and where."""
    for key, value in users.value.items() if isinstance(users.value, dict) else ():
        name, slash, what = str(key).partition("/")
        if slash:
            yield name, what, users.at(str(key))
        elif isinstance(value, dict):
            yield from ((name, str(inner), users.at(str(key), str(inner))) for inner in value)


def _credential(cluster: Cluster, held: Object, name: str, what: str, place: Place) -> ServerCredential | None:
    space = held.id.namespace
    if what == "password" and isinstance(place.value, str) and place.value:
        return _user(held, name, place, known(SecretText(place.value)), None)
    at = place.at("valueFrom", "secretKeyRef")
    secret, key = at.at("name").value, at.at("key").value
    if what in _SECRETS and isinstance(place.value, str):
        *before, secret, key = ("", *place.value.split("/"))
        space = before[-1] or space
    elif what != "password":
        return None
    if not isinstance(secret, str) or not isinstance(key, str) or not secret:
        return None
    holder = cluster.secrets.get((space, secret))
    entry = holder.entries.get(key) if holder is not None else None
    ref = KeyRef("Secret", secret, key, optional=False, place=place)
    return _user(held, name, place if entry is None else entry.place, None if entry is None else known(entry.text), ref)


def _user(held: Object, name: str, place: Place, value: SecretText | None, ref: KeyRef | None) -> ServerCredential:
    return ServerCredential(
        server=held,
        product=_PRODUCT,
        user=name,
        name=SecretText(name),
        value=value,
        setting=f"spec.configuration.users.{name}",
        place=place,
        key_ref=ref,
        persistent=False,
    )

"""Who may do something in which database, or virtual host, of a server that a custom resource stands for.

An operator lets a user into what stands beside it in the resource (`pairs`), or in others that are about it
(`made-by`): mariadb-operator's Grants, RabbitMQ's Permissions. Without one the user can log in, and is refused there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Object
from mblint.cluster.secrets import SecretText, Text, reveal
from mblint.facts.names.resource_names import made_by, names_at, of_secret, places_at, rows_of
from mblint.facts.names.shape import Asked, Name, Offered
from mblint.facts.referring import naming_none, referring
from mblint.facts.stand_ins import text_at
from mblint.settings.tables import Row, as_text, as_texts

_EVERY = "*"
_WITHIN = frozenset({"database", "vhost"})
_PATTERNS = ("%", "\\")  # of a grant that is about several databases


def grants(cluster: Cluster, row: Row, resource: Object, doubts: list[str]) -> Offered:
    """The pairs of users and what they are let into. `doubts`: what may make more of the resource itself."""
    within = str(row["within"])
    pairs = ({"group": row["group"], **pair} for pair in rows_of(row, "pairs"))
    names = [name for pair in pairs for name in _pairs(cluster, pair, resource, within)]
    for each in made_by(row):
        for other in referring(cluster, resource, each):
            made = list(_pairs(cluster, each, other, within))
            names += made
            if not made or any(mark in reveal(name.text) for name in made for mark in _PATTERNS):
                doubts.append(f"{other.id.kind} {other.id.name} may make more")
        doubts += [f"{other.id.kind} {other.id.name} may make more" for other in naming_none(cluster, resource, each)]
    names += [Name(grant_on(text, _EVERY, within), resource.place, "the operator") for text in as_texts(row, "always")]
    return Offered("grant", resource, tuple(names), tuple(doubts))


def asked_grants(asked: Sequence[Asked], kinds: frozenset[str]) -> Iterator[Asked]:
    """What a client asks for that names its user, and the database or virtual host: of these kinds, which the server
    has."""
    user = next((each for each in asked if each.what == "user"), None)
    for each in asked if user is not None else ():
        if user is not None and each.what in kinds & _WITHIN:
            text = _joined(user.name.text, each.name.text, each.what)
            yield Asked("grant", Name(text, each.name.place, each.name.said_by), each.by, each.container)


def lets_in(wanted: str, offered: str) -> bool:
    """Whether a grant serves: it is the same, or one for everything."""
    return wanted == offered or (offered.endswith(f" {_EVERY}") and wanted.startswith(offered.removesuffix(_EVERY)))


def _pairs(cluster: Cluster, pair: Row, held: Object, within: str) -> Iterator[Name]:
    each, said_by = as_text(pair, "each"), f"{held.id.kind} {held.id.name}"
    if "user" not in pair:
        return
    for place in places_at(held.place, each) if each is not None else (held.place,):
        users = [name.text for name in names_at(place, str(pair["user"]))] or list(_referred(cluster, pair, held))
        inside = [name.text for name in names_at(place, str(pair["in"]))] or [_EVERY]
        for user in users:
            for one in inside:
                yield Name(_joined(user, one, within), place, said_by)


def _referred(cluster: Cluster, pair: Row, held: Object) -> Iterator[Text]:
    """The user of another resource that is named in place of the user."""
    for row in rows_of(pair, "user-of"):
        name = text_at(held.place.at(*str(row["at"]).split(".")))
        for other in cluster.of_kind(str(row["kind"]), str(pair["group"])):
            if other.id.name == name and other.id.namespace == held.id.namespace:
                yield from (each.text for each in of_secret(cluster, row, other))


def _joined(user: Text, inside: Text, within: str) -> Text:
    text = grant_on(reveal(user), reveal(inside), within)
    return SecretText(text) if isinstance(user, SecretText) or isinstance(inside, SecretText) else text


def grant_on(user: str, inside: str, within: str) -> str:
    """What messages call a grant: its user, and the database or virtual host."""
    return f"{user} on the {'virtual host' if within == 'vhost' else within} {inside}"

"""Which client an application may mean that its provider does not have, and how messages speak of clients.

Where more clients may be added than the view shows, one that is missing may be there all the same. It is not where the
view has one that differs by a slip of the hand, as which no other application logs in.
"""

from __future__ import annotations

from collections.abc import Sequence

from mblint.cluster.secrets import SHOWN, reveal
from mblint.facts.edits.slips import differ_by_a_slip
from mblint.facts.oidc.asked import Asked, asked_of
from mblint.facts.oidc.realms import RealmClient
from mblint.facts.oidc.registered import filled
from mblint.facts.rows import Related
from mblint.facts.world import World
from mblint.settings.rows import Setting


def meant_client(world: World, asked: Asked, clients: Sequence[RealmClient]) -> str | None:
    """The id of the only client that an application can mean, as it may be shown; None where there is none."""
    ids = {text: client for client in clients if (text := filled(world, client.id_setting))}
    near = [text for text in ids if differ_by_a_slip(asked.text, text)]
    if len(near) != 1:
        return None
    others = (each for each in asked_of(world) if each.relation is not asked.relation)
    if any(each.at is asked.at and each.text == near[0] for each in others):
        return None
    return ids[near[0]].id or SHOWN


# ---------------------------------------------------------------- words


def empty_ids(named: Sequence[Setting]) -> str:
    """As a message says it: the variables that nobody sets."""
    variables = dict.fromkeys(reveal(each.value or "") for each in named)
    return f"has a client whose id is empty, since its container has no variable {' and '.join(variables)} (idEnv)"


def switched(clients: Sequence[RealmClient], name: str) -> tuple[Related, ...]:
    """Where a client is that is not for such a login."""
    found = [each.id_setting for each in clients if each.id == name]
    return tuple(Related("the client is here", each.place) for each in found if each is not None)


def named(empty: Sequence[Setting]) -> tuple[Related, ...]:
    """Where variables are named that are not there."""
    return tuple(Related(f"{each.label} names a variable that is not there", each.place) for each in empty)

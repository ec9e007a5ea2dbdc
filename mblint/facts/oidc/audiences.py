"""Whether a realm's tokens carry the audience (aud) that an application wants.

Keycloak writes into an ID token the client that asked for it. Into an access token it writes the clients of which the
user has roles, and what mappers of the client or of its scopes add. An application that checks access tokens against
its own client, or tokens against a name of its own, takes none without such a mapper.
Sources: https://www.keycloak.org/docs/latest/server_admin/#audience-support ,
https://github.com/oauth2-proxy/oauth2-proxy/issues/2117
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from mblint.cluster.secrets import SHOWN, reveal
from mblint.facts.oidc.asked import given_to, realms_of
from mblint.facts.oidc.found_clients import FoundClient, entries_of, found_clients
from mblint.facts.oidc.realms import Realm
from mblint.facts.oidc.registered import Registrations, filled, registrations
from mblint.facts.oidc.rows import OidcAudience
from mblint.facts.relations import Relation, relations
from mblint.facts.rows import Related
from mblint.facts.software import program_of
from mblint.facts.told import settings_of
from mblint.facts.world import World
from mblint.regex import regex
from mblint.settings.names import Origin
from mblint.settings.role_table import words_of
from mblint.settings.rows import Setting

_INCLUDED = regex(r"included\.(?:client|custom)\.audience$")
_ROLES = regex(r"roles\.client\.(.+)\[\d+\]")
_MAKERS = regex(r"\.protocolMapper$")
_CLAIM = regex(r"config\.claim\.name$")
_NAMES = (("audience",), ("audiences",))
_BEFORE = frozenset(("jwt", "oidc", "oauth", "oauth2", "auth", "token", "keycloak", "api", "expected"))
_SIGNS = (("secret", "key"), ("signing", "key"), ("private", "key"), ("secret",))
_ALWAYS = ("account", "realm-management", "broker")


def oidc_audiences(world: World) -> Iterator[OidcAudience]:
    """A row for each audience that is wanted of a Keycloak whose realm is in the view."""
    for found in found_clients(world):
        if found.realm.product == "Keycloak" and _wants_its_own(world, found):
            yield _of_own(world, found)
    given = registrations(world)
    seen: set[int] = set()
    for relation in relations(world) if given else ():
        at = None if relation.library.provider else given_to(world, relation, given)
        for setting in _wanted(world, relation) if at is not None else ():
            if at is not None and id(setting) not in seen:
                seen.add(id(setting))
                yield from _of_setting(world, relation, at, setting)


def _wants_its_own(world: World, found: FoundClient) -> bool:
    relation = found.asked.relation
    program = program_of(world, relation.workload, relation.container)
    wishes = (entry.own_audience for entry in entries_of(program, relation))
    return program is not None and any(wish is not None and program.told.holds(wish) is True for wish in wishes)


def _of_own(world: World, found: FoundClient) -> OidcAudience:
    asked = found.asked
    added = _added(world, found.realm)
    reason = asked.at.added_by or ("a mapper of the realm may add it" if added is None else None)
    carried = added is not None and asked.text in (*added, *_of_roles(world, found.realm))
    row = _row(asked.id, asked.client, asked.where, added or (), own=True)
    place = found.client.id_setting
    related = () if place is None else (Related("the client is here", place.place),)
    verdict = "carried" if carried else "missing" if reason is None else "unknown"
    problem = "gives the access tokens of that client no mapper for it"
    return _judged(row, verdict, reason, problem, related)


def _wanted(world: World, relation: Relation) -> Iterator[Setting]:
    """The settings beside a relation that say by their names which audience a token must have.

    A key or secret of the same name says that the program signs those tokens itself: APPLICATION_JWT_SECRET_KEY.
    """
    told = settings_of(world, relation.workload, relation.container)
    keys = {words_of(each.key) for each in told}
    for each in told:
        words = words_of(each.key)
        signs = any((*words[:-1], *key) in keys for key in _SIGNS)
        if words[-1:] in _NAMES and not signs and not _BEFORE.isdisjoint(words[:-1]) and each.origin is Origin.ENV:
            yield each


def _of_setting(world: World, relation: Relation, at: Registrations, setting: Setting) -> Iterator[OidcAudience]:
    named = realms_of(world, relation)
    same = [realm for realm in at.realms if realm.product == "Keycloak" and filled(world, realm.name_setting) in named]
    texts = [each.strip().strip("\"'[]") for each in reveal(setting.value or "").split(",")]
    wanted = [each for each in texts if each]
    if len(same) != 1 or not wanted or any("$" in each or "{" in each or "*" in each for each in wanted):
        return
    added = _added(world, same[0])
    reason = at.added_by or ("a mapper of the realm may add it" if added is None else None)
    carried = not {*(added or ()), *_clients(world, same[0]), *_ALWAYS}.isdisjoint(wanted)
    name = at.provider.workload.id
    where = f"the realm {same[0].name or SHOWN} of {name.kind} {name.name}"
    row = _row(setting, SHOWN if setting.secret else ", ".join(wanted), where, added or (), own=False)
    verdict = "carried" if carried else "missing" if reason is None else "unknown"
    yield _judged(row, verdict, reason, "has no client of that id, and no mapper that writes it into tokens", ())


# ---------------------------------------------------------------- what a realm adds


def _file_of(world: World, realm: Realm) -> Sequence[Setting]:
    """All settings of the file that has the realm."""
    name = realm.name_setting
    return [each for each in settings_of(world, name.workload, name.container) if each.file == name.file]


def _added(world: World, realm: Realm) -> tuple[str, ...] | None:
    """The audiences that mappers of clients and scopes add; None where another mapper may add any."""
    told = _file_of(world, realm)
    if any(_CLAIM.search(each.key) and (each.value is None or reveal(each.value) == "aud") for each in told):
        return None
    makers = [each.value and reveal(each.value) for each in told if _MAKERS.search(each.key)]
    if any(not each or not each.startswith(("oidc-", "saml-")) for each in makers):
        return None
    found = [each.value and reveal(each.value) for each in told if _INCLUDED.search(each.key)]
    return None if None in found else tuple(dict.fromkeys(each for each in found if each))


def _of_roles(world: World, realm: Realm) -> frozenset[str]:
    """The clients that have roles: of those a user has, tokens carry the client."""
    return frozenset(match[1] for each in _file_of(world, realm) if (match := _ROLES.match(each.key)) is not None)


def _clients(world: World, realm: Realm) -> frozenset[str]:
    return frozenset(filled(world, each.id_setting) or "" for each in realm.clients)


# ---------------------------------------------------------------- rows


def _row(setting: Setting, audience: str, where: str, known: tuple[str, ...], *, own: bool) -> OidcAudience:
    return OidcAudience(
        object=setting.workload.id,
        container=setting.container.name,
        place=setting.place,
        linted=setting.workload.linted,
        audience=audience,
        settings=setting.label,
        where=where,
        problem="",
        known=known,
        own=own,
        verdict="carried",
    )


def _judged(
    row: OidcAudience, verdict: str, reason: str | None, problem: str, related: tuple[Related, ...]
) -> OidcAudience:
    return replace(row, verdict=verdict, reason=reason, problem=problem, related=related)

"""The scopes that an application asks for, held against those that its client may have at its provider.

Keycloak answers a scope that the client does not have with `invalid_scope` ("Invalid scopes"), Authelia with "is not
allowed to request scope", dex with "Unrecognized scope(s)": the login ends before its form. Dex and Authelia put the
groups of a user into the token only where the scope `groups` is asked for. Sources:
https://github.com/keycloak/keycloak/blob/main/services/src/main/java/org/keycloak/services/managers/RealmManager.java
(a realm without `clientScopes` gets those of every Keycloak);
https://github.com/dexidp/dex/blob/ab64ed77/server/authflow/request.go;
https://github.com/authelia/authelia/blob/master/docs/content/configuration/identity-providers/openid-connect/clients.md
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from mblint.cluster.secrets import SHOWN, reveal
from mblint.facts.oidc.asked import Asked
from mblint.facts.oidc.found_clients import entries_of, found_clients
from mblint.facts.oidc.realms import Realm, RealmClient
from mblint.facts.oidc.registered import filled
from mblint.facts.oidc.rows import OidcScope
from mblint.facts.rows import Related
from mblint.facts.software import RunningProgram, program_of
from mblint.facts.told import settings_of
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.regex import regex
from mblint.settings.role_table import Phrase, words_of
from mblint.settings.rows import Setting
from mblint.software.setting_names import Texts

_SCOPE = regex(r"[a-z][a-z0-9_.-]*")
_BETWEEN = regex(r"[\s,+\"'\[\]]+")
_LISTS = ("scope", "scopes")
_CALLED = (("client", "id"), ("clientid",), ("id",), ("key",))
_GROUPS = (("groups", "claim"), ("group", "claim"), ("claim", "groups"), ("groups", "claims"), ("groups", "attribute"))
_OF_DEX = ("openid", "profile", "email", "groups", "offline_access", "federated:id")
_OF_AUTHELIA = ("openid", "groups", "profile", "email")  # where the client says none
_OF_EVERY_REALM = (
    *("openid", "profile", "email", "address", "phone", "offline_access", "roles", "web-origins", "microprofile-jwt"),
    *("acr", "basic", "organization", "service_account", "role_list"),
)


class _Wanted(Struct, frozen=True):
    """A scope that an application asks for, and what says so. `hidden`: a Secret does."""

    scope: str
    said_by: str
    place: Place
    hidden: bool = False


class _Given(Struct, frozen=True):
    """The scopes that a client may ask for; `known`: those that a message shows. `lacks`: a clause about any other."""

    scopes: frozenset[str]
    known: tuple[str, ...]
    lacks: str


def oidc_scopes(world: World) -> Iterator[OidcScope]:
    """A row for each scope that an application asks for as a client that is registered, and for groups without it."""
    for found in found_clients(world):
        asked, client = found.asked, found.client
        given = None if asked.relation.library.browserless else _given(world, asked, found.realm, client)
        if given is not None:
            wanted = tuple(_wanted(world, asked))
            for each in wanted:
                yield _row(asked, client, each, given, "given" if each.scope in given.scopes else "refused")
            yield from _unasked(world, asked, client, wanted, given)


# ---------------------------------------------------------------- the application's side


def _wanted(world: World, asked: Asked) -> Iterator[_Wanted]:
    program = program_of(world, asked.relation.workload, asked.relation.container)
    entries = entries_of(program, asked.relation)
    told = _told(program, [entry.scopes for entry in entries]) or list(_beside(world, asked))
    for each in (*told, *_told(program, [entry.scopes_more for entry in entries])):
        yield from _said(each)
    if program is not None and program.told.complete and not told:
        for scope in " ".join(entry.scopes_default for entry in entries).split():
            yield _Wanted(scope, f"as {program.running.program.name} does by itself", asked.id.place)


def _told(program: RunningProgram | None, named: Sequence[Texts]) -> list[Setting]:
    """What a program is told by settings of these names."""
    return [] if program is None else [each for names in named for each in program.told.all_of(names)]


def _beside(world: World, asked: Asked) -> Iterator[Setting]:
    """The settings that are called as the client id is but for the end: OIDC_CLIENT_ID, OIDC_SCOPES."""
    words = words_of(asked.id.key)
    stems = {words[: -len(end)] for end in _CALLED if words[-len(end) :] == end}
    for each in settings_of(world, asked.relation.workload, asked.relation.container):
        if each.origin is asked.id.origin and each.file == asked.id.file and _stem(words_of(each.key)) in stems:
            yield each


def _stem(words: Phrase) -> Phrase | None:
    """What stands before `scope`; None for a setting of something else."""
    if words[-1:] and words[-1] in _LISTS:
        return words[:-2] if words[-2:-1] == ("requested",) else words[:-1]
    return None


def _said(setting: Setting) -> Iterator[_Wanted]:
    """The scopes of one setting; none where one of its words is filled in later, or is no plain name."""
    text = "" if setting.value is None else reveal(setting.value)
    names = [each for each in _BETWEEN.split(text) if each]
    if all(_SCOPE.fullmatch(each) for each in names):
        for each in names:
            yield _Wanted(each, setting.label, setting.place, setting.secret)


# ---------------------------------------------------------------- the provider's side


def _given(world: World, asked: Asked, realm: Realm, client: RealmClient) -> _Given | None:
    """The scopes of a client; None where they are not all known."""
    if realm.product == "Dex":
        return _Given(frozenset(_OF_DEX), _OF_DEX[:5], "knows no such scope")
    if realm.product == "Authelia":
        said = _texts(world, _listed(client, "scopes"))
        if said is None or "scopes" in client.parts:
            return None
        shown = _shown(world, _listed(client, "scopes")) or _OF_AUTHELIA
        return _Given(frozenset(said or _OF_AUTHELIA), shown, "does not let that client ask for it")
    own = _texts(world, realm.scopes)
    if own is None or asked.at.added_by is not None:  # what may register clients may make scopes as well
        return None
    by_default, if_asked = (_listed(client, f"{each}ClientScopes") for each in ("default", "optional"))
    both = _texts(world, (*by_default, *if_asked))
    if both is None:
        return None
    if by_default and if_asked:
        shown = _shown(world, (*by_default, *if_asked))
        return _Given(frozenset((*both, "openid", "offline_access")), shown, "does not give that client such a scope")
    known = _shown(world, realm.scopes) or tuple(each for each in _OF_EVERY_REALM if each != "role_list")
    return _Given(frozenset((*own, *_OF_EVERY_REALM)), known, "has no such client scope")


def _listed(client: RealmClient, part: str) -> tuple[Setting, ...]:
    return tuple(each for name, each in client.parts.items() if name.startswith(f"{part}["))


def _texts(world: World, settings: Sequence[Setting]) -> tuple[str, ...] | None:
    found = [filled(world, each) for each in settings]
    known = tuple(each for each in found if each)
    return known if len(known) == len(found) else None


def _shown(world: World, settings: Sequence[Setting]) -> tuple[str, ...]:
    """The names as far as a message may have them."""
    return tuple(dict.fromkeys(SHOWN if each.secret else filled(world, each) or SHOWN for each in settings))


# ---------------------------------------------------------------- rows


def _unasked(
    world: World, asked: Asked, client: RealmClient, wanted: Sequence[_Wanted], given: _Given
) -> Iterator[OidcScope]:
    """A row where the application reads the groups of its users, and its scopes do not bring them."""
    if asked.at.realms[0].product == "Keycloak" or not wanted or any(each.scope == "groups" for each in wanted):
        return
    for each in settings_of(world, asked.relation.workload, asked.relation.container):
        text = "" if each.value is None else reveal(each.value).strip()
        if text == "groups" and words_of(each.key)[-2:] in _GROUPS and each.file == asked.id.file:
            yield _row(asked, client, _Wanted("groups", each.label, wanted[0].place), given, "unasked")
            return


def _row(asked: Asked, client: RealmClient, wanted: _Wanted, given: _Given, verdict: str) -> OidcScope:
    holder = client.id_setting
    return OidcScope(
        object=asked.id.workload.id,
        container=asked.id.container.name,
        place=wanted.place,
        linted=asked.id.workload.linted,
        related=(Related(f"{asked.provider} has the client here", holder.place),) if holder is not None else (),
        scope=SHOWN if wanted.hidden and wanted.scope not in _OF_EVERY_REALM else wanted.scope,
        settings=wanted.said_by,
        client=asked.client,
        where=asked.where,
        problem=given.lacks,
        known=given.known,
        verdict=verdict,
    )

"""How an application proves to be its client: by its secret, sent in one way or the other, and by a PKCE challenge.

Authelia is configured with the digest of a client's secret, and takes the secret in the one way that the client is
registered with, since 4.38. Keycloak and Authelia refuse a login without a challenge where the client is registered so,
Kanidm where nobody switched that off. Sources:
https://github.com/authelia/authelia/blob/master/docs/content/configuration/identity-providers/openid-connect/clients.md
https://github.com/authelia/authelia/issues/6860 , https://github.com/keycloak/keycloak/pull/6135 ,
https://github.com/mogenius/renovate-operator/issues/186
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from mblint.cluster.secrets import SHOWN, reveal
from mblint.facts.oidc.found_clients import FoundClient, entries_of, found_clients
from mblint.facts.oidc.registered import registrations
from mblint.facts.oidc.registrations import IN_EVERY_REALM
from mblint.facts.oidc.rows import OidcProof
from mblint.facts.oidc.urls import oidc_urls
from mblint.facts.relations import OidcSetting, Relation, relations
from mblint.facts.rows import Related
from mblint.facts.software import program_of, programs_of
from mblint.facts.told import settings_of
from mblint.facts.world import World
from mblint.regex import regex
from mblint.settings.oidc_table import CREDENTIAL
from mblint.settings.role_table import words_of
from mblint.settings.rows import Setting
from mblint.software.versions import within

_DIGEST = regex(r"\$(?:pbkdf2(?:-sha\d+)?|argon2(?:id|i|d)|2[aby]|scrypt|bcrypt(?:-sha256)?|[56])\$\S{20,}")
_BASIC, _POST = "client_secret_basic", "client_secret_post"
_WAYS = {
    _BASIC: "in the header of its request alone (client_secret_basic)",
    _POST: "in the form of its request alone (client_secret_post)",
}


class _Refusal(Struct, frozen=True):
    """What an application does, and what its provider wants, as clauses."""

    verdict: str
    does: str
    wants: str


_OF_KEYCLOAK = ("_system", *IN_EVERY_REALM)
_MASKED = regex(r"\*{5,}")
_KANIDM = regex(r"^https://[^/]+/oauth2/openid/[^/]+")
_NO = frozenset(("", "false", "no", "off", "0", "none"))


def oidc_proofs(world: World) -> Iterator[OidcProof]:
    """A row for each way in which an application is refused as its client."""
    digests: dict[int, OidcProof] = {}  # of several relations that have a setting, one that knows its client
    for relation in sorted(relations(world), key=lambda each: not each.client_ids):
        for setting, row in _digests(world, relation):
            digests.setdefault(id(setting), row)
        yield from _at_kanidm(world, relation)
    yield from digests.values()
    yield from _masked(world)
    for found in found_clients(world):
        yield from _without_challenge(world, found)
        yield from _in_another_way(world, found)
        yield from _without_secret(world, found)


def _digests(world: World, relation: Relation) -> Iterator[tuple[Setting, OidcProof]]:
    """Where what a provider is configured with was copied into the application."""
    if relation.library.provider or relation.library.called_by_provider or not relation.used:
        return
    for setting in _secrets(world, relation):
        if setting.value is not None and _DIGEST.fullmatch(reveal(setting.value).strip()):
            yield setting, _row(setting, relation.client, "its provider", _DIGESTED)


def _masked(world: World) -> Iterator[OidcProof]:
    """Where a realm's file was exported by Keycloak's pages, which write asterisks for secrets."""
    for given in registrations(world):
        for client in (each for realm in given.realms if realm.product == "Keycloak" for each in realm.clients):
            secret = client.secret
            if client.id in _OF_KEYCLOAK:
                continue  # which no application is
            if secret is not None and secret.value is not None and _MASKED.fullmatch(reveal(secret.value)):
                name = SHOWN if client.id is None else client.id
                yield _row(secret, name, "its application", _MASK)


def _secrets(world: World, relation: Relation) -> Iterator[Setting]:
    """The settings that hold the secret: those of the table, else those called as the client's id is."""
    named = [each.setting for each in relation.all(CREDENTIAL) if words_of(each.setting.key)[-1:] == ("secret",)]
    if named:
        yield from named
        return
    beside = {(each.file, words_of(each.key)[:-1]) for each in _ids(relation)}
    for each in settings_of(world, relation.workload, relation.container):
        words = words_of(each.key)
        if words[-1:] == ("secret",) and (each.file, words[:-1]) in beside:
            yield each


def _ids(relation: Relation) -> Iterator[Setting]:
    ids: tuple[OidcSetting, ...] = relation.client_ids
    yield from (each.setting for each in ids)


# ---------------------------------------------------------------- what the provider asks for


def _without_challenge(world: World, found: FoundClient) -> Iterator[OidcProof]:
    asked = found.asked
    name = _sends_none(world, asked.relation) if _wants_challenge(found) else None
    if name is not None:
        yield replace(_row(asked.id, asked.client, asked.where, _UNCHALLENGED, found.client.id_setting), settings=name)


def _at_kanidm(world: World, relation: Relation) -> Iterator[OidcProof]:
    """Where an address has the path of Kanidm, which wants a challenge unless that is switched off for the client."""
    if relation.library.provider or not relation.used:
        return
    for each in relation.of_provider:
        at = not _is_let_off(world, relation.client) and any(
            url.url is not None and _KANIDM.search(url.url) for url in oidc_urls(each.setting, bare=False)
        )
        name = _sends_none(world, relation) if at else None
        if name is not None:
            yield replace(_row(each.setting, relation.client, "Kanidm", _UNCHALLENGED_BY_DEFAULT), settings=name)
            return


def _is_let_off(world: World, client: str) -> bool:
    """Whether a resource of Kaniop switches it off for a client."""
    return any(
        each.id.name == client and each.place.at("spec", "allowInsecureClientDisablePkce").value is True
        for each in world.cluster.of_kind("KanidmOAuth2Client", "kaniop.rs")
    )


def _sends_none(world: World, relation: Relation) -> str | None:
    """The setting that would have the program send a challenge, as a clause; None where it does, or nobody knows."""
    program = program_of(world, relation.workload, relation.container)
    entries = [each for each in entries_of(program, relation) if each.challenge]
    if program is None or not entries or not program.told.complete:
        return None
    told = [each for entry in entries for each in program.told.all_of(entry.challenge)]
    if any(each.value is None or reveal(each.value).strip().lower() not in _NO for each in told):
        return None
    names = entries[0].challenge
    return told[0].label if told else f"{names if isinstance(names, str) else names[0]} is not set"


def _wants_challenge(found: FoundClient) -> bool:
    says = found.client.says
    if found.realm.product == "Authelia":
        return says("require_pkce") == "true" or (says("pkce_challenge_method") or "") in ("s256", "plain")
    return found.realm.product == "Keycloak" and (says("attributes.pkce.code.challenge.method") or "") in (
        "s256",
        "plain",
    )


def _in_another_way(world: World, found: FoundClient) -> Iterator[OidcProof]:
    asked, client = found.asked, found.client
    program = program_of(world, asked.relation.workload, asked.relation.container)
    ways = {each.sends_secret for each in entries_of(program, asked.relation) if each.sends_secret is not None}
    if found.realm.product != "Authelia" or len(ways) != 1 or client.says("public") == "true":
        return
    servers = programs_of(world, asked.at.provider.workload)
    if any(within("<4.38", each.running.version) for each in servers if each.running.program.id == "authelia"):
        return  # it took a secret either way
    way, registered = ways.pop(), client.says("token_endpoint_auth_method") or _BASIC
    if registered in _WAYS and registered != way:
        does = f"sends its secret {_WAYS[way].replace(' alone', '')}"
        at = client.parts.get("token_endpoint_auth_method") or client.id_setting
        yield _row(asked.id, asked.client, asked.where, _Refusal("method", does, f"takes it {_WAYS[registered]}"), at)


def _without_secret(world: World, found: FoundClient) -> Iterator[OidcProof]:
    asked, client = found.asked, found.client
    program = program_of(world, asked.relation.workload, asked.relation.container)
    public = client.says("publicClient" if found.realm.product == "Keycloak" else "public")
    if public == "true" or not any(each.secretless for each in entries_of(program, asked.relation)):
        return
    if client.says("bearerOnly") == "true" or (public is not None and public != "false"):
        return
    yield _row(asked.id, asked.client, asked.where, _SECRETLESS, client.id_setting)


# ---------------------------------------------------------------- rows

_DIGESTED = _Refusal("digest", "sends the digest of a secret", "wants the secret itself")
_MASK = _Refusal("masked", "is given asterisks for its secret, as an export writes them", "has another one")
_UNCHALLENGED = _Refusal("no-challenge", "sends no PKCE challenge", "takes no login of that client without one")
_UNCHALLENGED_BY_DEFAULT = _Refusal(
    "unchallenged", "sends no PKCE challenge", "wants one of each client for which nobody switched that off"
)
_SECRETLESS = _Refusal(
    "no-secret", "has no secret", "asks that client for one, as every client that is not registered as public"
)


def _row(setting: Setting, client: str, where: str, refusal: _Refusal, at: Setting | None = None) -> OidcProof:
    return OidcProof(
        object=setting.workload.id,
        container=setting.container.name,
        place=setting.place,
        linted=setting.workload.linted,
        related=(Related("the client is registered here", at.place),) if at is not None else (),
        client=client,
        settings=setting.label,
        does=refusal.does,
        where=where,
        wants=refusal.wants,
        verdict=refusal.verdict,
    )

"""Secrets of OIDC clients: what a realm's file gives a client, and what the application sends.

Only an application that leads to the provider of that realm is held against it. What stands for a variable in a realm's
file is read from the container that imports it.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from mblint.cluster.secrets import SHOWN, SecretText, reveal
from mblint.facts.credentials.digests import is_of
from mblint.facts.credentials.rows import Credential
from mblint.facts.credentials.told import Told, called, told
from mblint.facts.filled_settings import with_variables
from mblint.facts.oidc.argo_cd_dex import dexes_of_argo_cd
from mblint.facts.oidc.asked import given_to
from mblint.facts.oidc.blueprints import clients_of_blueprints
from mblint.facts.oidc.client_resources import clients_of_resources
from mblint.facts.oidc.dex_resources import clients_in_storage
from mblint.facts.oidc.imported_realms import imported_realms
from mblint.facts.oidc.providers import Provider, provider_of, provider_of_realm
from mblint.facts.oidc.realms import Realm, RealmClient, realms
from mblint.facts.oidc.registered import filled, registrations
from mblint.facts.oidc.substitution import variable
from mblint.facts.oidc.urls import oidc_urls
from mblint.facts.relations import Relation, relations
from mblint.facts.rows import Related
from mblint.facts.told import settings_of
from mblint.facts.world import World
from mblint.settings.names import Origin
from mblint.settings.oidc_table import CREDENTIAL
from mblint.settings.role_table import Phrase, words_of
from mblint.settings.rows import Setting

_SUBSTITUTES = ("IMPORT_VARSUBSTITUTION_ENABLED", "--import.var-substitution.enabled")


class GivenSecret(Struct, frozen=True, eq=False):
    """A client of a realm with the secret that it is given, and the provider that learns it."""

    realm: Realm
    client_id: str
    shown: str  # the id, or what stands for one that is a Secret's
    secret: Told
    provider: Provider


def client_secrets(world: World) -> Iterator[tuple[Credential, Setting]]:
    """A row for each client of a realm × application that logs in as it, with the application's setting."""
    given = tuple(given_secrets(world))
    if not given:
        return
    for relation in relations(world):
        used = _secret_of(world, relation)
        client_id = _client_id(relation)
        if used is None or client_id is None:
            continue
        known_as = [each for each in given if each.client_id == client_id]
        of_realm = _realms_of(relation)
        known_as = [each for each in known_as if not of_realm or each.realm.name in of_realm]
        if len(known_as) == 1 and _leads_to(world, relation, known_as[0]):
            yield _row(known_as[0], used), used.setting


def _realms_of(relation: Relation) -> frozenset[str]:
    """The realms that an application's addresses name."""
    urls = (url for each in relation.endpoints for url in oidc_urls(each.setting, bare=False))
    return frozenset(url.realm for url in urls if url.realm is not None)


def _leads_to(world: World, relation: Relation, given: GivenSecret) -> bool:
    """True where an application leads to the provider, or names the address that this is configured with."""
    if provider_of(world, relation) is given.provider:
        return True
    at = given_to(world, relation, registrations(world))
    if at is not None and at.provider.workload.id == given.provider.workload.id:
        return True
    own = given.provider.address(given.realm.name)
    hosts = {url.host for each in relation.endpoints for url in oidc_urls(each.setting, bare=False)}
    return own is not None and own.url.host in hosts


# ---------------------------------------------------------------- the realm's side


def given_secrets(world: World) -> Iterator[GivenSecret]:
    """The clients of the realms whose provider is in the view, with the secret of each."""
    for realm in realms(world):
        provider = provider_of_realm(world, realm.holder)
        for client in realm.clients if provider is not None else ():
            secret = _realm_secret(
                world, client, by_provider=provider is not None and realm.holder is provider.workload
            )
            named = filled(world, client.id_setting)
            if provider is not None and secret is not None and named:
                yield GivenSecret(realm, named, client.id or SHOWN, secret, provider)
    for provider, realm in (
        *imported_realms(world),
        *dexes_of_argo_cd(world),
        *clients_of_blueprints(world),
        *clients_of_resources(world),
        *clients_in_storage(world),
    ):
        for client in realm.clients:
            said, holder = client.secret, client.id_setting
            name = "" if holder is None or holder.value is None else reveal(holder.value).strip()
            if name and said is not None and said.value is not None and "$" not in name + reveal(said.value):
                yield GivenSecret(realm, name, client.id or SHOWN, told(said), provider)


def _realm_secret(world: World, client: RealmClient, *, by_provider: bool) -> Told | None:
    """The secret as the importing container reads it; None where the client has none."""
    setting = client.secret
    if setting is None or setting.value is None:
        return None
    text = reveal(setting.value)
    named = variable(text, by_provider=by_provider)
    if named is None:
        return told(setting) if text else None
    beside = settings_of(world, setting.workload, setting.container)
    environment = {each.key: each for each in beside if not each.file}
    filled = environment.get(named)
    if by_provider:
        return told(filled) if filled is not None else told(setting)
    switch = next((environment[name] for name in _SUBSTITUTES if name in environment), None)
    substituted = switch is not None and switch.value is not None and reveal(switch.value).lower() == "true"
    return told(filled) if filled is not None and substituted else told(setting)


# ---------------------------------------------------------------- the application's side


def _secret_of(world: World, relation: Relation) -> Told | None:
    """The secret that the table names, else the one beside the client's id: the same name but for its end."""
    secrets = [each.setting for each in relation.all(CREDENTIAL) if _is_secret(relation, words_of(each.setting.key))]
    if not secrets:
        beside = {_secret_beside(each.setting) for each in relation.all(CREDENTIAL)}
        secrets = [
            with_variables(world, each)
            for each in settings_of(world, relation.workload, relation.container)
            if (each.file, each.origin, words_of(each.key)) in beside
        ]
    texts = {reveal(each.value or "") for each in secrets}
    if len(texts) != 1 or texts.pop().startswith("$"):
        return None  # `$oidc.clientSecret`: the program takes it from elsewhere
    return told(secrets[-1])


def _is_secret(relation: Relation, words: Phrase) -> bool:
    return words[-1:] in _SECRETS or relation.library.names_the_secret(words)


def _secret_beside(setting: Setting) -> tuple[str | None, Origin, Phrase] | None:
    """Where, and under which words, the secret stands that goes with a client's id."""
    words = words_of(setting.key)
    end = {"clientid": "clientsecret", "id": "secret"}.get(words[-1]) if words else None
    return (setting.file, setting.origin, (*words[:-1], end)) if end is not None else None


_SECRETS = (("secret",), ("clientsecret",))


def _client_id(relation: Relation) -> str | None:
    ids = [each.setting for each in relation.client_ids]
    told = {reveal(each.value) for each in ids if each.value is not None}
    return told.pop() if len(told) == 1 and all(each.value is not None for each in ids) else None


# ---------------------------------------------------------------- rows


def _row(given: GivenSecret, used: Told) -> Credential:
    provider, client = given.provider.workload, used.setting.workload
    here = provider if provider.linted else client
    return Credential(
        object=here.id,
        place=given.secret.place if provider.linted else used.place,
        related=tuple(_related(given, used)),
        linted=provider.linted or client.linted,
        server=str(provider.id),
        users=given.shown,
        clients=str(client.id),
        who=called(used.setting),
        settings=used.words,
        given=given.secret.words,
        product=given.realm.product,
        stored="volume" if given.realm.holder is provider else "config",
        verdict=_verdict(given.secret.text, used.text, given.realm.product),
    )


def _verdict(given: SecretText | None, used: SecretText | None, product: str) -> str:
    if given is None or used is None:
        return "unknown"
    same = is_of(reveal(given), reveal(used)) if product == "Authelia" else given == used
    return "unknown" if same is None else "agrees" if same else "differs"


def _related(given: GivenSecret, used: Told) -> Iterator[Related]:
    holder, client = given.realm.holder.id, used.setting.workload.id
    yield Related(f"the realm gives the client {given.shown} this secret", given.secret.place, holder)
    if given.secret.reference is not None:
        yield Related(f"{holder.kind} {holder.name} takes it from here", given.secret.reference, holder)
    yield Related(f"{client.kind} {client.name} logs in as {given.shown} with this", used.place, client)
    if used.reference is not None:
        yield Related(f"{client.kind} {client.name} takes it from here", used.reference, client)

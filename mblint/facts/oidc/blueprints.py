"""Clients in authentik's blueprints: files that its worker applies again and again, beside what stands in its database.

An entry of the state `present` is put back to what its file says; one that is only `created` may have been changed. A
redirect URI is compared to the letter or, in the mode `regex`, as an expression for the whole; before 2024.12 all were
one text, of expressions with blanks between. What stands behind a tag (`!Env`, `!Format` …) is not known.
Sources: https://docs.goauthentik.io/customize/blueprints/v1/structure/,
https://github.com/goauthentik/authentik/blob/9c60c76e8ce8acfbf6f955b211b930490578ece2/authentik/blueprints/v1/common.py,
https://github.com/goauthentik/authentik/blob/02a34d229886c5d4dbd0e04778b4d0f22ca1d083/authentik/providers/oauth2/views/authorize.py
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from mblint.cluster.objects import Workload
from mblint.cluster.secrets import reveal
from mblint.cluster.services import services_of
from mblint.facts.oidc.providers import Provider
from mblint.facts.oidc.realms import Realm, RealmClient
from mblint.facts.oidc.redirect_matching import is_among, letter_by_letter
from mblint.facts.oidc.redirect_uri import RedirectUri
from mblint.facts.told import told_containers
from mblint.facts.world import World
from mblint.regex import regex
from mblint.settings.by_container import ContainerSettings
from mblint.settings.mounted_files import mounted_files
from mblint.settings.names import Origin
from mblint.settings.rows import Setting

PRODUCT = "authentik"
APPLICATION = "application"  # the part of a client that holds the slug of its application
_MODEL = "authentik_providers_oauth2.oauth2provider"
_APPLICATIONS = "authentik_core.application"
_FOLDER = "/blueprints/"
_OFF = "metadata.labels.blueprints.goauthentik.io/instantiate"
_ENTRY = regex(r"entries\[\d+\]\.model")
_LISTED = regex(r"redirect_uris\[(\d+)\]\.(?:url|matching_mode|redirect_uri_type)")
_VARIABLE = regex(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_TAGGED = regex(r"client_secret[\"']?:\s*!")
_PLAIN = regex(r"(?:[a-zA-Z][\w+.-]*:|/|\.\*|\^).*")  # a URI, or an expression for some; a tag leaves a name


def clients_of_blueprints(world: World) -> Iterator[tuple[Provider, Realm]]:
    """The clients that the blueprints of each namespace's authentik have."""
    found: dict[str, dict[tuple[str, str], RealmClient]] = {}
    holders: dict[str, Workload] = {}
    for told in told_containers(world):
        if not _is_authentik(told.container.image):
            continue
        files: dict[str, dict[str, Setting]] = {}
        variables = {each.key: each for each in told.settings if each.origin is Origin.ENV}
        for setting in told.settings:
            if setting.origin is Origin.FILE and setting.file and _FOLDER in setting.file:
                files.setdefault(setting.file, {})[setting.key] = setting
        for file, keys in files.items():
            namespace = told.workload.id.namespace
            hidden = _has_tagged_secret(world, told, file)
            for start, client in _clients(keys, variables):
                holders.setdefault(namespace, told.workload)
                known = replace(client, secret=None) if hidden else client
                found.setdefault(namespace, {})[file, start] = known  # one file may be mounted by worker and server
    for namespace, clients in found.items():
        server = _server(world, namespace)
        first = next(iter(clients.values())).id_setting
        if server is not None and first is not None:
            name = replace(first, value=PRODUCT)
            yield server, Realm(PRODUCT, name, holders[namespace], None, tuple(clients.values()), PRODUCT)


def is_listed_by_authentik(client: RealmClient, asked: RedirectUri) -> bool | None:
    """Whether authentik takes a redirect URI for a client; None where that is not known."""
    urls = (asked.url,) if asked.scheme_known else (asked.url, asked.url.replace("https://", "http://", 1))
    told = [each for endpoint, each in client.settings if endpoint == "redirect"]
    if not told or asked.url.startswith("/") or any(each.value is None for each in told):
        return None
    if asked.tail:
        known = not any(is_expression(client, each) for each in told)
        return is_among(asked, [reveal(each.value or "") for each in told], None, letter_by_letter) if known else None
    for each in told:
        text = reveal(each.value or "")
        try:
            taken = any(re.fullmatch(text, url) if is_expression(client, each) else text == url for url in urls)
        except re.error:
            return None
        if taken:
            return True
    return False


def is_expression(client: RealmClient, setting: Setting) -> bool:
    """Whether a redirect URI of a client is compared as an expression."""
    mode = client.parts.get(f"{_path(setting.key).removesuffix('.url')}.matching_mode")
    return mode is None or reveal(mode.value or "").strip() != "strict"


def _is_authentik(image: str | None) -> bool:
    return "goauthentik/server" in (image or "")


def _server(world: World, namespace: str) -> Provider | None:
    """The authentik of a namespace: what its Services lead to."""
    ours = [
        each
        for each in world.cluster.workloads
        if each.lasting
        and each.id.namespace == namespace
        and any(_is_authentik(container.image) for container in each.pod.containers)
    ]
    before = {each.id: tuple(services_of(world.cluster, each)) for each in ours}
    services = frozenset((one.id.namespace, one.id.name) for each in before.values() for one in each)
    server = next((each for each in ours if before[each.id]), None)
    return None if server is None else Provider(server, services, None, {})


def _clients(keys: Mapping[str, Setting], variables: Mapping[str, Setting]) -> Iterator[tuple[str, RealmClient]]:
    """The clients of one blueprint, each with the path of its entry."""
    off = keys.get(_OFF)
    if off is not None and reveal(off.value or "").strip().lower() == "false":
        return
    for key, setting in keys.items():
        if _ENTRY.fullmatch(key) and reveal(setting.value or "").strip() == _MODEL:
            start = key.removesuffix("model")
            own = {name.removeprefix(start): each for name, each in keys.items() if name.startswith(start)}
            client = _client(own, variables) if _is_kept(own) else None
            if client is not None:
                slug = _slug(keys, own)
                yield start, client if slug is None else replace(client, parts={**client.parts, APPLICATION: slug})


def _slug(keys: Mapping[str, Setting], provider: Mapping[str, Setting]) -> Setting | None:
    """The slug of the one application of the blueprint that names a provider, by its id in the file or its name."""
    found = []
    for key, setting in keys.items():
        if _ENTRY.fullmatch(key) and reveal(setting.value or "").strip() == _APPLICATIONS:
            start = key.removesuffix("model")
            of_id, of_name = keys.get(f"{start}attrs.provider"), keys.get(f"{start}attrs.provider[1][1]")
            slug = keys.get(f"{start}identifiers.slug") or keys.get(f"{start}attrs.slug")
            named = (_is_same(of_id, provider.get("id")), _is_same(of_name, provider.get("identifiers.name")))
            if slug is not None and any(named):
                found.append(slug)
    return found[0] if len(found) == 1 else None


def _is_same(one: Setting | None, other: Setting | None) -> bool:
    return one is not None and other is not None and bool(one.value) and one.value == other.value


def _is_kept(own: Mapping[str, Setting]) -> bool:
    """Whether an entry is put back to what the file says, whatever else happens."""
    state = own.get("state")
    conditional = any(name.startswith(("conditions", "state[")) for name in own)
    return not conditional and (state is None or reveal(state.value or "").strip() == "present")


def _client(own: Mapping[str, Setting], variables: Mapping[str, Setting]) -> RealmClient | None:
    """The client of one entry. Its id may be a variable's (`!Env`), of which the name alone is left."""
    named = own.get("attrs.client_id") or own.get("identifiers.client_id")
    if named is None:
        return None
    if named.value is not None and _VARIABLE.fullmatch(reveal(named.value)):
        named = variables.get(reveal(named.value)) or replace(named, value=None)
    parts = {name.removeprefix("attrs."): each for name, each in own.items() if name.startswith("attrs.")}
    text = None if named.secret or named.value is None else reveal(named.value).strip() or None
    public = parts.get("client_type")
    is_public = public is not None and reveal(public.value or "").strip() == "public"
    secret = None if is_public else parts.get("client_secret")
    return RealmClient(text, named, None, secret, tuple(("redirect", each) for each in _redirects(parts)), parts)


def _has_tagged_secret(world: World, told: ContainerSettings, file: str) -> bool:
    """Whether a client's secret in a file stands behind a tag, of which the reader leaves the text alone."""
    found = mounted_files(world.cluster, told.workload, told.container)
    texts = [each.entry.text for each in found if each.path == file]
    return any(text is None or _TAGGED.search(reveal(text)) for text in texts) or not texts


def _redirects(parts: Mapping[str, Setting]) -> Iterator[Setting]:
    """The redirect URIs; one without a value for what authentik fills in."""
    for name, setting in parts.items():
        if name == "redirect_uris":
            for each in reveal(setting.value or "").split():
                yield replace(setting, value=each if _PLAIN.fullmatch(each) else None)
        elif name.startswith("redirect_uris"):
            listed = _LISTED.fullmatch(name)
            if listed is None:
                yield replace(setting, value=None)
            elif name.endswith(".url"):
                kind = parts.get(f"redirect_uris[{listed[1]}].redirect_uri_type")
                known = setting.value is not None and _PLAIN.fullmatch(reveal(setting.value).strip())
                if kind is None or reveal(kind.value or "").strip() == "authorization":
                    yield setting if known else replace(setting, value=None)


def _path(key: str) -> str:
    return key.partition("attrs.")[2]

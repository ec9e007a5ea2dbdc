"""Relying parties in resources: what controllers do at the gateway or in the mesh, and no container is told.

Which resources, and where they say what: `rules/tables/login-resources.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from mblint.cluster.objects import KeyRef, Object
from mblint.cluster.secrets import Text
from mblint.facts.stand_ins import Told, stand_in, text_at, told
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.settings.oidc_library import Library
from mblint.settings.oidc_table import CREDENTIAL, OidcName
from mblint.settings.role_table import words_of
from mblint.settings.rows import Setting
from mblint.settings.tables import Row, as_text, as_texts, load_table

_REFERENCE = "urn:"  # Traefik fills such a value from a Secret
_MOST = 1000  # parts of one resource


def settings_of_resources(world: World) -> Iterator[tuple[Setting, OidcName]]:
    """What resources say of OpenID Connect, with what it is; a resource stands for the workload that it has not."""
    for row in load_table("login-resources", "resources"):
        client_id = as_text(row, "client-id")
        library = Library(
            name=as_text(row, "library") or "",
            issuer=as_text(row, "issuer") or "compared",
            browserless=row.get("browserless") is True,
            client_ids=frozenset() if client_id is None else frozenset({(words_of(client_id), ())}),
        )
        for each in world.cluster.of_kind(as_text(row, "kind") or "", *as_texts(row, "groups")):
            yield from _of_resource(world, row, library, each)


def _is_for_routes_elsewhere(world: World, resource: Object) -> bool:
    """Whether it is attached to a route that the view lacks, and with it the host of that route."""
    targets = resource.place.at("spec", "targetRefs").value
    there = {each.id.name for each in world.cluster.routes if each.id.namespace == resource.id.namespace}
    return isinstance(targets, list) and any(
        isinstance(each, dict) and str(each.get("kind")).endswith("Route") and each.get("name") not in there
        for each in targets
    )


def _of_resource(world: World, row: Row, library: Library, resource: Object) -> Iterator[tuple[Setting, OidcName]]:
    one = told(stand_in(resource))
    if not _is_meant(row, resource.place):
        return
    for path, below in _parts(as_text(row, "at") or "", resource.place):
        for what, field in _fields(row):
            at = _only(below.at(*field.split(".")))
            if what == "redirect" and _is_for_routes_elsewhere(world, resource):
                continue
            if (text := text_at(at)) is not None and not text.startswith(_REFERENCE):
                name = OidcName(library, what, f"{resource.id} {path}")
                yield one.setting(f"{path}.{field}" if path else field, text, at, name), name
        for setting in _referred(world, row, resource, one, below):
            name = OidcName(library, CREDENTIAL, f"{resource.id} {path}")
            yield replace(setting, oidc=name), name


def _parts(at: str, place: Place) -> list[tuple[str, Place]]:
    """Each part of a resource that a path leads to: `[*]` goes through a list, `*` through the keys of a mapping."""
    found = [("", place)]
    for step in at.replace("[*]", ".[*]").split("."):
        found = [part for path, below in found for part in _steps(path, below, step)][:_MOST]
    return found


def _steps(path: str, place: Place, step: str) -> Iterator[tuple[str, Place]]:
    value = place.value
    if step == "[*]":
        count = len(value) if isinstance(value, list) else 0
        yield from ((f"{path}[{n}]", place.at(n)) for n in range(count))
    elif step == "*":
        yield from ((f"{path}.{key}", place.at(str(key))) for key in (value if isinstance(value, dict) else ()))
    else:
        yield f"{path}.{step}" if path else step, place.at(step)


def _is_meant(row: Row, resource: Place) -> bool:
    """Whether a resource is what the row is about: of several plugins the one of its name."""
    named = row.get("of")
    return not isinstance(named, Mapping) or all(
        text_at(resource.at(*str(field).split("."))) == wanted for field, wanted in named.items()
    )


def _only(place: Place) -> Place:
    """The one element of a list that holds no more, else the place itself."""
    return place.at(0) if isinstance(place.value, list) and len(place.value) == 1 else place


def _fields(row: Row) -> Iterator[tuple[str, str]]:
    endpoints = row.get("endpoints")
    assert isinstance(endpoints, Mapping)
    for endpoint, field in endpoints.items():
        yield endpoint, str(field)
    for credential in ("client-id", "client-secret"):
        if (field := as_text(row, credential)) is not None:
            yield CREDENTIAL, field


def _referred(world: World, row: Row, resource: Object, one: Told, below: Place) -> Iterator[Setting]:
    """The client's secret in the Secret that a resource names."""
    field, key = as_text(row, "secret-name"), as_text(row, "secret-key")
    name = None if field is None else text_at(below.at(*field.split(".")))
    secret = None if name is None else world.cluster.secrets.get((resource.id.namespace, name))
    entry = None if secret is None or key is None else secret.entries.get(key)
    if field is not None and key is not None and secret is not None and entry is not None and entry.text is not None:
        text: Text = entry.text
        given = one.setting("client_secret", text, entry.place)
        at = below.at(*field.split("."))
        yield replace(given, key_ref=KeyRef("Secret", secret.id.name, key, False, at), reference=at)

"""Relying parties in resources: what controllers do at the gateway or in the mesh, and no container is told.

Which resources, and where they say what: `rules/tables/login-resources.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mblint.cluster.objects import Object
from mblint.facts.stand_ins import stand_in, text_at, told
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.settings.oidc_library import Library
from mblint.settings.oidc_table import CREDENTIAL, OidcName
from mblint.settings.rows import Setting
from mblint.settings.tables import Row, as_text, as_texts, load_table


def settings_of_resources(world: World) -> Iterator[tuple[Setting, OidcName]]:
    """What resources say of OpenID Connect, with what it is; a resource stands for the workload that it has not."""
    for row in load_table("login-resources", "resources"):
        library = Library(
            name=as_text(row, "library") or "",
            issuer=as_text(row, "issuer") or "compared",
            browserless=row.get("browserless") is True,
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
    start, _, listed = (as_text(row, "at") or "").partition("[*]")
    place = resource.place.at(*start.split("."))
    elements = place.value if listed == "" and isinstance(place.value, list) else None
    parts = [(start, place)] if elements is None else [(f"{start}[{n}]", place.at(n)) for n in range(len(elements))]
    for path, below in parts:
        for what, field in _fields(row):
            at: Place = below.at(*field.split("."))
            if what == "redirect" and _is_for_routes_elsewhere(world, resource):
                continue
            if (text := text_at(at)) is not None:
                name = OidcName(library, what, f"{resource.id} {path}")
                yield one.setting(f"{path}.{field}", text, at, name), name


def _fields(row: Row) -> Iterator[tuple[str, str]]:
    endpoints = row.get("endpoints")
    assert isinstance(endpoints, Mapping)
    for endpoint, field in endpoints.items():
        yield endpoint, str(field)
    if (client := as_text(row, "client-id")) is not None:
        yield CREDENTIAL, client

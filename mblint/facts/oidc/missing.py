"""Endpoints that a library needs and nobody gives, of a relying party that has credentials."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from mblint.cluster.objects import ObjectId
from mblint.cluster.secrets import reveal
from mblint.facts.relations import OidcSetting, Relation
from mblint.facts.world import World
from mblint.settings.names import Origin
from mblint.settings.oidc_table import CREDENTIAL, name_of
from mblint.settings.rows import Setting

_OF_A_LOGIN = ("authorization", "end-session", "redirect")


class Missing(Struct, frozen=True, eq=False):
    """`setting`: the empty one; where there is none, a credential. `label`: the name of what is missing."""

    endpoint: str
    setting: Setting
    label: str
    empty: bool  # the setting is there


def missing_endpoints(world: World, relation: Relation) -> Iterator[Missing]:
    """What is lacking, where no alternative of the library has all that it needs: of the one that lacks the least."""
    if world.cluster.is_unread(relation.workload.id, "spec"):
        return
    credentials = [each for each in relation.all(CREDENTIAL) if not each.empty]
    if not credentials or not relation.required or _only_checks_tokens(relation):
        return
    complete = _is_complete(world, relation)
    lacking = [
        [endpoint for endpoint in alternative if _lacks(relation, endpoint, complete)]
        for alternative in relation.required
    ]
    if not all(lacking):
        return
    for endpoint in _nearest(relation, lacking):
        empty = next(iter(relation.all(endpoint)), None)
        setting = credentials[0].setting if empty is None else empty.setting
        label = setting.label if empty is not None else name_of(relation.library, endpoint, world.programs)
        yield Missing(endpoint, setting, label, empty is not None)


def _only_checks_tokens(relation: Relation) -> bool:
    """True for a resource server: it introspects what others were given (RFC 7662), and sends no browser anywhere."""
    return bool(relation.all("introspection")) and not any(relation.all(endpoint) for endpoint in _OF_A_LOGIN)


def _nearest(relation: Relation, lacking: Sequence[Sequence[str]]) -> Sequence[str]:
    """Of several alternatives the one that most is given of; among equals, that most is named of, though empty."""

    def given(number: int) -> tuple[int, int]:
        alternative = relation.required[number]
        named = sum(bool(relation.all(endpoint)) for endpoint in alternative)
        return len(alternative) - len(lacking[number]), named

    return lacking[max(range(len(lacking)), key=given)]


def _lacks(relation: Relation, endpoint: str, complete: bool) -> bool:
    settings = relation.all(endpoint)
    return not any(_gives(each) for each in settings) if settings else complete


def _gives(each: OidcSetting) -> bool:
    """True for any value, known or not; a path that a URL should stand before is none."""
    value = each.setting.value
    return value is None or not (each.empty or reveal(value).strip().startswith("/.well-known/"))


def _is_complete(world: World, relation: Relation) -> bool:
    """True where what is absent cannot be set elsewhere: in the program itself, or in objects outside the render."""
    told = relation.library.complete or any(True for _ in relation.endpoints) or _is_file(relation)
    return told and all(_is_known(world, relation, source.kind, source.name) for source in relation.container.env_from)


def _is_file(relation: Relation) -> bool:
    """A file that has the credentials is the place where the endpoints would stand."""
    return any(each.setting.origin is Origin.FILE for each in relation.all(CREDENTIAL))


def _is_known(world: World, relation: Relation, kind: str, name: str) -> bool:
    objects = world.cluster.secrets if kind == "Secret" else world.cluster.config_maps
    held = ObjectId(relation.workload.id.namespace, kind, name)
    return (held.namespace, name) in objects and not world.cluster.is_unread(held)

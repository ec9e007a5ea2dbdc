"""Templates of ExternalSecrets that ask for a key which they do not get from the store.

The operator fills such a template not at all: its Secret is never made, or stays as it was.
Source: https://external-secrets.io/latest/guides/templating/
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from mblint.cluster.objects import Object
from mblint.cluster.promised import Promised, makers
from mblint.cluster.templated import asked_keys, texts_of
from mblint.facts.credentials.misspelt import nearest_of
from mblint.facts.credentials.used import used_by
from mblint.facts.references.rows import UnfilledTemplate
from mblint.facts.world import World
from mblint.manifests.documents import Place, Value


def unfilled_templates(world: World) -> Iterator[UnfilledTemplate]:
    """A row for each key that is asked for in vain, the first time that an object asks for it."""
    for made in chain.from_iterable(makers(world.cluster).values()):
        got = _got(made.maker) if made.texts is not None and made.maker.id.kind == "ExternalSecret" else None
        if got is not None:
            yield from _rows(world, made, got)


def _got(held: Object) -> tuple[str, ...] | None:
    """The keys that the templates are given; None where a list of the store's decides."""
    if held.place.at("spec", "dataFrom").value:
        return None
    data = held.place.at("spec", "data").value
    keys = [_text(each.get("secretKey")) for each in data if isinstance(each, dict)] if isinstance(data, list) else []
    return tuple(key for key in keys if key)


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ""


def _rows(world: World, made: Promised, got: tuple[str, ...]) -> Iterator[UnfilledTemplate]:
    told: set[str] = set()
    for key, template in texts_of(made):
        for asked, start in asked_keys(_text(template.value)):
            if asked not in got and asked not in told:
                told.add(asked)
                yield _row(world, made, key, template.inside(start), asked, got)


def _row(world: World, made: Promised, key: str, place: Place, asked: str, got: tuple[str, ...]) -> UnfilledTemplate:
    held = made.maker
    return UnfilledTemplate(
        object=held.id,
        place=place,
        linted=held.linted,
        secret=made.name,
        key=key,
        asked=asked,
        got=got,
        nearest=nearest_of(asked, got),
        read_by=_reader(world, made),
    )


def _reader(world: World, made: Promised) -> str | None:
    """Who needs the Secret to start."""
    wanted = ("Secret", made.namespace, made.name)
    if (made.namespace, made.name) in world.cluster.secrets:
        return None
    for workload in world.cluster.workloads:
        if any(used.object_key == wanted and not used.optional for used in used_by(workload)):
            return f"{workload.id.kind} {workload.id.name}"
    return None

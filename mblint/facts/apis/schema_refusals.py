"""Custom resources whose values the schema of their definition does not take, as the API server judges them.

Only what one value alone decides: its type, its size, the values that are listed, the fields that must be there. Rules
that join several (oneOf, not, x-kubernetes-validations) are left out, and so are formats. A field that is null may be
dropped before it is judged, a field with a default is filled in, and a mutating webhook sees the resource before its
schema does: what it must have is left to it, where one of the view is asked about the group.
Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.kinds import group_of
from mblint.cluster.objects import Object
from mblint.cluster.remembered import remembered
from mblint.facts.apis.definitions import Definition, Schema, definitions
from mblint.facts.apis.rows import JudgedResource
from mblint.facts.rows import Related
from mblint.facts.world import World
from mblint.manifests.documents import KeyPath, Value
from mblint.manifests.nodes import dotted
from mblint.regex import regex

_AT_THE_ROOT = ("apiVersion", "kind", "metadata", "status")
_DEEPEST = 40
_MOST = 20  # of one resource
_FILLED_LATER = ("${", "{{", "<%", "$(")
_LONGEST = 200  # characters of a pattern, and of a text that is held against it
_OF_GO_ALONE = regex(r"\\[pPzQEC]|\(\?[^:]|\[\[:")
_SLOW = regex(r"\)[*+{]")  # a group that is repeated: Python may try every way to divide a text among its copies
_REPEATED = regex(r"(?<!\\)[*+]|,\}")
_MOST_REPEATED = 3
_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
}


class Refusal(Struct, frozen=True):
    """One value that is not taken. `problem`: a clause about it."""

    path: KeyPath
    problem: str


def judged_resources(world: World) -> Iterator[JudgedResource]:
    """A row for each value that is refused, or one for a resource that is taken."""
    defined = definitions(world.cluster)
    for held in world.cluster.everything if defined else ():
        group = group_of(held.api_version)
        own = defined.get((group, held.id.kind))
        version = held.api_version.rpartition("/")[2]
        if own is None or version not in own.schemas or world.cluster.is_unread(held.id):
            continue
        found = list(refusals(own.schemas[version], held.place.value, asked=group in _mutated(world.cluster)))[:_MOST]
        yield from (_row(held, own, version, each) for each in found or (None,))


def _row(held: Object, definition: Definition, version: str, refusal: Refusal | None) -> JudgedResource:
    return JudgedResource(
        object=held.id,
        place=held.place.at(*refusal.path) if refusal is not None else held.place,
        related=(Related("this defines its kind", definition.object.place, definition.object.id),),
        linted=held.linted,
        definition=definition.object.id.name,
        version=version,
        field=dotted(refusal.path) if refusal is not None else "",
        problem=_said(refusal) if refusal is not None else "",
        verdict="taken" if refusal is None else "refused",
    )


def _said(refusal: Refusal) -> str:
    return f"its {dotted(refusal.path)} {refusal.problem}" if refusal.path else f"it {refusal.problem}"


@remembered
def _mutated(cluster: Cluster) -> frozenset[str]:
    """The groups of which mutating webhooks of the view see resources before they are judged."""
    return frozenset(
        group
        for held in cluster.of_kind("MutatingWebhookConfiguration", "admissionregistration.k8s.io")
        for webhook in _items(held.place.value, "webhooks")
        for rule in _items(webhook, "rules")
        for group in _items(rule, "apiGroups")
        if isinstance(group, str)
    )


def _items(value: Value, key: str) -> list[Value]:
    inner = value.get(key) if isinstance(value, dict) else None
    return inner if isinstance(inner, list) else []


def refusals(schema: Schema, value: Value, *, asked: bool = False) -> Iterator[Refusal]:
    """What a schema does not take of a custom resource; `asked`: a webhook may add what it must have."""
    if isinstance(value, dict):
        inner = {key: each for key, each in value.items() if key not in _AT_THE_ROOT}
        yield from _of_object(schema, inner, (), asked, 0)


def _refused(schema: Schema, value: Value, path: KeyPath, asked: bool, depth: int) -> Iterator[Refusal]:
    if value is None or depth > _DEEPEST or (isinstance(value, str) and any(mark in value for mark in _FILLED_LATER)):
        return
    if not _is_of(schema, value):
        yield Refusal(path, f"is {_kind_of(value)}, and has to be {_article(str(schema.get('type')))}")
        return
    if (problem := _out_of_bounds(schema, value)) is not None:
        yield Refusal(path, problem)
    if isinstance(value, list) and isinstance(items := schema.get("items"), dict):
        for index, each in enumerate(value):
            yield from _refused(items, each, (*path, index), asked, depth + 1)
    elif isinstance(value, dict):
        yield from _of_object(schema, value, path, asked, depth)


def _of_object(schema: Schema, value: Mapping[str, Value], path: KeyPath, asked: bool, depth: int) -> Iterator[Refusal]:
    properties = schema.get("properties")
    known: Mapping[str, Value] = properties if isinstance(properties, dict) else {}
    for name in _items(dict(schema), "required") if not asked else ():
        if not isinstance(name, str) or name in value or (not path and name in _AT_THE_ROOT):
            continue
        inner = known.get(name)
        if not (isinstance(inner, dict) and "default" in inner):
            yield Refusal(path, f"lacks {name}, which it must have")
    others = schema.get("additionalProperties")
    for key, each in value.items():
        inner = known.get(key, others)
        if isinstance(inner, dict):
            yield from _refused(inner, each, (*path, key), asked, depth + 1)


def _is_of(schema: Schema, value: Value) -> bool:
    if schema.get("x-kubernetes-int-or-string") is True:
        return isinstance(value, int | str) and not isinstance(value, bool)
    wanted = schema.get("type")
    if not isinstance(wanted, str) or wanted not in _TYPES:
        return True
    if isinstance(value, bool):
        return wanted == "boolean"
    if wanted == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, _TYPES[wanted])


def _kind_of(value: Value) -> str:
    if isinstance(value, bool):
        return "true or false"
    named = {str: "text", int: "a number", float: "a number", list: "a list", dict: "a mapping"}
    return named.get(type(value), "something else")


def _article(wanted: str) -> str:
    named = {"string": "text (in quotes)", "integer": "a whole number", "number": "a number"}
    return named.get(wanted) or {"boolean": "true or false", "array": "a list"}.get(wanted, "a mapping")


def _out_of_bounds(schema: Schema, value: Value) -> str | None:
    """A clause about a value of the right type that is not taken all the same."""
    listed = schema.get("enum")
    if isinstance(listed, list) and listed and value not in listed:
        return f"is {_shown(value)}, and may only be {_one_of(listed)}"
    if isinstance(value, int | float) and not isinstance(value, bool):
        low, high = schema.get("minimum"), schema.get("maximum")
        if isinstance(low, int | float) and (value < low or (value == low and schema.get("exclusiveMinimum") is True)):
            return f"is {value}, and has to be {'more than' if value == low else 'at least'} {low}"
        if isinstance(high, int | float) and (
            value > high or (value == high and schema.get("exclusiveMaximum") is True)
        ):
            return f"is {value}, and has to be {'less than' if value == high else 'at most'} {high}"
    if isinstance(value, str | list):
        return _of_wrong_length(schema, value) or (_unmatched(schema, value) if isinstance(value, str) else None)
    return None


def _of_wrong_length(schema: Schema, value: str | list[Value]) -> str | None:
    unit = "Length" if isinstance(value, str) else "Items"
    least, most = schema.get(f"min{unit}"), schema.get(f"max{unit}")
    what = "characters" if unit == "Length" else "elements"
    if isinstance(least, int) and len(value) < least:
        return f"has {len(value)} {what}, and needs at least {least}"
    if isinstance(most, int) and len(value) > most:
        return f"has {len(value)} {what}, and may have {most}"
    return None


def _unmatched(schema: Schema, value: str) -> str | None:
    written = schema.get("pattern")
    pattern = _compiled(written) if isinstance(written, str) else None
    if pattern is None or len(value) > _LONGEST or pattern.search(value) is not None:
        return None
    return f"is {_shown(value)}, and has to match {written}"


@lru_cache(maxsize=256)
def _compiled(written: str) -> re.Pattern[str] | None:
    """A pattern that means the same to Go, and cannot run for long; `$` is the very end of the text there."""
    if len(written) > _LONGEST or _OF_GO_ALONE.search(written) or _SLOW.search(written):
        return None
    if len(_REPEATED.findall(written)) > _MOST_REPEATED:
        return None
    try:
        return re.compile(re.sub(r"(?<!\\)\$$", r"\\Z", written))
    except re.error:
        return None


def _shown(value: Value) -> str:
    return repr(value)[:60] if isinstance(value, str) else str(value)[:60]


def _one_of(listed: list[Value]) -> str:
    words = [str(each) if each != "" else '""' for each in listed[:8]]
    more = f" and {len(listed) - 8} more" if len(listed) > 8 else ""
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1]))) + more

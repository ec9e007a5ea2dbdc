"""What the table of requirements (rules/tables/requirements.yaml) wants of an object's values, and does not find."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Literal

from msgspec import Struct, convert, field

from mblint.cluster.flaws.forms import misfit
from mblint.cluster.kinds import group_of
from mblint.cluster.objects import ContainerRole, Object, Workload
from mblint.cluster.read_pods import template_node
from mblint.manifests.documents import Document, KeyPath, Place, Value
from mblint.manifests.nodes import WrongType, dotted
from mblint.shipped import read_table

_Found = tuple[KeyPath, Value, Value]  # where, what stands there, and the mapping or list that holds it


class Want(Struct, frozen=True, rename="kebab"):
    """One wish; the head of the table explains the fields."""

    at: str
    where: Mapping[str, tuple[str, ...]] = {}
    required: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    not_both: tuple[str, ...] = ()
    some_of: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    why: str = ""
    values: tuple[str, ...] = ()
    form: str | None = None
    keys: str | None = None
    least: int | None = None
    most: int | None = None


class _Unless(Struct, frozen=True):
    at: str
    values: tuple[str, ...]


class _Section(Struct, frozen=True):
    of: tuple[str, ...]
    source: str
    wants: tuple[Want, ...]
    groups: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    unless: _Unless | None = None


class _Table(Struct, frozen=True):
    requirements: tuple[_Section, ...] = field(default=())


def requirement_flaws(obj: Object) -> Iterator[WrongType]:
    """Those of one object of which all could be read."""
    document, root, value = obj.place.document, obj.place.path, obj.place.value
    group, version = group_of(obj.api_version), obj.api_version.rpartition("/")[2]
    for section in _by_kind().get(obj.id.kind, ()):
        meant = group in section.groups and (not section.versions or version in section.versions)
        if meant and (section.unless is None or not _has(value, section.unless)):
            yield from _judged(document, root, value, section.wants)
    if isinstance(obj, Workload):
        yield from _pods(obj)


def _pods(workload: Workload) -> Iterator[WrongType]:
    spec = template_node(workload.id.kind, workload.node).get("spec")
    yield from _judged(spec.document, spec.path, spec.value, _wants("pods"))
    for container in workload.pod.containers:
        place = container.place
        yield from _judged(place.document, place.path, place.value, _wants("containers"))
        if container.role is ContainerRole.INIT:
            yield from _judged(place.document, place.path, place.value, _wants("init-containers"))


@cache
def _by_kind() -> Mapping[str, Sequence[_Section]]:
    found: defaultdict[str, list[_Section]] = defaultdict(list)
    for section in convert(read_table("tables/requirements.yaml"), _Table).requirements:
        for kind in section.of:
            found[kind].append(section)
    return found


@cache
def _wants(part: Literal["pods", "containers", "init-containers"]) -> tuple[Want, ...]:
    return tuple(want for section in _by_kind().get(part, ()) for want in section.wants)


@cache
def _steps(path: str) -> tuple[str, ...]:
    return tuple(path.split(".")) if path else ()


def _has(value: Value, unless: _Unless) -> bool:
    return any(found in unless.values for _, found, _ in _found(value, (), None, _steps(unless.at)))


def _judged(document: Document, root: KeyPath, value: Value, wants: Sequence[Want]) -> Iterator[WrongType]:
    for want in wants:
        for path, found, holder in _found(value, root, None, _steps(want.at)):
            if found is not None and (not want.where or _meets(found if isinstance(found, dict) else holder, want)):
                for where, message in _misses(path, found, want):
                    yield WrongType(Place(document, where), message)


def _found(value: Value, path: KeyPath, holder: Value, steps: Sequence[str]) -> Iterator[_Found]:
    """The values at a path. What is not of the type that the path needs is another reader's affair."""
    if not steps:
        yield path, value, holder
        return
    key, rest = steps[0].removesuffix("[*]"), steps[1:]
    inner = value.get(key) if isinstance(value, dict) else None
    if inner is None:
        return
    if key == steps[0]:
        yield from _found(inner, (*path, key), value, rest)
    elif isinstance(inner, list):
        for index, element in enumerate(inner):
            yield from _found(element, (*path, key, index), inner, rest)
    elif isinstance(inner, dict):
        for name, element in inner.items():
            yield from _found(element, (*path, key, name), inner, rest)


def _meets(holder: Value, want: Want) -> bool:
    if not isinstance(holder, dict):
        return False
    return all((holder.get(key) or "") in values for key, values in want.where.items())


def _misses(path: KeyPath, found: Value, want: Want) -> Iterator[tuple[KeyPath, str]]:
    if isinstance(found, dict):
        yield from _missing_keys(path, found, want)
    if want.values and isinstance(found, str) and found and found not in want.values:
        yield path, f"{dotted(path)} is {found!r}, and must be {_either(want.values)}"
    if want.form is not None and (wrong := misfit(want.form, found)) is not None:
        yield path, f"{dotted(path)} is {found!r}: {wrong}"
    if isinstance(found, int | float) and not isinstance(found, bool):
        if want.least is not None and found < want.least:
            yield path, f"{dotted(path)} is {found}, and must be {want.least} or more"
        if want.most is not None and found > want.most:
            yield path, f"{dotted(path)} is {found}, and must be {want.most} or less"


def _missing_keys(path: KeyPath, found: Mapping[str, Value], want: Want) -> Iterator[tuple[KeyPath, str]]:
    for key in want.required:
        if found.get(key) in (None, "", [], {}):
            yield ((*path, key) if key in found else path), f"{dotted((*path, key))} is required"
    if want.one_of and len(there := _there(found, want.one_of)) != 1:
        has = f"has {' and '.join(there)}, and may have one of them" if there else f"must have {_either(want.one_of)}"
        yield path, f"{dotted(path)} {has}"
    if len(there := _there(found, want.not_both)) > 1:
        yield path, f"{dotted(path)} has {' and '.join(there)}, and may have one of them"
    if want.some_of and not _there(found, want.some_of):
        yield path, f"{dotted(path)} has none of {', '.join(want.some_of)}"
    for key in _there(found, want.forbidden):
        yield (*path, key), f"{dotted((*path, key))} must not be there: {want.why}"
    if want.keys is not None:
        for key in found:
            if (wrong := misfit(want.keys, key)) is not None:
                yield (*path, key), f"{dotted(path)} has {key!r}: {wrong}"


def _there(found: Mapping[str, Value], keys: Sequence[str]) -> list[str]:
    return [key for key in keys if found.get(key) not in (None, "", 0, False) or found.get(key) in ({}, [])]


def _either(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"

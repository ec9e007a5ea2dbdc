"""What the table of requirements (rules/tables/requirements.yaml) wants of an object's values, and does not find."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Literal

from msgspec import Struct, convert, field

from mblint.cluster.flaws.forms import is_filled_later, misfit
from mblint.cluster.kinds import group_of
from mblint.cluster.objects import ContainerRole, Object, Workload
from mblint.cluster.read_pods import template_node
from mblint.manifests.documents import Document, KeyPath, Place, Value
from mblint.manifests.nodes import WrongType, dotted
from mblint.shipped import read_table


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


class _Tree(Struct):
    """Wants by the steps of their paths, so that what several share is walked once. Numbered as they are listed."""

    wants: list[tuple[int, Want]] = field(default_factory=list)
    keys: dict[str, _Tree] = field(default_factory=dict)
    through: dict[str, _Tree] = field(
        default_factory=dict
    )  # by keys of lists, or of mappings, whose elements are meant


class _Table(Struct, frozen=True):
    requirements: tuple[_Section, ...] = field(default=())


def requirement_flaws(obj: Object) -> Iterator[WrongType]:
    """Those of one object of which all could be read."""
    document, root, value = obj.place.document, obj.place.path, obj.place.value
    group, version = group_of(obj.api_version), obj.api_version.rpartition("/")[2]
    for section, tree in _by_kind().get(obj.id.kind, ()):
        meant = group in section.groups and (not section.versions or version in section.versions)
        if meant and (section.unless is None or not _has(value, section.unless)):
            yield from _judged(document, root, value, tree)
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
def _by_kind() -> Mapping[str, Sequence[tuple[_Section, _Tree]]]:
    found: defaultdict[str, list[tuple[_Section, _Tree]]] = defaultdict(list)
    for section in convert(read_table("tables/requirements.yaml"), _Table).requirements:
        for kind in section.of:
            found[kind].append((section, _tree(section.wants)))
    return found


@cache
def _wants(part: Literal["pods", "containers", "init-containers"]) -> _Tree:
    return _tree(want for section, _ in _by_kind().get(part, ()) for want in section.wants)


def _tree(wants: Iterable[Want]) -> _Tree:
    root = _Tree()
    for number, want in enumerate(wants):
        tree = root
        for step in want.at.split(".") if want.at else ():
            key = step.removesuffix("[*]")
            tree = (tree.keys if key == step else tree.through).setdefault(key, _Tree())
        tree.wants.append((number, want))
    return root


def _has(value: Value, unless: _Unless) -> bool:
    for key in unless.at.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value in unless.values


def _judged(document: Document, root: KeyPath, value: Value, tree: _Tree) -> Iterator[WrongType]:
    """In the order of the wants, and for each of them in that of the object."""
    missed: list[tuple[int, KeyPath, str]] = []
    _walk(value, root, None, tree, missed)
    for _, where, message in sorted(missed, key=lambda one: one[0]):
        yield WrongType(Place(document, where), message)


def _walk(value: Value, path: KeyPath, holder: Value, tree: _Tree, missed: list[tuple[int, KeyPath, str]]) -> None:
    """What is not of the type that a path needs is another reader's affair."""
    for number, want in tree.wants:
        if not want.where or _meets(value if isinstance(value, dict) else holder, want):
            for miss in _misses(path, value, want):
                missed.append((number, *miss))  # noqa: PERF401  nearly all wants are met: no list for each
    if not isinstance(value, dict):
        return
    for key in value.keys() & tree.keys.keys():
        if (inner := value[key]) is not None:
            _walk(inner, (*path, key), value, tree.keys[key], missed)
    for key, below in tree.through.items():
        inner = value.get(key)
        elements = inner.items() if isinstance(inner, dict) else enumerate(inner) if isinstance(inner, list) else ()
        for name, element in elements:
            if element is not None:
                _walk(element, (*path, key, name), inner, below, missed)


def _meets(holder: Value, want: Want) -> bool:
    if not isinstance(holder, dict):
        return False
    return all((holder.get(key) or "") in values for key, values in want.where.items())


def _misses(path: KeyPath, found: Value, want: Want) -> Iterable[tuple[KeyPath, str]]:
    if isinstance(found, dict):
        return _missing_keys(path, found, want)
    if isinstance(found, bool | list) or found is None:
        return ()
    return _misfits(path, found, want)


def _misfits(path: KeyPath, found: str | float, want: Want) -> Iterator[tuple[KeyPath, str]]:
    if want.values and isinstance(found, str) and found and found not in want.values and not is_filled_later(found):
        yield path, f"{dotted(path)} is {found!r}, and must be {_either(want.values)}"
    if want.form is not None and (wrong := misfit(want.form, found)) is not None:
        yield path, f"{dotted(path)} is {found!r}: {wrong}"
    if not isinstance(found, str):
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
    if want.not_both and len(there := _there(found, want.not_both)) > 1:
        yield path, f"{dotted(path)} has {' and '.join(there)}, and may have one of them"
    if want.some_of and not _there(found, want.some_of):
        yield path, f"{dotted(path)} has none of {', '.join(want.some_of)}"
    for key in _there(found, want.forbidden) if want.forbidden else ():
        yield (*path, key), f"{dotted((*path, key))} must not be there: {want.why}"
    if want.keys is not None:
        for key in found:
            if (wrong := misfit(want.keys, key)) is not None:
                yield (*path, key), f"{dotted(path)} has {key!r}: {wrong}"


def _there(found: Mapping[str, Value], keys: Sequence[str]) -> list[str]:
    return [key for key in keys if found.get(key) not in (None, "", 0, False) or found.get(key) in ({}, [])]


def _either(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"

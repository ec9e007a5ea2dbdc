"""What differs between an object before and after, as the API server compares.

Null and empty are absent (but for texts that are values of their own), quantities compare by their amount, and what one
side leaves out is no difference where the other says what the API server fills in. Elements of lists are the same where
their names are, whatever their order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from mblint.cluster.quantities import quantity
from mblint.cluster.secrets import SecretText
from mblint.facts.upgrade.api_defaults import NO_DEFAULTS, Defaults
from mblint.manifests.documents import KeyPath, Scalar

Tree = Scalar | SecretText | Sequence["Tree"] | Mapping[str, "Tree"]

_AMOUNTS = ("requests", "limits", "capacity", "overhead")  # maps of quantities
_AMOUNT = ("sizeLimit", "divisor")
_EMPTY_IS_A_VALUE = ("storageClassName",)  # no class at all, which is not the default class
_FREE_TEXTS = (
    "annotations",
    "data",
    "labels",
    "matchLabels",
    "nodeSelector",
    "parameters",
    "selector",
)  # maps of texts
_NAMES = ("name", "mountPath", "devicePath", "containerPort", "port", "key", "ip")  # what tells elements apart


class Difference(Struct, frozen=True, eq=False):
    """One value that differs. The paths are those of each side; `shown` names elements of lists by their names."""

    path: KeyPath  # in NEW; it does not exist there where the value was taken out
    old_path: KeyPath
    shown: str  # "spec.template.spec.containers[app].image"
    old: Tree
    new: Tree


class Omitted(Struct, frozen=True, eq=False):
    """What becomes of values that NEW leaves out: they stay in the cluster, but for those that were applied before.

    `kubectl apply` and Helm take out only what their last manifest said; between two renders, that is OLD itself.
    """

    stays: bool
    applied: Tree = None  # what the last manifest said at this place

    def at(self, key: str) -> Omitted:
        """The same for a value further in."""
        applied = self.applied.get(key) if isinstance(self.applied, Mapping) else None
        return Omitted(self.stays, applied)

    def element(self, names: Tree) -> Omitted:
        """The same for an element of a list, by what tells it apart."""
        applied = self.applied if isinstance(self.applied, Sequence) and not isinstance(self.applied, str) else ()
        return Omitted(self.stays, next((one for one in applied if _name_of(one) == names), None))

    @property
    def goes(self) -> bool:
        """True where the value is taken out."""
        return not self.stays or self.applied is not None


GOES = Omitted(stays=False)


def differences(
    old: Tree, new: Tree, omitted: Omitted = GOES, defaults: Defaults = NO_DEFAULTS, path: KeyPath = ()
) -> Iterator[Difference]:
    """The innermost values that differ, in the order of NEW, then what it leaves out. `path`: of both values."""
    at = _At(path, path, _dotted(path))
    return _differences(old, new, at, omitted, defaults)


class _At(Struct, frozen=True):
    """Where the comparison stands on both sides."""

    path: KeyPath
    old_path: KeyPath
    shown: str

    def key(self, key: str) -> _At:
        return _At((*self.path, key), (*self.old_path, key), (self.shown + step(key)).lstrip("."))

    def element(self, name: Tree, index: int, old_index: int) -> _At:
        return _At((*self.path, index), (*self.old_path, old_index), f"{self.shown}[{name}]")


def _differences(old: Tree, new: Tree, at: _At, omitted: Omitted, defaults: Defaults) -> Iterator[Difference]:
    old, new = _said(old, at.path), _said(new, at.path)
    if is_absent(old) and is_absent(new):
        return
    if (is_absent(new) and defaults.cover(old)) or (is_absent(old) and defaults.cover(new)):
        return
    if _is_taken_apart(old, new, omitted, defaults):
        yield from _in_mappings(_mapping(old), _mapping(new), at, omitted, defaults)
    elif is_absent(new):
        if omitted.goes:
            yield Difference(at.path, at.old_path, at.shown, old, None)
    elif is_absent(old):
        yield Difference(at.path, at.old_path, at.shown, None, new)
    elif _is_list(old) and _is_list(new):
        assert isinstance(old, Sequence)
        assert isinstance(new, Sequence)
        yield from _in_lists(old, new, at, omitted, defaults)
    elif not _same_scalar(old, new, at.path):
        yield Difference(at.path, at.old_path, at.shown, old, new)


def _is_taken_apart(old: Tree, new: Tree, omitted: Omitted, defaults: Defaults) -> bool:
    """Two mappings; and one alone that has but one key, or keys of which some may be no difference."""
    if not is_absent(old) and not is_absent(new):
        return isinstance(old, Mapping) and isinstance(new, Mapping)
    alone = old if is_absent(new) else new
    if not isinstance(alone, Mapping):
        return False
    if defaults.inner or (alone is old and omitted.stays):
        return True
    return sum(not is_absent(value) for value in alone.values()) == 1


def _mapping(tree: Tree) -> Mapping[str, Tree]:
    return tree if isinstance(tree, Mapping) else {}


def _in_mappings(
    old: Mapping[str, Tree], new: Mapping[str, Tree], at: _At, omitted: Omitted, defaults: Defaults
) -> Iterator[Difference]:
    if at.path[-1:] == ("resources",):
        old, new = _with_requests(old), _with_requests(new)
    for key in dict.fromkeys((*new, *old)):
        yield from _differences(old.get(key), new.get(key), at.key(key), omitted.at(key), defaults.at(key))


def _with_requests(resources: Mapping[str, Tree]) -> Mapping[str, Tree]:
    """A container's resources as the API server completes them: what is limited and not requested is requested so."""
    limits, requests = resources.get("limits"), resources.get("requests")
    if not isinstance(limits, Mapping) or not (requests is None or isinstance(requests, Mapping)):
        return resources
    return {**resources, "requests": {**limits, **(requests or {})}}


def _in_lists(
    old: Sequence[Tree], new: Sequence[Tree], at: _At, omitted: Omitted, defaults: Defaults
) -> Iterator[Difference]:
    before, after = _by_name(old), _by_name(new)
    if before is None or after is None:
        before, after = dict(enumerate(old)), dict(enumerate(new))
    old_indexes = {name: index for index, name in enumerate(before)}
    inner = defaults.at("*")
    for index, name in enumerate(after):
        place = at.element(name, index, old_indexes.get(name, len(old)))
        yield from _differences(before.get(name), after[name], place, omitted.element(name), inner)
    for name in before:
        if name not in after:
            place = at.element(name, len(new), old_indexes[name])
            yield from _differences(before[name], None, place, omitted.element(name), inner)


def _by_name(elements: Sequence[Tree]) -> dict[Tree, Tree] | None:
    """The elements by their names, the second of a name by both; None where some have none."""
    named: dict[Tree, Tree] = {}
    for element in elements:
        name = _name_of(element)
        if name is None:
            return None
        while name in named:
            name = f"{name}, again"
        named[name] = element
    return named


def _name_of(element: Tree) -> Tree:
    """What tells an element of a list from the others. Plain ones have their position only: a text may be a secret."""
    if not isinstance(element, Mapping):
        return None
    metadata = element.get("metadata")
    if isinstance(metadata, Mapping):
        return metadata.get("name")
    name = next((element[key] for key in _NAMES if not is_absent(element.get(key))), None)
    return name if isinstance(name, str | int) and not isinstance(name, bool) else None


def _said(tree: Tree, path: KeyPath) -> Tree:
    """The value; None for an empty text where the API server takes that for none."""
    is_value = any(key in _EMPTY_IS_A_VALUE for key in path[-1:]) or any(key in _FREE_TEXTS for key in path[-2:-1])
    return None if tree == "" and not is_value else tree


def is_absent(tree: Tree) -> bool:
    """True for null, empty lists, and mappings that say nothing, which are alike to the API server. "" is a value."""
    if isinstance(tree, Mapping):
        return all(map(is_absent, tree.values()))
    return tree is None or (_is_list(tree) and not tree)


def _is_list(tree: Tree) -> bool:
    return isinstance(tree, Sequence) and not isinstance(tree, str)


def _same_scalar(old: Tree, new: Tree, path: KeyPath) -> bool:
    if isinstance(old, bool) is not isinstance(new, bool):
        return False
    if old == new:
        return True
    is_amount = any(key in _AMOUNT for key in path[-1:]) or any(key in _AMOUNTS for key in path[-2:-1])
    amount = quantity(old) if is_amount else None
    return amount is not None and amount == quantity(new)


def step(key: str) -> str:
    """A key as the end of a path that people read: `.name`, `[app.kubernetes.io/name]`."""
    return f".{key}" if key.replace("-", "").replace("_", "").isalnum() else f"[{key}]"


def _dotted(path: KeyPath) -> str:
    return "".join(f"[{key}]" if isinstance(key, int) else step(key) for key in path).lstrip(".")

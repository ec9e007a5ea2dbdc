"""Changes that the API server refuses, by the table of fields that cannot be changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mblint.cluster.kinds import group_of
from mblint.cluster.objects import Object
from mblint.cluster.quantities import quantity
from mblint.facts.upgrade.api_defaults import NO_DEFAULTS, Defaults, api_defaults
from mblint.facts.upgrade.comparable import comparable, is_live, last_applied, value_at
from mblint.facts.upgrade.differences import GOES, Difference, Omitted, Tree, differences, is_absent
from mblint.facts.upgrade.immutable_table import Condition, ImmutableField, immutable_fields, keys_of, recreated
from mblint.facts.upgrade.pairs import Pair
from mblint.manifests.documents import KeyPath

_TTL = ("spec", "ttlSecondsAfterFinished")


def is_recreated(pair: Pair) -> bool:
    """True where the cluster gets a new object instead of a changed one, or may well: nothing of it is refused."""
    obj = pair.new
    if pair.renamed or any(row.marks(obj.id.kind, obj.annotations) for row in recreated()):
        return True
    # A Job that is deleted some time after its end is gone by now, unless it is before our eyes.
    return obj.id.kind == "Job" and pair.old.place.at(*_TTL).value is not None and not is_live(pair.old)


def refused(pair: Pair) -> Iterator[tuple[ImmutableField, str, tuple[Difference, ...]]]:
    """Each field that changes and cannot, by its dotted path, with what differs in it."""
    rows = immutable_fields().get((group_of(pair.new.api_version), pair.new.id.kind), ())
    if not rows or is_recreated(pair):
        return
    old, new = comparable(pair.old), comparable(pair.new)
    for row in rows:
        if not _applies(row, old, new):
            continue
        for path in row.paths:
            found = tuple(_changes(row, keys_of(path), pair.old, old, new))
            if found:
                yield row, ".".join(keys_of(path)), found


def _applies(row: ImmutableField, old: Tree, new: Tree) -> bool:
    def holds(condition: Condition) -> bool:
        return value_at(old if condition.of == "old" else new, keys_of(condition.path)) in condition.values

    return all(map(holds, row.when)) and not any(map(holds, row.unless))


def _changes(
    row: ImmutableField, keys: Sequence[str], old_object: Object, old: Mapping[str, Tree], new: Mapping[str, Tree]
) -> Iterator[Difference]:
    before, after = value_at(old, keys), value_at(new, keys)
    if row.absent_in_old == "unknown" and is_absent(before):
        return
    path = tuple(int(key) if key.isdigit() else key for key in keys)
    found = differences(before, after, _omitted(row, keys, old_object), _defaults(row), path)
    suspended = value_at(old, ("spec", "suspend")) is True
    ignored = [keys_of(one) for one in (*row.ignoring, *(row.unless_suspended if suspended else ()))]
    settable = [keys_of(one) for one in row.may_be_set]
    for difference in found:
        inside = difference.path[len(path) :]
        if any(_leads(one, inside) for one in ignored):
            continue
        if difference.old is None and any(_leads(one, inside) for one in settable):
            continue
        if row.compare == "not-below" and not _shrinks(difference):
            continue
        yield difference


def _omitted(row: ImmutableField, keys: Sequence[str], old: Object) -> Omitted:
    if row.absent_in_new == "kept":
        return Omitted(stays=True)
    applied = last_applied(old)
    if applied is not None:
        return Omitted(stays=True, applied=value_at(applied, keys))
    return Omitted(stays=True) if row.absent_in_new == "kept-live" and is_live(old) else GOES


def _defaults(row: ImmutableField) -> Defaults:
    section, *keys = (row.inner or "").split(".")
    inner = api_defaults(section) if section else NO_DEFAULTS
    for key in keys:
        inner = inner.at(key)
    return inner if row.default is None else Defaults(values=[row.default], inner=inner.inner)


def _leads(pattern: Sequence[str], path: KeyPath) -> bool:
    """Whether a path is, or is inside of, what a pattern names."""
    return len(path) >= len(pattern) and all(wanted in ("*", key) for wanted, key in zip(pattern, path, strict=False))


def _shrinks(difference: Difference) -> bool:
    before, after = quantity(difference.old), quantity(difference.new)
    return before is not None and after is not None and after < before

"""What an upgrade changes, object by object: between a render and the next, or what is running and a render."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mblint.cluster.objects import Object
from mblint.cluster.remembered import remembered
from mblint.facts.rows import Related
from mblint.facts.upgrade.api_defaults import defaults_of
from mblint.facts.upgrade.comparable import comparable, is_live, last_applied
from mblint.facts.upgrade.crds import stored_version_dropped
from mblint.facts.upgrade.differences import GOES, Difference, Omitted, Tree, differences
from mblint.facts.upgrade.expansions import refused_expansions
from mblint.facts.upgrade.immutable_table import ImmutableField
from mblint.facts.upgrade.pairs import Pair, pairs_of
from mblint.facts.upgrade.refusals import is_recreated, refused
from mblint.facts.upgrade.rows import Change
from mblint.facts.world import Step
from mblint.manifests.documents import Scalar

_SHOWN = 4  # differences of a field that a message spells out
_FEW_CHARACTERS = 60


@remembered
def changes(step: Step) -> tuple[Change, ...]:
    """What becomes of every object, in the order of NEW; then what is removed."""
    pairs = pairs_of(step)
    return (
        *(row for pair in pairs.kept for row in _of_pair(step, pair)),
        *(_row(obj, "added") for obj in pairs.added),
        *(_row(obj, "removed") for obj in pairs.removed if not _made_by_a_controller(obj)),
    )


def _of_pair(step: Step, pair: Pair) -> Iterator[Change]:
    refusals = list(refused(pair))
    fields = tuple(path for _, path, _ in refusals)
    for row, path, found in refusals:
        yield _refusal(pair, row, path, found)
    dropped = (*stored_version_dropped(pair), *refused_expansions(step, pair))
    yield from dropped
    fields += tuple(one.fields for one in dropped)
    other = tuple(one for one in _all_differences(pair) if not one.shown.startswith(fields or ("\0",)))
    if other or pair.renamed:
        yield Change(
            object=pair.new.id,
            place=pair.new.place,
            verdict="recreated" if is_recreated(pair) else "changed",
            paths=tuple(one.shown for one in other),
            changes=_shortened([one.shown for one in other]),
            old_name=pair.old.id.name if pair.renamed else None,
            live=is_live(pair.old),
        )


def _refusal(pair: Pair, row: ImmutableField, field: str, found: Sequence[Difference]) -> Change:
    return Change(
        object=pair.new.id,
        place=pair.new.place.at(*found[0].path),
        related=tuple(
            Related("what it is now", pair.old.place.at(*one.old_path), pair.old.id)
            for one in found[:_SHOWN]
            if one.old is not None
        ),
        verdict="refused",
        fields=field,
        paths=tuple(one.shown for one in found),
        changes=_shortened([one.shown if row.hidden else _with_values(one) for one in found]),
        reason=row.reason,
        remedy=_filled_in(row.remedy, pair.new),
        live=is_live(pair.old),
    )


def _all_differences(pair: Pair) -> Iterator[Difference]:
    omitted = Omitted(stays=True, applied=last_applied(pair.old)) if is_live(pair.old) else GOES
    return differences(comparable(pair.old), comparable(pair.new), omitted, defaults_of(pair.new.id.kind))


def _row(obj: Object, verdict: str) -> Change:
    return Change(object=obj.id, place=obj.place, verdict=verdict, live=is_live(obj))


def _made_by_a_controller(obj: Object) -> bool:
    """Pods and ReplicaSets, which `kubectl get` shows beside the Deployment that makes them."""
    return obj.place.at("metadata", "ownerReferences").value is not None


def _with_values(difference: Difference) -> str:
    old, new = _told(difference.old), _told(difference.new)
    if old is None or new is None:
        return difference.shown
    return f"{difference.shown} (from {old} to {new})"


def _told(tree: Tree) -> str | None:
    """A plain value as a message shows it; None for what it does not show."""
    if tree is None:
        return "nothing"
    if not isinstance(tree, Scalar):
        return None
    text = str(tree).lower() if isinstance(tree, bool) else str(tree) or '""'
    return text if len(text) <= _FEW_CHARACTERS else None


def _shortened(texts: Sequence[str]) -> tuple[str, ...]:
    if len(texts) <= _SHOWN + 1:
        return tuple(texts)
    return (*texts[:_SHOWN], f"{len(texts) - _SHOWN} more")


def _filled_in(remedy: str, obj: Object) -> str:
    namespace = f" -n {obj.id.namespace}" if obj.id.namespace else ""
    words = {"{kind}": obj.id.kind.lower(), "{name}": obj.id.name, "{namespace}": namespace}
    for placeholder, word in words.items():
        remedy = remedy.replace(placeholder, word)
    return remedy

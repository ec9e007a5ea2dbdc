"""Whether edits do what they promise: the findings of an input before and after them, by what they are about.

A finding is proved mended where its cause is gone, no cause is new, none became worse, and no object lost a key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import ObjectId
from mblint.cluster.stable_names import stable_name
from mblint.config import Config
from mblint.findings.finding import Finding
from mblint.findings.fingerprint import root_cause
from mblint.judge.apply import judge
from mblint.judge.rule import Level, Rule
from mblint.judge.values import value_of
from mblint.manifests.documents import Document, KeyPath, Value
from mblint.manifests.read import Manifests
from mblint.pipeline import Analysis, analyse
from mblint.remedies.apply import CannotApply, apply, merged
from mblint.remedies.edits import Change, Configure, Create, Edit
from mblint.software.programs import Programs

Cause = tuple[str, ...]


class Input(Struct, frozen=True, eq=False):
    """What was linted, and how."""

    manifests: Manifests
    config: Config
    namespace: str | None
    rules: Sequence[Rule]
    programs: Programs | None = None  # None: those that come with mblint


class Verdict(Struct, frozen=True):
    """What is wrong with edits, each a clause; empty where they are proved."""

    objections: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """True where nothing is wrong."""
        return not self.objections


def causes(given: Input) -> dict[Cause, Level]:
    """Everything that is found, by its cause, with its level. Ignores silence nothing here."""
    return found_causes(analyse(given.manifests, given.config, given.namespace, given.programs), given.rules)


def found_causes(analysis: Analysis, rules: Sequence[Rule]) -> dict[Cause, Level]:
    """The same of what was analysed already."""
    found: dict[Cause, Level] = {}
    for one in judge(rules, analysis.facts):
        cause = root_cause(one.rule.id, (value_of(one.fact, name) for name in one.rule.group_by))
        found[cause] = max(one.level, found.get(cause, one.level))
    return found


def proved(given: Input, cluster: Cluster, before: Mapping[Cause, Level], findings: Sequence[Finding]) -> Verdict:
    """Whether the edits of these findings, all together, make all of them vanish and do no harm."""
    edits = [edit for finding in findings for edit in finding.edits]
    try:
        edited = with_edits(given, cluster, edits)
    except CannotApply as problem:
        return Verdict((str(problem),))
    after = causes(edited)
    return Verdict(tuple(_objections(before, after, {finding.cause for finding in findings}, edits, cluster)))


def _objections(
    before: Mapping[Cause, Level],
    after: Mapping[Cause, Level],
    mended: set[Cause],
    edits: Sequence[Edit],
    cluster: Cluster,
) -> Iterator[str]:
    yield from step(before, after, mended)
    objects = rendered(cluster)
    changed = apply(edits, objects)
    for identity, value in objects.items():
        if changed[identity] is not value:
            lost = sorted(set(_keys(value)) - set(_keys(changed[identity])))
            yield from (f"{identity} loses {'.'.join(map(str, path))}" for path in lost)


def step(before: Mapping[Cause, Level], after: Mapping[Cause, Level], mended: set[Cause]) -> Iterator[str]:
    """What speaks against a step that was to mend these causes."""
    yield from (f"{' '.join(cause)} is still found" for cause in sorted(mended & set(after)))
    yield from (f"{' '.join(cause)} is new" for cause in sorted(set(after) - set(before)))
    yield from (f"{' '.join(cause)} becomes worse" for cause in after if after[cause] > before.get(cause, after[cause]))


def also_changed(before: Cluster, after: Cluster, findings: Sequence[Finding]) -> Iterator[str]:
    """Objects that a values line changed beside those that it was to change: the same scalar became the same there."""
    changes = [edit for finding in findings for edit in finding.edits if isinstance(edit, Change)]
    meant = {stable_name(str(edit.object)) for edit in changes}
    pairs = [
        (edit.place.at(*one.path).value, one.value) for edit in changes for one in edit.patch if one.op == "replace"
    ]
    old, new = ({stable_name(str(key)): value for key, value in rendered(one).items()} for one in (before, after))
    for name in sorted((set(old) & set(new)) - meant):
        if old[name] is not new[name] and any(pair in pairs for pair in _differences(old[name], new[name])):
            yield f"{name} changes, too"


def _differences(old: Value, new: Value) -> Iterator[tuple[Value, Value]]:
    """The scalars that differ, in what both have."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in old.keys() & new.keys():
            yield from _differences(old[key], new[key])
    elif isinstance(old, list) and isinstance(new, list):
        for one, other in zip(old, new, strict=False):
            yield from _differences(one, other)
    elif old != new:
        yield old, new


def rendered(cluster: Cluster) -> dict[ObjectId, Value]:
    """The linted objects as they were rendered."""
    return {identity: held.place.value for identity, held in cluster.objects.items() if held.linted}


def with_edits(given: Input, cluster: Cluster, edits: Iterable[Edit]) -> Input:
    """The input as the edits leave it. Raises CannotApply."""
    chosen = list(edits)
    objects = apply(chosen, rendered(cluster))
    changed: dict[Document, list[tuple[KeyPath, Value]]] = {}
    for edit in chosen:
        if isinstance(edit, Change):
            place = cluster.objects[edit.object].place
            changed.setdefault(place.document, []).append((place.path, objects[edit.object]))
    documents = [
        replace(document, value=_replaced(document.value, changed[document])) if document in changed else document
        for document in given.manifests.documents
    ]
    new: list[Value] = []
    for edit in chosen:
        if isinstance(edit, Create) and edit.value not in new:
            new.append(edit.value)
    documents += [Document("-", "", 1, value, None, linted=True) for value in new]
    configured = _configured(given.config, chosen)
    return replace(given, manifests=replace(given.manifests, documents=tuple(documents)), config=configured)


def _replaced(value: Value, objects: Sequence[tuple[KeyPath, Value]]) -> Value:
    for path, new in objects:
        value = _at(value, path, new)
    return value


def _at(value: Value, path: KeyPath, new: Value) -> Value:
    """The value with something else at a path; nothing that was read is changed."""
    if not path:
        return new
    first, rest = path[0], path[1:]
    if isinstance(value, dict):
        return value | {str(first): _at(value[str(first)], rest, new)}
    if isinstance(value, list) and isinstance(first, int):
        return [_at(element, rest, new) if index == first else element for index, element in enumerate(value)]
    return value


def _configured(config: Config, edits: Sequence[Edit]) -> Config:
    """The configuration with the Services that edits say to be outside of the manifests."""
    added = merged({}, (edit for edit in edits if isinstance(edit, Configure)))
    section = added.get("cluster") if isinstance(added, dict) else None
    names = section.get("external-services") if isinstance(section, dict) else None
    if not isinstance(names, list):
        return config
    known = (*config.cluster.external_services, *map(str, names))
    return replace(config, cluster=replace(config.cluster, external_services=known))


def _keys(value: Value, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every key path of a value; elements of lists by their position."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield (*path, str(key))
        yield from _keys(inner, (*path, str(key)))

"""Makes findings of judged facts: one for each root cause, with every place that it shows at."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from mblint.cluster.objects import ObjectId
from mblint.facts.rows import Fact, Related
from mblint.findings.finding import Finding, RelatedLocation
from mblint.findings.fingerprint import root_cause
from mblint.findings.values import reported_values
from mblint.judge.rule import Judged
from mblint.judge.templates import listed, render
from mblint.judge.values import value_of
from mblint.manifests.documents import Location, Place
from mblint.manifests.locate import locate_all
from mblint.remedies.edits import Edit, distinct
from mblint.remedies.writing import shown

_MOST_PLACES = 50  # beside the first one of a finding; nobody reads more, and each is looked up in its document


def collect(judged: Iterable[Judged]) -> tuple[Finding, ...]:
    """Findings by file, line and rule. The first fact of a group gives the place, the worst one the level."""
    groups: dict[Hashable, list[Judged]] = {}
    for one in judged:
        key = (one.rule.id, *(value_of(one.fact, field) for field in one.rule.group_by))
        groups.setdefault(key, []).append(one)
    causes = [_Cause(group, tuple(_places([one.fact for one in group]))) for group in groups.values()]
    located = locate_all(place for cause in causes for place in cause.shown)
    return tuple(sorted((_finding(cause, located) for cause in causes), key=_order))


class _Cause(Struct, frozen=True):
    """Facts that one rule holds against one root cause, and the places beside that of the first."""

    judged: Sequence[Judged]
    places: tuple[Related, ...]

    @property
    def shown(self) -> Iterator[Place]:
        """The places that the finding has."""
        yield self.judged[0].fact.place
        yield from (related.place for related in self.places[:_MOST_PLACES])


def _order(finding: Finding) -> tuple[str, int, str, int, str]:
    place = finding.location
    return place.file, place.line, finding.rule.id, place.column, finding.message


def _finding(cause: _Cause, located: Mapping[Place, Location]) -> Finding:
    rule = cause.judged[0].rule
    facts = [one.fact for one in cause.judged]
    primary = facts[0]
    related = tuple(
        RelatedLocation(row.message, located[row.place], row.object, row.place) for row in cause.places[:_MOST_PLACES]
    )
    notes = [note for template in rule.notes if (note := render(template, facts))]
    edits = _edits(facts)
    return Finding(
        rule=rule,
        level=max(one.level for one in cause.judged),
        message=render(rule.message, facts) or rule.title,
        notes=(*notes, *_shared(facts), *_more_places(cause.places, related)),
        fix="\n\n".join(part for part in (render(rule.fix, facts), shown(edits)) if part),
        object=primary.object,
        container=primary.container,
        place=primary.place,
        location=located[primary.place],
        placed=None,
        related=related,
        facts=reported_values(facts),
        cause=root_cause(rule.id, (value_of(primary, field) for field in rule.group_by)),
        edits=edits,
    )


def _edits(facts: Sequence[Fact]) -> tuple[Edit, ...]:
    """Those of all its facts, or none: half of them would not make it vanish."""
    return distinct([edit for fact in facts for edit in fact.edits]) if all(fact.edits for fact in facts) else ()


def _shared(facts: Sequence[Fact]) -> Iterator[str]:
    sharers = tuple(dict.fromkeys(sharer for fact in facts for sharer in fact.shared_by))
    if sharers:
        yield f"Also: {listed(sharers)}, which {'inherit' if len(sharers) > 1 else 'inherits'} this configuration."


def _places(facts: Sequence[Fact]) -> Iterator[Related]:
    """The other places, each once."""
    primary = facts[0]
    seen: set[tuple[str, Place]] = set()
    for related in (*(_also(fact, primary) for fact in facts[1:]), *(row for fact in facts for row in fact.related)):
        key = (related.message, related.place)
        if related.place != primary.place and key not in seen:
            seen.add(key)
            yield related


def _more_places(found: Sequence[Related], shown: Sequence[RelatedLocation]) -> Iterator[str]:
    if len(found) > len(shown):
        yield f"{len(found) - len(shown)} more places have to do with it."


def _also(fact: Fact, primary: Fact) -> Related:
    what = value_of(fact, "settings") if "settings" in fact.reported else None
    whose = "" if fact.object == primary.object else f" of {_short(fact.object)}"
    return Related(f"{what or 'the same'}{whose} is set here", fact.place, fact.object)


def _short(object_id: ObjectId) -> str:
    return f"{object_id.kind} {object_id.name}"

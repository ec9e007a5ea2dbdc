"""Takes out what the user ignores, and finds the ignores that are of no use."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from mblint.cluster.objects import ObjectId
from mblint.facts.rows import Fact, UnusedIgnore
from mblint.findings.finding import Ignored
from mblint.findings.ignores import Ignore
from mblint.judge.rule import Judged

NOTHING_MATCHES = "no finding of this rule matches it"


class Sifted(Struct, frozen=True):
    """What is left, what was silenced, and the ignores that did nothing. `used`: the others."""

    kept: tuple[Judged, ...]
    ignored: tuple[Ignored, ...]
    used: frozenset[Ignore]


def sift(judged: Sequence[Judged], ignores: Iterable[Ignore], today: date) -> Sifted:
    """Applies the ignores that are in force to each judged fact.

    Objects that share a fact are taken off its list where an ignore is meant for them.
    """
    by_rule: defaultdict[str, list[Ignore]] = defaultdict(list)
    for ignore in ignores:
        if ignore.in_force(today):
            by_rule[ignore.rule].append(ignore)
    if not by_rule:
        return Sifted(tuple(judged), (), frozenset())
    kept: list[Judged] = []
    ignored: dict[Ignored, None] = {}  # in order, each once
    used: set[Ignore] = set()
    for one in judged:
        candidates = by_rule.get(one.rule.id, [])
        covering = [ignore for ignore in candidates if ignore.covers(one.fact)]
        used.update(covering)
        if covering:
            ignored[Ignored(one.rule.id, one.fact.object, covering[0].origin, covering[0].reason)] = None
            continue
        silenced = {
            sharer: ignore
            for ignore in candidates
            for sharer in one.fact.shared_by
            if ignore.covers_sharer(_sharing_object(sharer, one.fact), one.fact)
        }
        used.update(silenced.values())
        for sharer, ignore in silenced.items():
            ignored[Ignored(one.rule.id, _sharing_object(sharer, one.fact), ignore.origin, ignore.reason)] = None
        kept.append(_without_sharers(one, silenced) if silenced else one)
    return Sifted(tuple(kept), tuple(ignored), frozenset(used))


def unused(
    ignores: Iterable[Ignore], used: Collection[Ignore], known: Collection[str], applied: Collection[str], today: date
) -> tuple[UnusedIgnore, ...]:
    """A fact for each linted ignore that silenced nothing, with the reason.

    `known`: every rule there is. `applied`: those of this run; the others' ignores cannot be judged now.
    """
    return tuple(
        UnusedIgnore(
            object=ignore.holder,
            place=ignore.place,
            rule=ignore.rule,
            origin=ignore.origin,
            reason_unused=_why(ignore, known, today),
        )
        for ignore in ignores
        if ignore.linted and ignore not in used and (ignore.rule in applied or ignore.rule not in known)
    )


def _why(ignore: Ignore, known: Collection[str], today: date) -> str:
    if ignore.rule not in known:
        return _no_rule(ignore.rule, known)
    if not ignore.reason:
        return "it gives no reason, and one is required"
    if ignore.expired(today):
        return f"it expired on {ignore.expires}"
    return NOTHING_MATCHES


def _no_rule(name: str, known: Collection[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415  only for a mistake; importing it takes 5 ms

    near = get_close_matches(name, sorted(known), n=1)
    return "there is no such rule" + (f" (did you mean {near[0]}?)" if near else "")


def _sharing_object(sharer: str, fact: Fact) -> ObjectId:
    kind, _, name = sharer.partition("/")
    return ObjectId(fact.object.namespace, kind, name.partition(" ")[0])


def _without_sharers(one: Judged, silenced: Collection[str]) -> Judged:
    left = tuple(sharer for sharer in one.fact.shared_by if sharer not in silenced)
    return replace(one, fact=replace(one.fact, shared_by=left))

"""What was looked at, in numbers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from mblint.cluster.cluster import Cluster
from mblint.facts.rows import Fact, Unread
from mblint.findings.finding import Stats
from mblint.findings.unlooked import unknown_reasons
from mblint.judge.values import value_of
from mblint.manifests.documents import Place

_VERDICTS = ("verdict", "resolves")  # the field that sums a row up, where its kind has one
_SEEN = "seen"


def count(cluster: Cluster, facts: Sequence[Fact]) -> Stats:
    """Linted objects, documents that were no objects, and the facts by kind and verdict."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for fact in facts:
        if fact.linted:
            counts[_plural(fact.about)][_verdict(fact)] += 1
    return Stats(
        objects=sum(place.document.linted for place in _places(cluster)),
        skipped=cluster.skipped,
        counts={kind: dict(sorted(verdicts.items())) for kind, verdicts in sorted(counts.items())},
        unknown=unknown_reasons(facts),
    )


def with_unread(stats: Stats, unread: Iterable[Unread]) -> Stats:
    """The same, with what looks like a host and was not understood: in variables, and in files."""
    kinds = Counter("file" if fact.source.startswith("/") else "variable" for fact in unread if fact.linted)
    return replace(stats, counts={**stats.counts, "unread": dict(sorted(kinds.items()))}) if kinds else stats


def _places(cluster: Cluster) -> Iterator[Place]:
    yield from (item.place for item in cluster.objects.values())
    yield from (item.object_place for item in cluster.invalid if item.id not in cluster.objects)


def _verdict(fact: Fact) -> str:
    for name in _VERDICTS:
        if hasattr(fact, name):
            return str(value_of(fact, name))
    return _SEEN


def _plural(about: str) -> str:
    if about == "dns":
        return "dns"
    return f"{about[:-1]}ies" if about.endswith("y") else f"{about}s"

"""What was not judged, so that silence is never an accident: objects that could not be read, and what was passed over.

No rule, level, ignore or baseline has a say in it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.headers import is_sealed
from mblint.cluster.objects import InvalidObject, ObjectId
from mblint.facts.rows import Fact
from mblint.judge.values import value_of
from mblint.manifests.documents import Location, Place, Skipped, Value
from mblint.manifests.locate import locate

_NAMED = r"\b([A-Z][A-Za-z]+) (?:[a-z0-9.-]+/)?([a-z0-9](?:[\w.-]*\w)?)"
_NO_OBJECT = "neither apiVersion nor kind: no Kubernetes object"
_NO_KIND = "no kind: no Kubernetes object"
_NO_METADATA = "no metadata: the configuration of a tool, and no Kubernetes object"
_SEALED = "SOPS has encrypted its kind or name: nobody knows which object it will be"
_PART = "these fields are set in an object that something else makes"
_REPLACED = "this object is given again, and that one counts"


class LeftOut(Struct, frozen=True):
    """An object that could not be read, wholly or in part. `unknown`: the facts of which nothing is known for it."""

    object: ObjectId
    location: Location
    reason: str
    unknown: int


def left_out(cluster: Cluster, facts: Iterable[Fact]) -> tuple[LeftOut, ...]:
    """In the order read, those of the context too."""
    flaws: dict[tuple[ObjectId, Place], list[InvalidObject]] = {}
    for item in cluster.invalid:
        if item.left_out:
            flaws.setdefault((item.id, item.object_place), []).append(item)
    if not flaws:
        return ()
    unknown = _named_in_reasons(facts)
    return tuple(
        LeftOut(identity, locate(of_one[0].place), _told(of_one), unknown[identity.kind, identity.name])
        for (identity, _), of_one in flaws.items()
    )


def skipped(read: Iterable[Skipped], cluster: Cluster) -> tuple[Skipped, ...]:
    """What reading passed over, and the documents that are no object or that another one replaces."""
    return (*read, *_no_objects(cluster), *_replaced(cluster))


def unknown_reasons(facts: Iterable[Fact]) -> tuple[tuple[str, int], ...]:
    """Why facts of linted objects are unknown, the most frequent reason first."""
    counts = Counter(reason for fact in facts if fact.linted and (reason := _reason(fact)))
    return tuple(sorted(counts.items(), key=lambda row: (-row[1], row[0])))


def _told(flaws: list[InvalidObject]) -> str:
    return flaws[0].message + (f" (and {len(flaws) - 1} more)" if len(flaws) > 1 else "")


def _named_in_reasons(facts: Iterable[Fact]) -> Counter[tuple[str, str]]:
    """How many unknown facts name an object as their reason, by its kind and name."""
    found: Counter[tuple[str, str]] = Counter()
    for reason, count in Counter(reason for fact in facts if (reason := _reason(fact))).items():
        for named in set(re.findall(_NAMED, reason)):
            found[named] += count
    return found


def _reason(fact: Fact) -> str | None:
    """Why a fact is unknown; None where it is known."""
    if not hasattr(fact, "verdict") or value_of(fact, "verdict") != "unknown":
        return None
    reason = value_of(fact, "reason") if hasattr(fact, "reason") else None
    return str(reason) if reason else f"nothing decides this {fact.about}"


def _no_objects(cluster: Cluster) -> Iterator[Skipped]:
    for place in cluster.no_objects:
        value = place.value
        reason = _NO_OBJECT
        if is_sealed(value):
            reason = _SEALED
        elif isinstance(value, dict) and value.get("apiVersion"):
            reason = _of_an_object(value)
        where = locate(place)
        yield Skipped(where.file, where.line, reason)


def _of_an_object(value: Mapping[str, Value]) -> str:
    if not value.get("kind"):
        return _NO_KIND
    return _PART if value.get("metadata") else _NO_METADATA


def _replaced(cluster: Cluster) -> Iterator[Skipped]:
    for earlier, later in cluster.replaced:
        where, other = locate(earlier), locate(later)
        yield Skipped(where.file, where.line, _REPLACED, (other.file, other.line))

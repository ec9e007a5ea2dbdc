"""What silences single facts, before they are grouped: the configuration's `ignore:` and annotations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import ObjectId
from mblint.config import IgnoreSettings
from mblint.facts.rows import Fact
from mblint.globs import matches
from mblint.judge.kinds import fields_of
from mblint.judge.values import FieldValue, value_of
from mblint.manifests.documents import Place
from mblint.manifests.nodes import Node, WrongType

ANNOTATION = "mblint.dev/ignore."
CONFIGURATION = "Configuration"  # the kind that stands for .mblint.yaml in reports


class Ignore(Struct, frozen=True, eq=False):
    """One ignore, of any origin. `pattern`: a glob of objects; `carrier`: the place of the annotated object."""

    rule: str
    origin: str  # "config", "annotation", "comment"
    reason: str
    place: Place
    holder: ObjectId  # the annotated object, or what stands for the configuration
    linted: bool = True
    pattern: str | None = None
    carrier: Place | None = None
    facts: tuple[tuple[str, str], ...] = ()
    expires: str | None = None
    places: frozenset[Place] | None = None  # a comment's: of the facts that its line sets

    def in_force(self, today: date) -> bool:
        """True where it gives a reason and has not expired."""
        return bool(self.reason) and not self.expired(today)

    def expired(self, today: date) -> bool:
        """True after its last day."""
        return self.expires is not None and self.expires < today.isoformat()

    def covers(self, fact: Fact) -> bool:
        """True where it is meant for this fact; its rule is the caller's to compare."""
        if self.places is not None:
            return fact.place in self.places
        return (self._names(fact.object) or self._carries(fact.place)) and self._agrees(fact)

    def covers_sharer(self, sharer: ObjectId, fact: Fact) -> bool:
        """True where it is meant for an object that inherits the fact, and says so by name."""
        return (self.pattern is not None or self.carrier is not None) and self._names(sharer) and self._agrees(fact)

    def _agrees(self, fact: Fact) -> bool:
        return all(
            field in fields_of(fact.about) and _matches(value_of(fact, field), glob) for field, glob in self.facts
        )

    def _names(self, object_id: ObjectId) -> bool:
        if self.carrier is not None:
            return self.holder == object_id
        return self.pattern is None or names(self.pattern, str(object_id))

    def _carries(self, place: Place) -> bool:
        if self.carrier is None:
            return False
        whole = self.carrier
        return place.document is whole.document and place.path[: len(whole.path)] == whole.path


def names(pattern: str, object_id: str) -> bool:
    """Whether a glob `[[namespace/]Kind/]name` names the object `namespace/Kind/name`."""
    parts = object_id.split("/", 2)
    return matches("/".join(parts[max(0, 2 - pattern.count("/")) :]), pattern)


def configured_ignores(entries: Iterable[IgnoreSettings]) -> Iterator[Ignore]:
    """Those of `.mblint.yaml`."""
    for entry in entries:
        yield Ignore(
            rule=entry.rule,
            origin="config",
            reason=entry.reason,
            place=entry.place,
            holder=ObjectId("", CONFIGURATION, entry.place.document.file),
            pattern=entry.object,
            facts=tuple(entry.facts.items()),
            expires=entry.expires,
        )


def annotated_ignores(cluster: Cluster) -> Iterator[Ignore]:
    """Those that objects carry, also those that were left out: `mblint.dev/ignore.RULE: reason`."""
    for item in cluster.objects.values():
        yield from _on(item.id, item.place, item.annotations)
    for invalid in cluster.invalid:
        if invalid.id not in cluster.objects:
            yield from _on(invalid.id, invalid.object_place, _annotations(invalid.object_place))


def _on(object_id: ObjectId, place: Place, annotations: Mapping[str, str]) -> Iterator[Ignore]:
    for key, reason in annotations.items():
        if key.startswith(ANNOTATION):
            yield Ignore(
                rule=key.removeprefix(ANNOTATION),
                origin="annotation",
                reason=reason.strip(),
                place=place.at("metadata", "annotations", key),
                holder=object_id,
                linted=place.document.linted,
                carrier=place,
            )


def _annotations(place: Place) -> Mapping[str, str]:
    """Those of an object that is wrong somewhere; none where they are what is wrong."""
    node = Node(place.document, (), place.document.value)
    try:
        for key in place.path:
            node = node.get(key) if isinstance(key, str) else tuple(node.items())[key]
        return node.get("metadata").get("annotations").text_map()
    except WrongType:
        return {}


def _matches(value: FieldValue, glob: str) -> bool:
    if isinstance(value, tuple):
        return any(matches(str(element), glob) for element in value)
    return value is not None and matches(str(value), glob)

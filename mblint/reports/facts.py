"""Every fact, for those who ask why something was or was not found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from msgspec.structs import FieldInfo, fields

from mblint.facts.rows import Fact
from mblint.findings.finding import FactValue
from mblint.findings.values import plain
from mblint.manifests.documents import Location, Place
from mblint.manifests.locate import locate_all
from mblint.reports.printable import inert, printable
from mblint.reports.style import Style
from mblint.reports.text import place
from mblint.reports.values import Json, location_value, object_value, serialised

_OWN = frozenset(field.name for field in fields(Fact))
_FIRST = ("verdict", "resolves")


def render_json(facts: Sequence[Fact]) -> str:
    """All fields of all facts, in the order computed."""
    located = locate_all(fact.place for fact in facts)
    return serialised({"version": 1, "facts": [_value(fact, located[fact.place]) for fact in facts]})


def render_text(facts: Sequence[Fact], style: Style) -> str:
    """One line for each fact, by kind: verdict, object, what it says, where; and the reasons below it."""
    kinds: defaultdict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        kinds[fact.about].append(fact)
    located = locate_all(fact.place for fact in facts)
    blocks = ["\n".join(_block(kind, of_kind, located, style)) for kind, of_kind in kinds.items()]
    return "\n\n".join(blocks) + "\n" if blocks else ""


def _value(fact: Fact, location: Location) -> dict[str, Json]:
    return {
        "about": fact.about,
        "object": object_value(fact.object, fact.container),
        "location": location_value(location),
        "shared_by": fact.shared_by,
        **_fields(fact),
    }


def _fields(fact: Fact) -> Mapping[str, FactValue]:
    return {field.name: plain(getattr(fact, field.name)) for field in _told_by(type(fact))}


@cache
def _told_by(kind: type[Fact]) -> tuple[FieldInfo, ...]:
    """The fields of a kind of fact beyond those that all have: worked out once, for it takes longer than to print."""
    return tuple(field for field in fields(kind) if field.name not in _OWN)


def _block(kind: str, facts: Sequence[Fact], located: Mapping[Place, Location], style: Style) -> Iterator[str]:
    yield style.strong(f"{kind} ({len(facts)})")
    for fact in facts:
        values = _fields(fact)
        verdict = next((f"{values[name]}  " for name in _FIRST if name in values), "")
        whose = str(fact.object) if fact.container is None else f"{fact.object} ({fact.container})"
        said = _listed(values, [name for name in fact.reported if name not in _FIRST])
        where = style.faint(place(located[fact.place]))
        yield f"  {style.strong(printable(verdict))}{inert(printable(f'{whose}: {said}'))}  {where}"
        rest = _listed(values, [name for name in _telling(fact) if name not in (*fact.reported, *_FIRST)])
        if rest:
            yield f"    {style.faint(printable(rest))}"


def _telling(fact: Fact) -> Iterator[str]:
    """The fields that say more than the object and what is usual."""
    for field in _told_by(type(fact)):
        value = getattr(fact, field.name)
        if value != field.default and value != str(fact.object):
            yield field.name


def _listed(values: Mapping[str, FactValue], names: Sequence[str]) -> str:
    shown = {name: values[name] for name in names if values[name] not in (None, "", [], False)}
    return ", ".join(f"{name.replace('_', ' ')} {_words(value)}" for name, value in shown.items())


def _words(value: FactValue) -> str:
    if isinstance(value, list):
        return " ".join(_words(element) for element in value)
    if isinstance(value, dict):
        return " ".join(f"{key} {_words(element)}" for key, element in value.items())
    return "yes" if value is True else str(value)

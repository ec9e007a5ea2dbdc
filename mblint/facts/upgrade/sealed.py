"""Programs that come to be given another key than the one by which they encrypted what they store.

A program is that of OLD where its workload is the same on both sides. Workloads that get the same new key in place of
the same old one are one row. Keys are compared, and never shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter

from msgspec import Struct

from mblint.cluster.objects import ContainerRole, Secret, Workload
from mblint.facts.rows import Related
from mblint.facts.software import RunningProgram, programs_of
from mblint.facts.upgrade.chart_values import pinning_value
from mblint.facts.upgrade.data_places import stores_of
from mblint.facts.upgrade.data_rows import Sealed
from mblint.facts.upgrade.evidence import applied_with, evidence_of, is_left_alone
from mblint.facts.upgrade.pairs import pairs_of
from mblint.facts.upgrade.seal_keys import SealKey, seal_key, still_opens
from mblint.facts.world import Step, World
from mblint.software.storage import Seals


class _Use(Struct, frozen=True, eq=False):
    """A program before and after, with what it says of one key."""

    entry: Seals
    before: RunningProgram
    after: RunningProgram
    old: SealKey
    new: SealKey
    verdict: str
    reason: str | None

    @property
    def cause(self) -> tuple[object, ...]:
        """What is the same in all uses that make up one row."""
        namespace, program = self.after.workload.id.namespace, self.after.running.program.id
        return namespace, program, self.entry.what, self.verdict, self.old.value, self.new.value, self.new.words


def sealed(step: Step) -> Iterator[Sealed]:
    """A row for each key of the programs of both sides, and each way in which it changes."""
    found: dict[tuple[object, ...], list[_Use]] = {}
    for before, after in _programs(step):
        for entry in after.running.entries(Seals):
            use = _use(step, entry, before, after)
            if use is not None:
                found.setdefault(use.cause, []).append(use)
    return (_row(step, uses) for uses in found.values())


def _programs(step: Step) -> Iterator[tuple[RunningProgram, RunningProgram]]:
    """The programs that run in the same workload on both sides: in the container of that name, or in their only one."""
    for pair in pairs_of(step).kept:
        if not isinstance(pair.old, Workload) or not isinstance(pair.new, Workload) or not pair.new.lasting:
            continue
        for after in _with_seals(step.new, pair.new):
            same = [one for one in _with_seals(step.old, pair.old) if one.running.program is after.running.program]
            named = [one for one in same if one.container.name == after.container.name]
            if len(named or same) == 1:
                yield (named or same)[0], after


def _with_seals(world: World, workload: Workload) -> Iterator[RunningProgram]:
    for one in programs_of(world, workload):
        if one.container.role is not ContainerRole.INIT and one.running.program.has(Seals):
            yield one


def _use(step: Step, entry: Seals, before: RunningProgram, after: RunningProgram) -> _Use | None:
    """None where the entry is not about the program, nothing is kept, or neither side says anything of the key."""
    applies = after.told.applies(entry)
    if applies is False or before.told.applies(entry) is False or not _keeps_data(entry, before, after):
        return None
    old, new = seal_key(before.told, entry), seal_key(after.told, entry)
    if old is None and new is None:
        return None
    if old is None or new is None:
        known = old or new
        assert known is not None
        side = "OLD" if old is None else "NEW"
        return _Use(entry, before, after, known, known, "unknown", f"{side} does not say it")
    opens = still_opens(entry, old, new, after.told)
    reason = old.reason or new.reason or (None if opens is not None and applies else "whether it counts is not known")
    if reason is not None:
        return _Use(entry, before, after, old, new, "unknown", reason)
    kept = opens or is_left_alone(_secret(new, after, step.new), step.new)
    return _Use(entry, before, after, old, new, "kept" if kept else "changed", None)


def _keeps_data(entry: Seals, before: RunningProgram, after: RunningProgram) -> bool:
    """False where what was encrypted goes with the old pods, which have no volume that the new ones have."""
    elsewhere = not entry.identity if entry.on_volume_unless is None else before.told.holds(entry.on_volume_unless)
    return elsewhere is True or not set(stores_of(before.workload)).isdisjoint(stores_of(after.workload))


def _row(step: Step, uses: list[_Use]) -> Sealed:
    first = uses[0]
    entry, after = first.entry, first.after
    secrets = tuple(_secret(use.old, use.before, step.old) for use in uses)
    ref = first.new.key_ref
    # What stands in the workload itself, no chart has looked up.
    evidence = evidence_of((*(use.before.workload for use in uses), *secrets), step.new) if ref else "manifests"
    secret = _secret(first.new, after, step.new)
    return Sealed(
        object=after.workload.id,
        container=after.container.name,
        place=first.new.place,
        related=tuple(_related(uses)),
        linted=after.workload.linted,
        verdict=first.verdict,
        program=after.running.program.name,
        settings=first.new.words,
        workloads=tuple(dict.fromkeys(str(use.after.workload.id) for use in uses)),
        key=_called(entry),
        held=f"bound {entry.what} to the old one" if entry.identity else f"encrypted {entry.what} with the old one",
        otherwise=entry.otherwise,
        secret=None if secret is None else secret.id.name,
        values=None if secret is None or ref is None else pinning_value(secret, ref.key, step.new.programs),
        evidence=evidence,
        applied_with=applied_with(evidence),
        reason=first.reason,
    )


def _called(entry: Seals) -> str:
    return entry.identity or "key"


def _secret(key: SealKey, program: RunningProgram, world: World) -> Secret | None:
    """The Secret that holds a key; None where something else does, or nothing in the view."""
    ref = key.key_ref
    if ref is None or ref.kind != "Secret":
        return None
    return world.cluster.secrets.get((program.workload.id.namespace, ref.name))


def _related(uses: Iterable[_Use]) -> Iterator[Related]:
    for place, same in groupby(uses, key=attrgetter("old.place")):
        use = next(iter(same))
        yield Related(f"the old {_called(use.entry)}", place, use.before.workload.id)
    seen = set()
    for use in uses:
        owner, place = use.after.workload.id, use.new.reference
        if place is not None and place not in seen:
            seen.add(place)
            yield Related(f"{owner.kind} {owner.name} is given the new one here", place, owner)

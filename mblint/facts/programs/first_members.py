"""Nodes that a cluster waits for at its first start, by names that none of its pods has.

The list holds the names that the nodes give themselves: their host names, which are those of their pods, unless they
are told another one. As long as no more than half of them are there, none is elected. Where none of them is, all may
belong to another release.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mblint.cluster.objects import Workload
from mblint.cluster.secrets import reveal
from mblint.facts.programs.refusals import Refusal, refused_setting
from mblint.facts.programs.rows import RefusedSetting
from mblint.facts.programs.started import other_start
from mblint.facts.software import RunningProgram, running_programs
from mblint.facts.way.pod_names import first_ordinal
from mblint.facts.world import World
from mblint.regex import regex
from mblint.software.words import Elects

_NAME = regex(r"[A-Za-z0-9][\w.-]*")
_OF_THE_POD = ("$HOSTNAME", "${HOSTNAME}", "$(HOSTNAME)")
_SHOWN = 3


def first_members(world: World) -> Iterator[RefusedSetting]:
    """A row for each list of first members that its pods are not in."""
    programs = [one for one in running_programs(world) if one.running.program.has(Elects)]
    for one in programs:
        for entry in one.running.entries(Elects):
            if other_start(one, entry) is None and one.told.applies(entry) is True:
                yield from _judged(one, entry, programs)


def _judged(one: RunningProgram, entry: Elects, programs: Iterable[RunningProgram]) -> Iterator[RefusedSetting]:
    setting = one.told.first(entry.setting)
    if setting is None or setting.value is None or setting.guessed:
        return
    names = [part.strip(" \"'[]") for part in reveal(setting.value).split(",")]
    there = _names_of_nodes(one, entry, programs)
    if there is None or not all(_NAME.fullmatch(name) for name in names):
        return
    met = [name for name in names if name in there]
    if 2 * len(met) <= len(names) and (len(met) < len(names)):
        shown = ", ".join(sorted(there)[:_SHOWN]) + (" …" if len(there) > _SHOWN else "")
        lacking = (
            "none of these is"
            if not met
            else f"only {len(met)} of these {len(names)} {'is' if len(met) == 1 else 'are'}"
        )
        yield refused_setting(
            one,
            Refusal(
                label=setting.label,
                place=setting.place,
                what=f"the names in {setting.label}",
                guessed=not met,
                otherwise=f"{lacking} the name of one of its pods ({shown}), and {entry.otherwise}",
            ),
        )


def _names_of_nodes(one: RunningProgram, entry: Elects, programs: Iterable[RunningProgram]) -> frozenset[str] | None:
    """The names of all nodes of its kind in the namespace; None where one is not known."""
    found: set[str] = set()
    for other in programs:
        if other.running.program is not one.running.program or other.workload.id.namespace != one.workload.id.namespace:
            continue
        own = other.told.first(entry.own)
        text = "" if own is None or own.value is None else reveal(own.value).strip()
        if own is not None and own.value is None and "metadata.name" not in str(own.place.value):
            return None
        if text and text not in _OF_THE_POD:
            if not _NAME.fullmatch(text):
                return None
            found.add(text)
            continue
        pods = _pods(other.workload)
        if pods is None:
            return None
        found.update(pods)
    return frozenset(found)


def _pods(workload: Workload) -> tuple[str, ...] | None:
    """The names of the pods of a StatefulSet; None where they are not known before they run."""
    if workload.id.kind != "StatefulSet" or workload.pod.hostname is not None or workload.pod.host_network:
        return None
    first = first_ordinal(workload)
    return tuple(f"{workload.id.name}-{first + number}" for number in range(min(workload.replicas or 1, 100)))

"""The scheme of httpGet probes, held against what the program speaks on that port as it is told.

The kubelet asks by plain HTTP unless the probe says `scheme: HTTPS`, and a server with TLS answers that with 400. What
a port speaks is known of programs whose file says how TLS is switched on (`listens` with `when` or `unless`).
Source: https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#http-probes
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from msgspec import Struct

from mblint.cluster.objects import ContainerRole, Probe
from mblint.facts.listening.rows import SchemeUse
from mblint.facts.software import RunningProgram, running_programs
from mblint.facts.way.heard import is_spoken_of, listened_port, reads_what_is_not_there
from mblint.facts.way.listeners import has_sidecar
from mblint.facts.way.uses import port_of, probes
from mblint.facts.world import World
from mblint.remedies.edits import Edit
from mblint.remedies.rendered import owner, put
from mblint.settings.rows import Setting
from mblint.software.conditions import Condition
from mblint.software.network import Listens

_TLS, _PLAIN = "https", "http"
_SPOKEN = {"http": _PLAIN, "https": _TLS, "tls": _TLS}
_WORDS = {_PLAIN: "plain HTTP (http://)", _TLS: "HTTPS (TLS, https://)"}


class _Speaks(Struct, frozen=True, eq=False):
    """What a program speaks on a port. `switch`: the setting that says so; None where it does by itself."""

    scheme: str
    switch: Setting | None


def probe_schemes(world: World) -> Iterator[SchemeUse]:
    """A row for each port of a container that probes ask by HTTP or HTTPS, where it is known what it speaks."""
    for one in running_programs(world):
        if one.container.role is ContainerRole.INIT or not one.running.program.has(Listens):
            continue
        asked: defaultdict[tuple[int, str], list[tuple[str, Probe]]] = defaultdict(list)
        for name, probe in probes(one.container):
            port = port_of(one.container, probe)
            if probe.handler == "httpGet" and port is not None and not probe.place.at("httpGet", "host").value:
                asked[port, str(probe.place.at("httpGet", "scheme").value or _PLAIN).lower()].append((name, probe))
        for (port, scheme), by in asked.items():
            speaks = _speaks(world, one, port)
            if speaks is not None and scheme in _WORDS:
                yield _row(world, one, port, scheme, by, speaks)


def _speaks(world: World, one: RunningProgram, port: int) -> _Speaks | None:
    """What it speaks there; None where nobody knows, or its file does not say how TLS is switched."""
    entries = one.running.entries(Listens)
    told = [(entry, one.told.applies(entry)) for entry in entries]
    here = [entry for entry, applies in told if applies and listened_port(one, entry) == port]
    instead = [entry for entry, applies in told if applies is False and entry.port in {each.port for each in here}]
    spoken = {_SPOKEN.get(entry.speaks, "") for entry in here}
    if len(spoken) != 1 or "" in spoken or {_SPOKEN.get(entry.speaks) for entry in instead} <= spoken:
        return None
    if None in [applies for _, applies in told] or one.running.undecided(Listens) or one.container.command is not None:
        return None
    if has_sidecar(one.workload) or not is_spoken_of(one.running, here):
        return None
    switch = next((found for entry in (*here, *instead) if (found := _switch(one, entry)) is not None), None)
    scheme = next(iter(spoken))
    # Who asks by HTTPS knows of a switch that its file may not: without one that is set, plain is no more than usual.
    if switch is None and (scheme == _PLAIN or reads_what_is_not_there(world, one.workload)):
        return None
    return _Speaks(scheme, switch)


def _switch(one: RunningProgram, entry: Listens) -> Setting | None:
    """The setting that decides whether an entry is true."""
    names = (name for condition in (entry.when, entry.unless) for name in _names(condition))
    return next((found for name in names if (found := one.told.first(name)) is not None), None)


def _names(condition: Condition | None) -> Iterator[str]:
    if condition is not None:
        yield from (condition.setting,) if isinstance(condition.setting, str) else condition.setting
        for part in (*condition.any, *condition.all, *((condition.negated,) if condition.negated is not None else ())):
            yield from _names(part)


def _row(
    world: World, one: RunningProgram, port: int, scheme: str, by: Sequence[tuple[str, Probe]], speaks: _Speaks
) -> SchemeUse:
    names = [name for name, _ in by]
    listed = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
    program = one.running.program.name
    differs = scheme != speaks.scheme
    return SchemeUse(
        object=one.workload.id,
        container=one.container.name,
        place=by[0][1].place.at("httpGet"),
        linted=one.workload.linted,
        caller="The kubelet",
        said_by=f"scheme of the {listed} probe{'s' if len(names) > 1 else ''}",
        speaks=_WORDS[scheme],
        server=str(one.workload.id),
        port=port,
        server_speaks=_WORDS[speaks.scheme],
        because=f"{speaks.switch.label} says so" if speaks.switch is not None else f"{program} does by itself",
        certain=speaks.switch is not None,
        verdict="differs" if differs else "agrees",
        edits=tuple(_edits(world, one, by, speaks.scheme)) if differs else (),
    )


def _edits(world: World, one: RunningProgram, by: Sequence[tuple[str, Probe]], scheme: str) -> Iterator[Edit]:
    for _, probe in by:
        if owner(world.cluster, probe.place) is one.workload:
            yield put(one.workload, probe.place.at("httpGet"), "scheme", scheme.upper())

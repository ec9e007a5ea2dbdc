"""The scheme of httpGet probes, held against what the program speaks on that port as it is told.

The kubelet asks by plain HTTP unless the probe says `scheme: HTTPS`, and a server with TLS answers that with 400. What
a port speaks is known of programs whose file says how TLS is switched on (`listens` with `when` or `unless`), and of
containers that are told a certificate of their own.
Source: https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#http-probes
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from mblint.cluster.objects import Container, ContainerRole, Probe, Workload
from mblint.facts.listening.rows import SchemeUse
from mblint.facts.software import RunningProgram, running_programs
from mblint.facts.way.heard import is_spoken_of, listened_port, reads_what_is_not_there
from mblint.facts.way.listeners import has_sidecar
from mblint.facts.way.told_schemes import told_schemes
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
    """What a container speaks on a port, and who says so. `certain`: a setting does, and nothing says otherwise."""

    container: Container
    port: int
    scheme: str
    because: str
    certain: bool


def probe_schemes(world: World) -> Iterator[SchemeUse]:
    """A row for each port of a container that probes ask by HTTP or HTTPS, where it is known what it speaks."""
    for one in running_programs(world):
        if one.container.role is not ContainerRole.INIT and one.running.program.has(Listens):
            for port in dict.fromkeys(port_of(one.container, probe) for _, probe in probes(one.container)):
                speaks = _speaks(world, one, port) if port is not None else None
                if speaks is not None:
                    yield from _rows(world, one.workload, speaks)
    for workload in world.cluster.workloads:
        for told in told_schemes(world).get(id(workload), ()) if not has_sidecar(workload) else ():
            speaks = _Speaks(told.container, told.port, told.scheme, f"{told.by.label} says so", told.certain)
            yield from _rows(world, workload, speaks)


def _rows(world: World, workload: Workload, speaks: _Speaks) -> Iterator[SchemeUse]:
    container = speaks.container
    there = [(name, probe) for name, probe in probes(container) if port_of(container, probe) == speaks.port]
    for scheme in _WORDS:
        by = [each for each in there if _asks(each[1]) == scheme]
        if by:
            yield _row(world, workload, scheme, by, speaks)


def _asks(probe: Probe) -> str | None:
    """The scheme by which the kubelet asks the pod itself; None for other probes."""
    if probe.handler != "httpGet" or probe.place.at("httpGet", "host").value:
        return None
    return str(probe.place.at("httpGet", "scheme").value or _PLAIN).lower()


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
    because = f"{switch.label} says so" if switch is not None else f"{one.running.program.name} does by itself"
    return _Speaks(one.container, port, scheme, because, certain=switch is not None)


def _switch(one: RunningProgram, entry: Listens) -> Setting | None:
    """The setting that decides whether an entry is true."""
    names = (name for condition in (entry.when, entry.unless) for name in _names(condition))
    return next((found for name in names if (found := one.told.first(name)) is not None), None)


def _names(condition: Condition | None) -> Iterator[str]:
    if condition is not None:
        yield from (condition.setting,) if isinstance(condition.setting, str) else condition.setting
        for part in (*condition.any, *condition.all, *((condition.negated,) if condition.negated is not None else ())):
            yield from _names(part)


def _row(world: World, workload: Workload, scheme: str, by: Sequence[tuple[str, Probe]], speaks: _Speaks) -> SchemeUse:
    names = [name for name, _ in by]
    listed = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
    differs = scheme != speaks.scheme
    return SchemeUse(
        object=workload.id,
        container=speaks.container.name,
        place=by[0][1].place.at("httpGet"),
        linted=workload.linted,
        caller="The kubelet",
        said_by=f"scheme of the {listed} probe{'s' if len(names) > 1 else ''}",
        speaks=_WORDS[scheme],
        server=str(workload.id),
        port=speaks.port,
        server_speaks=_WORDS[speaks.scheme],
        because=speaks.because,
        certain=speaks.certain,
        verdict="differs" if differs else "agrees",
        edits=tuple(_edits(world, workload, by, speaks.scheme)) if differs else (),
    )


def _edits(world: World, workload: Workload, by: Sequence[tuple[str, Probe]], scheme: str) -> Iterator[Edit]:
    for _, probe in by:
        if owner(world.cluster, probe.place) is workload:
            yield put(workload, probe.place.at("httpGet"), "scheme", scheme.upper())

"""Probes against start-up: how long the kubelet waits, and how long the container needs."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from mblint.cluster.objects import ContainerRole, Probe
from mblint.facts.edits.ports import probed_port
from mblint.facts.workers.kubelet import documented_budget, guaranteed_window
from mblint.facts.workers.modelled import Modelled, modelled
from mblint.facts.workers.models.model import Model
from mblint.facts.workers.models.start_up import covered, outcome, start_up
from mblint.facts.workers.models.tables import Row, law
from mblint.facts.workers.probe_commands import CostlyCommand, duration, probe_command
from mblint.facts.workers.probe_remedies import longer_startup, patient_command
from mblint.facts.workers.rows import ProbeWindow
from mblint.facts.workers.sums import figure, rests_on, span, start_up_sum, window_sum
from mblint.facts.workers.worker_timeout import worker_timeout
from mblint.facts.world import World
from mblint.software.programs import Programs

GIVES_UP = {"liveness": "liveness kills", "startup": "the startup probe gives up"}
MEASURED = ("observed", "measured")  # on that very image
_NOT_READY = "the pod is not ready"


def probe_windows(world: World) -> tuple[ProbeWindow, ...]:
    """A row for each probe of each container, and one for the timeout that gunicorn gives its own workers."""
    servers = (one for one in modelled(world) if one.container.role is not ContainerRole.INIT)
    return tuple(row for one in servers for row in _rows(one, world.programs))


def _rows(one: Modelled, programs: Programs) -> Iterator[ProbeWindow]:
    container = one.container
    for kind, probe in (("liveness", container.liveness), ("startup", container.startup)):
        if probe is not None:
            yield _judged(one, _plain(one, kind, probe), probe, programs)
    if container.readiness is not None:
        row = _plain(one, "readiness", container.readiness)
        is_command = container.readiness.handler == "exec"
        yield _judged(one, row, container.readiness, programs) if is_command else row
    if (timeout := worker_timeout(one)) is not None:
        yield timeout


def _plain(one: Modelled, kind: str, probe: Probe) -> ProbeWindow:
    names = tuple(port.name for port in one.container.ports if port.name is not None)
    named = probe.port if isinstance(probe.port, str) and not probe.port.isdecimal() else None
    missing = None if named in names else named
    return ProbeWindow(
        object=one.running.workload.id,
        container=one.container.name,
        place=probe.place,
        linted=one.running.workload.linted,
        probe=kind,
        handler=probe.handler,
        port=None if probe.port is None else str(probe.port),
        missing_port=missing,
        edits=() if missing is None else probed_port(one.running.workload, one.container, probe),
        has_ports=names,
        window_seconds=guaranteed_window(probe, hangs=False),
        budget_seconds=documented_budget(probe),
        limited=one.share.limit is not None,
    )


def _judged(one: Modelled, row: ProbeWindow, probe: Probe, programs: Programs) -> ProbeWindow:
    """The row with what the container needs, where a model says it and this probe decides.

    While a startup probe has not succeeded, liveness waits: then only the startup probe's window counts.
    """
    if probe.handler == "exec":
        command = probe_command(probe, one.container.image, programs)
        return row if command is None else _command(one, row, probe, command)
    if row.probe == "liveness" and one.container.startup is not None:
        return row
    return _start_up(one, row, probe)


def _start_up(one: Modelled, row: ProbeWindow, probe: Probe) -> ProbeWindow:
    """A port that refuses until the first worker is there, one that accepts and hangs, or one that only has to open."""
    known = one.model
    if known is None or known.start_up is None or known.start_up.opens == "never" or probe.handler == "none":
        return row
    costs, workers = known.start_up, known.workers.min
    only_opens = probe.handler == "tcpSocket"
    hangs = costs.opens == "at-once" and not only_opens
    worker = costs.listen if only_opens and costs.listen is not None else costs.worker
    needed = start_up(costs, worker, workers, one.share)
    window = guaranteed_window(probe, hangs=hangs)
    covers = covered(window, needed)
    alone = workers == 1 and costs.evidence not in MEASURED
    if alone and covers == "low" and documented_budget(probe) >= needed.typical:
        covers = "typical"  # what software of its kind took is no sharper than the moment of the first call
    remedy = longer_startup(probe, needed.high, hangs=hangs, where=(one.running.workload, one.container))
    return replace(
        row,
        related=one.related(),
        window_seconds=window,
        startup_seconds=needed,
        workers=workers,
        runtime=known.name,
        evidence=costs.evidence,
        source=rests_on(costs.evidence, costs.source),
        covers=covers,
        outcome=outcome(covers, costs.evidence, after="while it starts"),
        starts=one.container.name,
        unbounded=known.workers.unbounded,
        needs=_said(known, costs) or start_up_sum(costs, worker, workers, known.processes, one.share, needed),
        gives=f"{GIVES_UP[row.probe]} at {window} s ({window_sum(probe, hangs=hangs)})",
        enough=remedy.enough,
        edits=remedy.edits,
    )


def _said(known: Model, costs: Row) -> str | None:
    """What happened, where that is what the row says."""
    return f"it {known.seen}" if known.seen is not None and costs.source == known.seen else None


def _command(one: Modelled, row: ProbeWindow, probe: Probe, command: CostlyCommand) -> ProbeWindow:
    """A command that cannot finish within timeoutSeconds fails for ever; one that waits so long, whatever the CPU."""
    needed = duration(command, one.share)
    window = guaranteed_window(probe, hangs=True)
    covers = covered(probe.timeout, needed)
    remedy = patient_command(probe, needed.high, one.running.workload)
    wait = f" + {figure(command.waits)} s" if command.waits else ""
    then = f"{GIVES_UP[row.probe]} at {window} s" if row.probe in GIVES_UP else _NOT_READY
    slow = f"each call of {command.name} takes {figure(command.cpu[1])} CPU s × {figure(law().hardware)}"
    return replace(
        row,
        related=one.related(),
        window_seconds=window,
        startup_seconds=needed,
        workers=1,
        runtime=command.name,
        evidence=command.evidence,
        source=rests_on(command.evidence, command.source),
        covers=covers,
        outcome=outcome(covers, command.evidence, ready=row.probe == "readiness"),
        command=command.name,
        limited=row.limited or command.waits >= probe.timeout,
        needs=f"{slow} / {figure(one.share.of(1))} CPU{wait} ≈ {span(needed)}",
        gives=f"it is given {probe.timeout} s (timeoutSeconds), so {then}",
        enough=remedy.enough,
        edits=remedy.edits,
    )

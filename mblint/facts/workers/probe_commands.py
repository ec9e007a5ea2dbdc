"""What the commands of exec probes cost. Most cost nothing that matters (`pgrep`, `pg_isready`)."""

from __future__ import annotations

from mblint.cluster.objects import Probe
from mblint.facts.workers.models.commands import probe_programs
from mblint.facts.workers.models.start_up import Share
from mblint.facts.workers.models.tables import ProbeCommand, law, probe_commands
from mblint.facts.workers.rows import Estimate


def probe_command(probe: Probe) -> ProbeCommand | None:
    """The costly command that a probe runs, if it does."""
    for program in probe_programs(probe.command, probe.place):
        for known in probe_commands():
            if program.is_called(known.programs, known.subcommand):
                return known
    return None


def duration(command: ProbeCommand, share: Share) -> Estimate:
    """Seconds that one call takes."""
    low, typical, high = (law().hardware * seconds / share.of(1) for seconds in command.cpu)
    return Estimate(round(low, 1), round(typical, 1), round(high, 1))

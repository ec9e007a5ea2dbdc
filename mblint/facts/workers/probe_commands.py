"""What the commands of exec probes cost. Most cost nothing that matters (`pgrep`, `pg_isready`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from mblint.cluster.objects import Probe
from mblint.facts.runs.commands import Program, option, probe_programs
from mblint.facts.workers.models.start_up import Share
from mblint.facts.workers.models.tables import Three, law, probe_costs
from mblint.facts.workers.rows import Estimate
from mblint.globs import matches
from mblint.software.programs import Programs
from mblint.software.running import ProbeCost
from mblint.software.setting_names import Texts, texts


class CostlyCommand(Struct, frozen=True):
    """A command that a probe runs. `cpu`: CPU seconds of each call. `waits`: seconds, however fast the CPU is."""

    name: str
    cpu: Three
    waits: float
    evidence: str
    source: str


def probe_command(probe: Probe, image: str | None, programs: Programs) -> CostlyCommand | None:
    """The costly commands that a probe runs, as one; None where they cost nothing that matters."""
    called = probe_programs(probe.command, probe.place)
    found = [known for program in called if (known := _known_command(program, image, programs)) is not None]
    return max(found, key=lambda one: one.cpu[1] + one.waits, default=None)


def duration(command: CostlyCommand, share: Share) -> Estimate:
    """Seconds that one call takes."""
    low, typical, high = (law().hardware * seconds / share.of(1) + command.waits for seconds in command.cpu)
    return Estimate(round(low, 1), round(typical, 1), round(high, 1))


def _known_command(program: Program, image: str | None, programs: Programs) -> CostlyCommand | None:
    words = [word.plain for word in program.arguments if not word.plain.startswith("-")]
    for cost in _known(image, programs):
        for command in texts(cost.command):
            if _is_called(program.name, words, command):
                return _costly(program, cost, command)
    return None


def _known(image: str | None, programs: Programs) -> Iterator[ProbeCost]:
    """What is true of the image's own program, then of any program's tools whatever their version, then the table."""
    running = programs.of_image(image)
    if running is not None and running.program.has(ProbeCost):
        yield from running.entries(ProbeCost)
    for program in programs.with_section(ProbeCost):
        if running is None or program is not running.program:
            yield from (cost for cost in program.entries(ProbeCost) if not cost.versions and not cost.images)
    yield from probe_costs()


def _is_called(name: str, words: Sequence[str], command: str) -> bool:
    """Whether the words stand in their order behind the program; values of options may stand between them."""
    program, *wanted = command.split()
    if not matches(name, program):
        return False
    rest = iter(words)
    return all(any(matches(word, glob) for word in rest) for glob in wanted)


def _costly(program: Program, cost: ProbeCost, command: str) -> CostlyCommand:
    first, *others = command.split()
    named = first if "*" not in first else program.name
    return CostlyCommand(
        name=" ".join((named, *(word for word in others if "*" not in word))),
        cpu=cost.cpu,
        waits=_waits(program, cost),
        evidence=cost.evidence,
        source=cost.note or cost.source,
    )


def _waits(program: Program, cost: ProbeCost) -> float:
    if _said(program, cost.waits_unless) is not None:
        return 0.0
    said = _said(program, cost.waits_option)
    try:
        return cost.waits if said is None else float(said)
    except ValueError:
        return 0.0


def _said(program: Program, names: Texts) -> str | None:
    found = option(program.arguments, texts(names)) if names else None
    return None if found is None else found.plain

"""As whom the image of a known program runs, where its software file speaks of that image and says one thing."""

from __future__ import annotations

from mblint.facts.software import RunningProgram
from mblint.facts.way.heard import is_spoken_of
from mblint.software.storage import RunsAs


def image_user(program: RunningProgram) -> RunsAs | None:
    """The entry that is true of the container; None where its version decides, or several are true."""
    entries = [entry for entry in program.running.entries(RunsAs) if program.told.applies(entry) is True]
    if len(entries) != 1 or program.running.undecided(RunsAs) or not is_spoken_of(program.running, entries):
        return None
    return entries[0]

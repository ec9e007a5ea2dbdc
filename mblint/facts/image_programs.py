"""What programs an image is known not to have (`lacks` of its software file)."""

from __future__ import annotations

from mblint.facts.software import RunningProgram
from mblint.facts.way.heard import is_spoken_of
from mblint.software.running import Lacks
from mblint.software.setting_names import texts


def lacked(one: RunningProgram, name: str) -> Lacks | None:
    """What the software file says of a program that the image lacks; None where it has it, or nobody knows."""
    for entry in one.running.entries(Lacks):
        if name not in texts(entry.only) if entry.only else name in texts(entry.programs):
            return entry
    return None


def may_lack(one: RunningProgram) -> bool:
    """Whether anything is known of what the image lacks. Of somebody's own build of it nothing is."""
    if not one.running.program.has(Lacks):
        return False
    entries = one.running.entries(Lacks)
    return bool(entries) and is_spoken_of(one.running, entries)

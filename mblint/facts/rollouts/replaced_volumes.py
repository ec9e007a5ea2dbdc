"""Claims of workloads whose pods an upgrade replaces, where the new pod wants the volume that the old one holds.

A module of its own, since what tells one state from another is not wanted where one render is read.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from mblint.facts.rollouts.rows import SharedVolume
from mblint.facts.rollouts.volumes import shared_volumes
from mblint.facts.upgrade.changes import changes
from mblint.facts.world import Step


def replaced_over_a_volume(step: Step) -> Iterator[SharedVolume]:
    """A row for each claim of a workload whose pods a step replaces, where a new pod starts beside the old one."""
    templates = ("spec.template.", "spec.template")
    replaced = {
        change.object
        for change in changes(step)
        if change.verdict == "changed" and any(path.startswith(templates) for path in change.paths)
    }
    for row in shared_volumes(step.new):
        if row.object in replaced and row.verdict == "surge":
            yield replace(row, changes=True)

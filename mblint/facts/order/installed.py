"""Whether a step upgrades what an object belongs to: a release that only NEW has is installed, not upgraded."""

from __future__ import annotations

from mblint.cluster.objects import Object
from mblint.cluster.remembered import remembered
from mblint.facts.upgrade.crd_folders import was_installed
from mblint.facts.world import Step, World


def is_upgraded(step: Step, new: Object) -> bool:
    """Whether OLD has the release of an object of NEW already."""
    if new.release is not None:
        return new.release in _releases(step.old)
    return bool(step.old.cluster.everything) and was_installed(step.old, new)


@remembered
def _releases(world: World) -> frozenset[str | None]:
    return frozenset(each.release for each in world.cluster.everything)

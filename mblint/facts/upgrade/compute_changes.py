"""All facts of one upgrade: what only two worlds together can tell."""

from __future__ import annotations

from mblint.facts.rows import Fact
from mblint.facts.upgrade.changes import changes
from mblint.facts.upgrade.pairs import pair_up
from mblint.facts.upgrade.rotations import rotations
from mblint.facts.world import World


def compute_changes(old: World, new: World) -> tuple[Fact, ...]:
    """What becomes of the objects of OLD, and of the passwords that its servers keep, when NEW is applied."""
    pairs = pair_up(old.cluster, new.cluster)
    changed = changes(pairs)
    return (*changed, *rotations(old, new, pairs, changed))

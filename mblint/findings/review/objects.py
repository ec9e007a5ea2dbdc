"""How many objects differ. One that only has a new time or checksum in its name is the same."""

from __future__ import annotations

from mblint.cluster.cluster import Cluster
from mblint.facts.upgrade.api_defaults import defaults_of
from mblint.facts.upgrade.comparable import comparable
from mblint.facts.upgrade.differences import GOES, Difference, differences
from mblint.facts.upgrade.pairs import Pair, pair_up
from mblint.findings.review.rows import Objects


def compared(old: Cluster, new: Cluster) -> Objects:
    """The objects of two renders, each with its own one in the other."""
    pairs = pair_up(old, new)
    return Objects(len(pairs.added), len(pairs.removed), sum(map(_differs, pairs.kept)))


def _differs(pair: Pair) -> bool:
    found = differences(comparable(pair.old), comparable(pair.new), GOES, defaults_of(pair.new.id.kind))
    return any(not _is_the_name(one, pair) for one in found)


def _is_the_name(difference: Difference, pair: Pair) -> bool:
    """True where a text says the new name in place of the old one."""
    before, after = difference.old, difference.new
    if not pair.renamed or not isinstance(before, str) or not isinstance(after, str):
        return False
    return before.replace(pair.old.id.name, pair.new.id.name) == after

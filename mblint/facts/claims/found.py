"""All claims of a view, and of the step between two."""

from __future__ import annotations

from collections.abc import Iterator

from mblint.facts.claims.autoscalers import pods_of_two, scaled_by_the_next, scaled_twice
from mblint.facts.claims.budgets import budgeted_twice
from mblint.facts.claims.releases import owned_twice
from mblint.facts.claims.routes import served_twice
from mblint.facts.claims.rows import Claim
from mblint.facts.claims.secrets import written_twice
from mblint.facts.world import Step, World


def claims(world: World) -> Iterator[Claim]:
    """What two objects of a view claim."""
    yield from scaled_twice(world.cluster)
    yield from pods_of_two(world.cluster)
    yield from served_twice(world.cluster)
    yield from owned_twice(world)
    yield from budgeted_twice(world.cluster)
    yield from written_twice(world.cluster)


def claims_of_step(step: Step) -> Iterator[Claim]:
    """What an object of OLD and one of NEW claim while both are there."""
    yield from scaled_by_the_next(step)

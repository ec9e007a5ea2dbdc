"""Answers that are worked out once for what they are about, and live as long as it: a cluster, a world, a step."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol, TypeVar, cast

About = TypeVar("About", bound="Remembering")
Answer = TypeVar("Answer")

Memory = dict[Callable[..., Any], Any]


class Remembering(Protocol):
    """What keeps the answers that were worked out about it, by the function that works them out."""

    @property
    def memory(self) -> Memory:
        """The answers so far."""


def remembered(work_out: Callable[[About], Answer]) -> Callable[[About], Answer]:
    """The same function, which asks what it is about for the answer first."""

    @wraps(work_out)
    def answer(about: About) -> Answer:
        memory = about.memory
        if work_out not in memory:
            memory[work_out] = work_out(about)
        return cast("Answer", memory[work_out])

    return answer

"""Answers that are worked out once for what they are about, and live as long as it: a cluster, a world, a step."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any, Protocol, TypeVar, cast

About = TypeVar("About", bound="Remembering")
Answer = TypeVar("Answer")
Asked = TypeVar("Asked", bound=Hashable)

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
        known: Answer = memory[work_out]
        return known

    return answer


def remembered_each(work_out: Callable[[About, Asked], Answer]) -> Callable[[About, Asked], Answer]:
    """The same for a function that is asked something of it: an answer is kept for each question."""

    @wraps(work_out)
    def answer(about: About, asked: Asked) -> Answer:
        known = about.memory.get(work_out)
        if known is None:
            known = about.memory[work_out] = {}
        if asked not in known:
            known[asked] = work_out(about, asked)
        return cast("Answer", known[asked])

    return answer

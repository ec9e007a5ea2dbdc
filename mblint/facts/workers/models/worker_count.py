"""How many workers a program starts, in the precedence that its own sources have."""

from __future__ import annotations

import re

from msgspec import Struct

from mblint.facts.workers.models.tables import Count
from mblint.facts.workers.models.told import Told
from mblint.manifests.documents import Place
from mblint.settings.words import Word

NODE_CORES = "node-cores"


class Workers(Struct, frozen=True):
    """The fewest and the most worker processes. `unbounded`: as many as the node has cores, whatever the limit.

    `place`: where the number stands, if a manifest says it.
    """

    min: int
    max: int
    unbounded: bool = False
    place: Place | None = None


def count_workers(count: Count, told: Told, node_cores: int) -> Workers | None:
    """The number of workers; None where it is said in a place that the manifests do not show."""
    for program in (told.program, told.options_in(count.option_variable)):
        if (said := program.option(count.range_options)) is not None:
            return _range(said)
        if (said := program.option(count.options)) is not None and said.plain not in count.unless:
            return _number(said, count, node_cores)
    if told.configured.unknown:
        return None
    if told.configured.workers is not None:
        return Workers(told.configured.workers, told.configured.workers, place=told.configured.place)
    return _by_variable(count, told, node_cores)


def _by_variable(count: Count, told: Told, node_cores: int) -> Workers | None:
    for name in count.range_variables:
        if (said := told.variable(name)) is not None and _says_something(said):
            return _range(said)
    for name in count.variables:
        if (said := told.variable(name)) is not None and _says_something(said) and said.plain not in count.unless:
            return _number(said, count, node_cores)
    if told.unsure:
        return None
    if count.otherwise == NODE_CORES:
        return Workers(node_cores, node_cores, unbounded=True)
    return Workers(int(count.otherwise), int(count.otherwise))


def _says_something(word: Word) -> bool:
    """An empty variable says nothing; one that the manifests do not show may say anything."""
    return word.text is None or bool(word.plain.strip())


def _number(word: Word, count: Count, node_cores: int) -> Workers | None:
    text = word.plain.strip()
    if text and text in count.node_cores_as:
        return Workers(node_cores, node_cores, unbounded=True, place=word.place)
    if not re.fullmatch(r"\d{1,4}", text):
        return None
    return Workers(max(int(text), 1), max(int(text), 1), place=word.place)


def _range(word: Word) -> Workers | None:
    """`MAX,MIN`, in either order; a single number is the most."""
    parts = word.plain.replace(" ", "").split(",")
    if len(parts) > 2 or not all(re.fullmatch(r"\d{1,4}", part) for part in parts):
        return None
    numbers = sorted(int(part) for part in parts)
    fewest = numbers[0] if len(numbers) == 2 else 1
    return Workers(max(fewest, 1), max(numbers[-1], 1), place=word.place)

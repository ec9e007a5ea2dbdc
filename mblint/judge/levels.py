"""Levels as rule files write them."""

from __future__ import annotations

from mblint.judge.errors import WrongValue, suggestion
from mblint.judge.rule import Level
from mblint.manifests.nodes import Node

LEVELS = {str(level): level for level in Level}
OFF = "off"


def read_level(node: Node) -> Level | None:
    """The level; None for `off`, which YAML reads as false."""
    if node.value in (False, OFF):
        return None
    if not isinstance(node.value, str) or node.value not in LEVELS:
        raise WrongValue(node.place, f"no level: {suggestion(str(node.value), (*LEVELS, OFF))}")
    return LEVELS[node.value]

"""Which keys a mapping of a rule file may and must have."""

from __future__ import annotations

from collections.abc import Sequence

from mblint.judge.errors import WrongKey, WrongValue, suggestion
from mblint.manifests.nodes import Node


def check_keys(node: Node, allowed: Sequence[str], required: Sequence[str] = ()) -> None:
    """Raises WrongKey for a key that is not allowed, WrongValue where a required one is missing or null."""
    for key, element in node.entries():
        if key not in allowed:
            raise WrongKey(element.place, f"unknown key {key}: {suggestion(key, allowed)}")
    for key in required:
        if node.get(key).absent:
            raise WrongValue(node.place, f"{key} is missing")

"""What a reader meets in a plugin's policy and the engine has no words for."""

from __future__ import annotations

from collections.abc import Collection

from mblint.manifests.documents import KeyPath
from mblint.manifests.nodes import Node


class NotModelled(Exception):
    """Something in a policy is not modelled. `field` says what, as a path below the spec."""

    def __init__(self, node: Node, what: str = "") -> None:
        self.field = " ".join(part for part in (field_name(node.path), what) if part)
        super().__init__(self.field)


def field_name(path: KeyPath) -> str:
    """`egress[0].toServices`: a path without the spec that it begins with."""
    start = 1 + max((place for place, key in enumerate(path) if key == "spec"), default=-1)
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path[start:]).removeprefix(".")


def known_fields(node: Node, known: Collection[str]) -> None:
    """Raises NotModelled for a field that is set and not among the known ones."""
    for key, value in node.entries():
        if key not in known and not value.absent:
            raise NotModelled(value)

"""ConfigMaps called crown, and what they are made of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from mblint.facts.rows import Fact
from mblint.facts.world import World


class Crown(Fact, frozen=True, kw_only=True):
    """A crown."""

    about: ClassVar[str] = "toy"
    reported: ClassVar[tuple[str, ...]] = ("material",)

    material: str


def crowns(world: World) -> Iterator[Crown]:
    """The crowns of a view."""
    for config_map in world.cluster.config_maps.values():
        if config_map.id.name == "crown":
            material = config_map.entries["material"].text
            yield Crown(object=config_map.id, place=config_map.place, linted=config_map.linted, material=str(material))

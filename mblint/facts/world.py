"""Everything that facts are derived from."""

from __future__ import annotations

from msgspec import Struct, field

from mblint.cluster.cluster import Cluster
from mblint.cluster.engine.engine import PolicyEngine
from mblint.cluster.remembered import Memory
from mblint.config import Config
from mblint.settings.rows import Setting
from mblint.software.programs import Programs


class World(Struct, frozen=True, eq=False):
    """One run's input: the objects, what each container is told, who may talk to whom, and the configuration."""

    cluster: Cluster
    settings: tuple[Setting, ...]
    engine: PolicyEngine
    config: Config
    programs: Programs  # what is known of the software in images
    memory: Memory = field(default_factory=dict)  # what was worked out about it: see `mblint.cluster.remembered`


class Step(Struct, frozen=True, eq=False):
    """Two runs' inputs: what is running, and what is about to be applied."""

    old: World
    new: World
    memory: Memory = field(default_factory=dict)

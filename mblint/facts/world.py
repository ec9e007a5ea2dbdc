"""Everything that facts are derived from."""

from __future__ import annotations

from dataclasses import dataclass

from mblint.cluster.cluster import Cluster
from mblint.cluster.engine import PolicyEngine
from mblint.config import Config
from mblint.settings.rows import Setting


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """One run's input: the objects, what each container is told, who may talk to whom, and the configuration."""

    cluster: Cluster
    settings: tuple[Setting, ...]
    engine: PolicyEngine
    config: Config

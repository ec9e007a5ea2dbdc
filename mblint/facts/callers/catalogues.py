"""Files that list the addresses of a whole platform, and are given to all of it alike.

Each program looks up in it what it calls, and often where it listens itself. That an address stands there does not say
that all of them call it: entries of what was taken out, or of what only others call, stay in. What shows such a file is
that several of the workloads that it is given to find a Service of their own in it.
"""

from __future__ import annotations

from collections import defaultdict

from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import reveal
from mblint.cluster.services import services_of
from mblint.facts.told import told_containers
from mblint.facts.world import World
from mblint.regex import regex
from mblint.settings.names import Origin
from mblint.settings.rows import Setting

_SEVERAL = 3
_HOST = regex(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")


def in_catalogue(world: World, setting: Setting) -> bool:
    """Whether a setting is an entry of such a file."""
    return setting.origin is Origin.FILE and setting.file in _catalogues(world)


@remembered
def _catalogues(world: World) -> frozenset[str]:
    """The paths of such files."""
    found: defaultdict[str, set[int]] = defaultdict(set)  # by path: the workloads that find themselves in it
    for told in told_containers(world):
        own = {service.id.name for service in services_of(world.cluster, told.workload)}
        for setting in told.settings if own else ():
            if setting.origin is Origin.FILE and setting.file is not None and setting.value is not None:
                text = reveal(setting.value)
                if any(name in text for name in own) and not own.isdisjoint(_HOST.findall(text)):
                    found[setting.file].add(id(told.workload))
    return frozenset(path for path, workloads in found.items() if len(workloads) >= _SEVERAL)

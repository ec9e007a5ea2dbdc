"""Hosts of addresses that are names of Services, which pods can look up and browsers cannot."""

from __future__ import annotations

from mblint.cluster.remembered import remembered
from mblint.cluster.services import services_of
from mblint.facts.world import World
from mblint.settings.role_table import words_of
from mblint.settings.rows import Setting
from mblint.settings.tables import load_words


def is_a_service(world: World, setting: Setting, host: str) -> bool:
    """Whether a host is a Service's name, in a setting that is not called after what servers ask of each other."""
    if not load_words("own-addresses", "between-servers").isdisjoint(words_of(setting.key)):
        return False
    return _named(setting, host) in world.cluster.services


def is_own_service(world: World, setting: Setting, host: str) -> bool:
    """Whether a host is the name of a Service that leads to the very workload that is told it."""
    named = _named(setting, host)
    return any((one.id.namespace, one.id.name) == named for one in services_of(world.cluster, setting.workload))


def _named(setting: Setting, host: str) -> tuple[str, str] | None:
    """The namespace and the name of the Service that a pod looks up by a host; None for a name of another form."""
    name, _, rest = host.partition(".")
    namespace, _, more = rest.partition(".")
    if more and more.partition(".")[0] != "svc":
        return None
    return namespace or setting.workload.id.namespace, name


def is_of_a_service(world: World, host: str) -> bool:
    """Whether a host is the name of a Service with its namespace: one of the two is in the view."""
    labels = host.split(".")
    return "svc" in labels or (len(labels) == 2 and not _in_the_cluster(world).isdisjoint(labels))


@remembered
def _in_the_cluster(world: World) -> frozenset[str]:
    """The names of all Services and namespaces of the view."""
    names = {name for key in world.cluster.services for name in key}
    return frozenset(names | {each.id.namespace for each in world.cluster.everything})

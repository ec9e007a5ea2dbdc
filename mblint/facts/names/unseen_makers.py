"""Init containers that prepare a database, by their names, and of whose settings nothing is in the view."""

from __future__ import annotations

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Container, ContainerRole, EnvFrom, Workload
from mblint.facts.credentials.references import held_by
from mblint.facts.world import World
from mblint.regex import regex

_PREPARES = regex(
    r"(?i)\b(?:(?:init|create|setup|bootstrap|prepare)-?(?:db|database|postgres)"
    r"|(?:postgres|db|database)-?(?:init|create|setup|bootstrap)(?:db)?)\b"
)


def unseen_before(world: World, workload: Workload) -> Container | None:
    """An init container called after what it does with databases, of a Secret as settings that is not here."""
    for container in workload.pod.containers:
        told = (container.name, (container.image or "").rpartition("/")[2], *(word.text for word in container.words))
        prepares = container.role is ContainerRole.INIT and any(_PREPARES.search(text) for text in told)
        if prepares and any(_is_unseen(world.cluster, workload, source) for source in container.env_from):
            return container
    return None


def _is_unseen(cluster: Cluster, workload: Workload, source: EnvFrom) -> bool:
    held = held_by(cluster, (source.kind, workload.id.namespace, source.name))
    return held is None or cluster.is_unread(held.id)

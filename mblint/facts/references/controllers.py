"""The namespace in which a controller looks for what objects of the whole cluster name: its own.

Such objects have no namespace that could be meant. Where the view does not have the controller, or it is told of
another namespace, or runs in several, nothing is judged.
"""

from __future__ import annotations

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Container
from mblint.cluster.secrets import reveal
from mblint.facts.references.table import Controller
from mblint.software.images import is_among, reference

_OWN = ("$(POD_NAMESPACE)", "${POD_NAMESPACE}")


def namespace_of(cluster: Cluster, controller: Controller) -> str | None:
    """The one namespace that a controller looks in."""
    found: set[str] = set()
    for workload in cluster.workloads:
        for container in workload.pod.containers:
            if container.image is not None and is_among(reference(container.image), controller.images):
                if any(_is_told(container, key) for key in controller.moved_by):
                    return None
                found.add(workload.id.namespace)
    return found.pop() if len(found) == 1 else None


def _is_told(container: Container, key: str) -> bool:
    """Whether a variable or an argument names another namespace."""
    if any(variable.name == key for variable in container.env):
        return True
    words = [reveal(word.text) for word in container.words]
    return any(word.startswith(key) and not word.endswith(_OWN) for word in words)

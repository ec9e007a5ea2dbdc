"""What the API server refuses of an object although all of it can be read: each value at fault, and why.

Only what no cluster takes is said here: admission, quotas and webhooks know more. Custom resources are their own
projects' affair, but for their labels.
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.flaws.containers import container_flaws
from mblint.cluster.flaws.metadata import metadata_flaws
from mblint.cluster.flaws.other_kinds import other_flaws
from mblint.cluster.flaws.pods import pod_flaws
from mblint.cluster.flaws.requirements import requirement_flaws
from mblint.cluster.flaws.services import service_flaws
from mblint.cluster.flaws.storage import storage_flaws
from mblint.cluster.flaws.stored import stored_flaws
from mblint.cluster.flaws.workloads import workload_flaws
from mblint.cluster.objects import ConfigMap, Object, Secret, Service, Workload
from mblint.cluster.read_pods import template_node
from mblint.manifests.nodes import WrongType


def flaws(obj: Object) -> Iterator[WrongType]:
    """Those of one object of which all could be read."""
    yield from metadata_flaws(obj)
    yield from other_flaws(obj)
    yield from requirement_flaws(obj)
    yield from storage_flaws(obj)
    if isinstance(obj, Workload):
        yield from container_flaws(template_node(obj.id.kind, obj.node).get("spec"))
        yield from pod_flaws(obj)
        yield from workload_flaws(obj)
    elif isinstance(obj, Service):
        yield from service_flaws(obj)
    elif isinstance(obj, ConfigMap | Secret):
        yield from stored_flaws(obj)

"""A reference to a key, or an object, that is misspelt: the name that it can only mean."""

from __future__ import annotations

from collections.abc import Collection

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import ConfigMap, Secret, Workload
from mblint.facts.edits.slips import differ_by_a_slip
from mblint.manifests.documents import Place
from mblint.remedies.edits import Edit
from mblint.remedies.rendered import owner, put


def meant_key(cluster: Cluster, workload: Workload, place: Place, key: str, keys: Collection[str]) -> tuple[Edit, ...]:
    """The one key of the object that differs by a slip of the hand."""
    near = [other for other in keys if differ_by_a_slip(key, other)]
    return _put(cluster, workload, place, ("key",), near[0]) if len(near) == 1 else ()


def meant_object(cluster: Cluster, workload: Workload, place: Place, held: ConfigMap | Secret) -> tuple[Edit, ...]:
    """The object that was shown to be the one meant."""
    return _put(cluster, workload, place, ("name", "secretName"), held.id.name)


def _put(cluster: Cluster, workload: Workload, place: Place, keys: tuple[str, ...], value: str) -> tuple[Edit, ...]:
    written = place.value
    key = next((key for key in keys if isinstance(written, dict) and isinstance(written.get(key), str)), None)
    return (put(workload, place, key, value),) if key is not None and owner(cluster, place) is workload else ()

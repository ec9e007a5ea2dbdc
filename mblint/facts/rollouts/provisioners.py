"""What makes the volume of a claim (`rules/tables/provisioners.yaml`).

Which class a name stands for, a StorageClass of the view says; without one, the name that clusters have from the start
is a guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from msgspec import Struct, convert

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Object
from mblint.cluster.pod_fields import Claim
from mblint.cluster.remembered import remembered
from mblint.manifests.partial import read_parts
from mblint.shipped import read_table

_DEFAULT = "storageclass.kubernetes.io/is-default-class"
_FILE_SYSTEM = ("csi.storage.k8s.io/fstype", "fsType", "fstype")


class Provisioner(Struct, frozen=True):
    """What makes volumes. `makes`: their file system, where their class says nothing; empty: nobody looked."""

    provisioner: str
    name: str
    source: str
    refuses: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    makes: str = ""


class Storage(Struct, frozen=True):
    """A claim's class and what makes its volumes. `is_seen`: a StorageClass of the view says so."""

    class_name: str
    made_by: Provisioner
    file_system: str
    is_seen: bool


class _Table(Struct, frozen=True):
    provisioners: tuple[Provisioner, ...]
    folders: tuple[str, ...]


class _Class(Struct, frozen=True):
    name: str
    provisioner: str
    file_system: str | None


@cache
def _table() -> _Table:
    return convert(read_table("tables/provisioners.yaml"), _Table)


def is_a_folder(asked: Claim) -> bool:
    """Whether the name of a claim's class says that its volume is a folder of something larger, as those of NFS are."""
    return asked.class_name is not None and any(word in asked.class_name.lower() for word in _table().folders)


def storage_of(cluster: Cluster, asked: Claim) -> Storage | None:
    """What makes a claim's volume; None where its class is not known, or what stands behind it."""
    seen = _classes(cluster)
    default = seen.get("")
    name = asked.class_name if asked.class_name is not None else None if default is None else default.name
    if not name:
        return None
    held = seen.get(name)
    if held is not None:
        row = next((row for row in _table().provisioners if row.provisioner == held.provisioner), None)
        said = held.file_system
    else:
        row, said = next((row for row in _table().provisioners if name in row.classes), None), None
    return None if row is None else Storage(name, row, said or row.makes, is_seen=held is not None)


@remembered
def _classes(cluster: Cluster) -> Mapping[str, _Class]:
    """The StorageClasses in the view by their names; under "" the default one."""
    found: dict[str, _Class] = {}
    for held in cluster.of_kind("StorageClass", "storage.k8s.io"):
        found[held.id.name] = _read(held)
        if held.annotations.get(_DEFAULT) == "true":
            found[""] = found[held.id.name]
    return found


def _read(held: Object) -> _Class:
    provisioner, _ = read_parts(held.node, lambda node: node.get("provisioner").text())
    said = (held.place.at("parameters", key).value for key in _FILE_SYSTEM)
    return _Class(held.id.name, provisioner or "", next((text for text in said if isinstance(text, str)), None))

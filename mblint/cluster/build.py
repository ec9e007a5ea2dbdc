"""Documents to one view of the cluster: objects typed by kind, each once, each in its namespace."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from msgspec import Struct, field

from mblint.cluster.cluster import Cluster
from mblint.cluster.copies import with_copies
from mblint.cluster.fields import UnknownField, beside_table
from mblint.cluster.flaws.containers import container_flaws
from mblint.cluster.flaws.flaws import flaws as object_flaws
from mblint.cluster.headers import Header, is_part, read_headers
from mblint.cluster.helm_hooks import makes_way
from mblint.cluster.kinds import family_of, row_of
from mblint.cluster.objects import (
    NAMESPACE_NAME,
    ConfigMap,
    InvalidObject,
    Namespace,
    Object,
    ObjectId,
    Other,
    PluginObject,
    Route,
    Secret,
    Service,
    Unread,
    Workload,
)
from mblint.cluster.policies.cilium.elsewhere import dns_elsewhere
from mblint.cluster.policies.cilium.enforcement import enforced
from mblint.cluster.policies.objects import AdminPolicy, NetworkPolicy, PluginPolicy, UnmodelledPolicy
from mblint.cluster.policies.plugin_policy import read_plugin_policies
from mblint.cluster.policies.references import references
from mblint.cluster.read_pods import template_node
from mblint.cluster.readers import READERS
from mblint.cluster.release_namespaces import ReleaseNamespaces
from mblint.cluster.unread import without_unread
from mblint.manifests.documents import Document, KeyPath, Place
from mblint.manifests.nodes import Node, WrongType
from mblint.manifests.partial import is_within, read_parts


def build_cluster(
    documents: Iterable[Document], namespace: str | None = None, domain: str = "cluster.local"
) -> Cluster:
    """One view of all documents.

    `namespace` is that of objects that name none; without it, their Helm release's, else "default". Of two objects
    with one id the last wins, as with `kubectl apply`, but a linted one over one of the context. Objects that are not
    what their kind requires are listed in `invalid`, and are there with what could be read of them; nothing is raised.
    """
    read = read_headers(documents)
    releases = ReleaseNamespaces(read.headers)
    kept = _Kept(list(read.invalid))
    for header in read.headers:
        own = header.namespace or namespace or releases.of(header) or "default"
        kept.take(header, header.as_object(own))
    return _cluster(kept, (*read.skipped, *kept.parts), domain)


class _Kept(Struct):
    """What is kept so far: typed objects by group and id, those left out, and who manages whom."""

    invalid: list[InvalidObject]
    objects: dict[tuple[str, ObjectId], Object] = field(default_factory=dict)
    controllers: dict[ObjectId, ObjectId] = field(default_factory=dict)
    unread: dict[ObjectId, tuple[KeyPath, ...]] = field(default_factory=dict)
    replaced: list[tuple[Place, Place]] = field(default_factory=list)
    unknown_fields: list[tuple[ObjectId, UnknownField]] = field(default_factory=list)
    parts: list[Place] = field(default_factory=list)

    def take(self, header: Header, base: Object) -> None:
        key = (family_of(base.api_version, base.id.kind), base.id)
        earlier = self.objects.get(key)
        if earlier is not None and ((earlier.linted and not base.linted) or makes_way(base, earlier)):
            return
        if earlier is not None and earlier.linted == base.linted:
            self.replaced.append((earlier.place, base.place))
        typed, partial = read_parts(header.node, lambda node: _typed(base, node))
        start = len(header.node.path)
        hidden = tuple(dict.fromkeys(path[start:] for path in (*header.partial.hidden, *partial.hidden)))
        flaws = {flaw.place.path: flaw for flaw in (*header.partial.flaws, *partial.flaws)}
        if is_part(base) and _lacks_something(typed, flaws.values()):
            self.parts.append(base.place)
            return
        self._refuse(base, flaws.values(), left_out=True)
        if flaws:
            typed = without_unread(base, typed, hidden, next(iter(flaws.values())))
        if header.mistake is not None:
            self._refuse(base, (header.mistake,), left_out=False)
        if typed is not None and base.linted:
            self._refuse(base, _readable_flaws(typed, wholly=not flaws), left_out=False)
        if base.linted:
            self._compare(base, flaws)
        self.objects.pop(key, None)  # so that it stands where it was last read
        self.objects[key] = typed or Unread(*base.header)
        self.unread.pop(base.id, None)
        if hidden:
            self.unread[base.id] = hidden
        if header.controller is not None:
            self.controllers[base.id] = ObjectId(base.id.namespace, *header.controller)

    def _compare(self, base: Object, told: Collection[KeyPath]) -> None:
        """What is not as the table of fields says; `told`: the paths of what a reader has refused already."""
        beside = beside_table(base)
        untold = (flaw for flaw in beside.wrong if not any(is_within(flaw.place.path, path) for path in told))
        self._refuse(base, untold, left_out=False)
        self.unknown_fields.extend((base.id, unknown) for unknown in beside.unknown)

    def _refuse(self, base: Object, flaws: Iterable[WrongType], *, left_out: bool) -> None:
        for wrong in flaws:
            self.invalid.append(
                InvalidObject(
                    base.id,
                    base.api_version,
                    wrong.message,
                    wrong.place,
                    base.place,
                    left_out=left_out,
                    refused=wrong.refused,
                )
            )


def _lacks_something(typed: Object | None, flaws: Iterable[WrongType]) -> bool:
    every = (*flaws, *(_readable_flaws(typed, wholly=True) if typed is not None else ()))
    return any(flaw.message.endswith("is required") for flaw in every)


def _readable_flaws(obj: Object, *, wholly: bool) -> list[WrongType]:
    """What the API server refuses of it although it can be read; of what is read in part, only what it lacks."""
    found: list[WrongType] = []
    try:
        if wholly:
            found.extend(object_flaws(obj))
        elif isinstance(obj, Workload):
            found.extend(container_flaws(template_node(obj.id.kind, obj.node).get("spec")))
    except WrongType:  # that cannot be read, and is told already
        pass
    return found


def _typed(base: Object, node: Node) -> Object:
    row = row_of(base.api_version, base.id.kind)
    if row.unmodelled is not None:
        return PluginObject(*base.header)
    return (READERS[row.reader](base, node) if row.reader is not None else None) or Other(*base.header)


def _cluster(kept: _Kept, no_objects: tuple[Place, ...], domain: str) -> Cluster:
    objects = list(kept.objects.values())
    namespaces = _namespaces(objects)
    plugin_objects = (obj for obj in objects if isinstance(obj, PluginObject))
    of_plugins = tuple(read_plugin_policies(plugin_objects, references(objects, namespaces)))
    of_plugins = (*of_plugins, *dns_elsewhere(objects))
    judged = (*objects, *of_plugins) if enforced(objects) else ()
    return Cluster(
        workloads=tuple(_unmanaged(kept)),
        services={(obj.id.namespace, obj.id.name): obj for obj in objects if isinstance(obj, Service)},
        config_maps=with_copies(
            {(obj.id.namespace, obj.id.name): obj for obj in objects if isinstance(obj, ConfigMap)}, namespaces
        ),
        secrets=with_copies(
            {(obj.id.namespace, obj.id.name): obj for obj in objects if isinstance(obj, Secret)}, namespaces
        ),
        routes=tuple(obj for obj in objects if isinstance(obj, Route)),
        namespaces=namespaces,
        policies=tuple(one for one in judged if isinstance(one, NetworkPolicy)),
        others=tuple(obj for obj in objects if isinstance(obj, Other)),
        invalid=(*kept.invalid, *_refused(of_plugins)),
        objects={obj.id: obj for obj in sorted(objects, key=lambda obj: not isinstance(obj, Other))},
        everything=tuple(objects),
        no_objects=no_objects,
        replaced=tuple(kept.replaced),
        unknown_fields=tuple(kept.unknown_fields),
        domain=domain,
        admin_policies=tuple(one for one in judged if isinstance(one, AdminPolicy)),
        plugin_policies=tuple(one for one in judged if isinstance(one, PluginPolicy)),
        unmodelled_policies=tuple(one for one in judged if isinstance(one, UnmodelledPolicy)),
        unread=kept.unread,
    )


def _refused(policies: Iterable[PluginPolicy | UnmodelledPolicy]) -> Iterator[InvalidObject]:
    """Policies of plugins are read when all objects are known, and only then found to be none."""
    for one in policies:
        if isinstance(one, UnmodelledPolicy) and one.refusal is not None:
            yield InvalidObject(one.id, one.api_version, one.refusal.message, one.refusal.place, one.place)


def _unmanaged(kept: _Kept) -> Iterator[Workload]:
    """Workloads that no other workload of the view manages, as `kubectl get` lists a Deployment's pods beside it."""
    workloads = {obj.id: obj for obj in kept.objects.values() if isinstance(obj, Workload)}
    for workload in workloads.values():
        controller = kept.controllers.get(workload.id)
        if controller is None or not (controller in workloads or _deployment_of(controller, workload) in workloads):
            yield workload


def _deployment_of(controller: ObjectId, workload: Workload) -> ObjectId | None:
    """The Deployment whose ReplicaSet manages a pod; the ReplicaSet is named after it and its template's hash."""
    template_hash = workload.labels.get("pod-template-hash")
    if controller.kind != "ReplicaSet" or not template_hash:
        return None
    return ObjectId(controller.namespace, "Deployment", controller.name.removesuffix(f"-{template_hash}"))


def _namespaces(objects: Iterable[Object]) -> dict[str, Namespace]:
    """Every namespace that an object is in, whether it is in the view itself or only named."""
    found: dict[str, Namespace] = {}
    for obj in objects:
        if isinstance(obj, Namespace):
            found[obj.id.name] = obj
    for obj in objects:
        name = obj.id.namespace
        if name and name not in found:
            own = ObjectId("", "Namespace", name)
            found[name] = Namespace(own, "v1", obj.place, {NAMESPACE_NAME: name}, {}, obj.linted)
    return found

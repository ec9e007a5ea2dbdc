"""From documents to the objects in them: lists opened, metadata read, namespaces settled. Kinds come later."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from mblint.cluster.flaws.forms import ENCRYPTED
from mblint.cluster.flaws.kinds import meant
from mblint.cluster.kinds import group_of, is_cluster_scoped, is_custom, is_listed
from mblint.cluster.objects import InvalidObject, Object, ObjectId
from mblint.manifests.documents import Document, Place, Value
from mblint.manifests.nodes import Node, WrongType
from mblint.manifests.partial import Partial, read_parts


class Header(Struct, frozen=True):
    """An object's own metadata, as written. `namespace` None: it names none."""

    node: Node
    api_version: str
    kind: str
    name: str
    namespace: str | None
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    controller: tuple[str, str] | None  # kind and name of the owner that manages it
    generated: bool  # its name is made by the API server
    partial: Partial = Partial()  # what of its metadata cannot be read
    mistake: WrongType | None = None  # its kind is written wrong, and read as the one that is meant

    @property
    def cluster_scoped(self) -> bool:
        """True where it is in no namespace."""
        return is_cluster_scoped(self.api_version, self.kind)

    def as_object(self, namespace: str) -> Object:
        """The object without what only its kind has."""
        return Object(
            id=ObjectId("" if self.cluster_scoped else namespace, self.kind, self.name),
            api_version=self.api_version,
            place=self.node.place,
            labels=self.labels,
            annotations=self.annotations,
            linted=self.node.document.linted,
        )


class Headers(Struct, frozen=True):
    """Everything that was read, before kinds are looked at."""

    headers: tuple[Header, ...]
    invalid: tuple[InvalidObject, ...]
    skipped: tuple[Place, ...]  # documents, or items of lists, that are no Kubernetes object


def read_headers(documents: Iterable[Document]) -> Headers:
    """The metadata of every object, in order. What is no Kubernetes object is counted; what is a broken one, told."""
    headers: list[Header] = []
    invalid: list[InvalidObject] = []
    skipped: list[Place] = []
    for document in documents:
        for node, api_version, kind in _opened(Node(document, (), document.value), "", ""):
            if not kind or not api_version:
                lacking = _without_version(node, kind) if not api_version else None
                if lacking is not None:
                    invalid.append(lacking)
                else:
                    skipped.append(node.place)
                continue
            if is_sealed(node.value):
                skipped.append(node.place)
                continue
            if _may_be_of_a_tool(api_version) and node.get("metadata").absent:
                skipped.append(node.place)  # a tool's configuration: kind, kubelet, kubeadm, kustomize
                continue
            real = meant(api_version, kind)
            mistake = None
            if real is not None:
                mistake = WrongType(
                    node.place.at("kind" if real[0] == api_version else "apiVersion"),
                    f"no cluster has the kind {kind} of {api_version}: {real[1]} of {real[0]} is meant",
                )
                api_version, kind = real  # noqa: PLW2901  read as what it is meant to be
            header, left = read_parts(node, partial(_header, api_version=api_version, kind=kind, number=len(headers)))
            if header is not None:
                if left.flaws or mistake is not None:
                    header = replace(header, node=node, partial=left, mistake=mistake)
                headers.append(header)
                continue
            object_id, wrong = ObjectId("", kind, _name_if_any(node)), left.flaws[0]
            invalid.append(InvalidObject(object_id, api_version, wrong.message, wrong.place, node.place))
    return Headers(tuple(headers), tuple(invalid), tuple(skipped))


def _may_be_of_a_tool(api_version: str) -> bool:
    """True for groups that no cluster serves by itself; Kubernetes' own tools have such: `kubelet.config.k8s.io`."""
    group = group_of(api_version)
    return is_custom(api_version) or ("." in group and not is_listed(group))


def is_sealed(value: Value) -> bool:
    """A document of which SOPS has encrypted what it is or how it is called: nobody knows which object it will be."""
    if not isinstance(value, dict) or "sops" not in value:
        return False
    metadata = value.get("metadata")
    names = (metadata.get("name"), metadata.get("namespace")) if isinstance(metadata, dict) else ()
    said = (value.get("apiVersion"), value.get("kind"), *names)
    return any(isinstance(one, str) and one.startswith(ENCRYPTED) for one in said)


def is_part(obj: Object) -> bool:
    """Whether these may be some fields of an object that something else makes: set by server-side apply,
    of Argo CD that asks nobody if they are a whole one, or of Flux that is told how.

    Sources: https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/#server-side-apply;
    https://fluxcd.io/flux/components/kustomize/kustomizations/#controlling-the-apply-behavior-of-resources
    """
    options = {one.strip() for one in obj.annotations.get("argocd.argoproj.io/sync-options", "").split(",")}
    of_flux = obj.annotations.get("kustomize.toolkit.fluxcd.io/ssa", "")
    return {"ServerSideApply=true", "Validate=false"} <= options or of_flux.lower() in ("merge", "override")


def _opened(node: Node, api_version: str, kind: str) -> Iterator[tuple[Node, str, str]]:
    """Lists to their items. An item without apiVersion and kind has those that the list's own imply."""
    value = node.value
    if not isinstance(value, dict):
        if value is not None:
            yield node, "", ""
        return
    own_version, own_kind = value.get("apiVersion"), value.get("kind")
    api_version = own_version if isinstance(own_version, str) else api_version
    kind = own_kind if isinstance(own_kind, str) else kind
    items = value.get("items")
    if not kind.endswith("List") or not (isinstance(items, list) or items is None):
        yield node, api_version, kind
        return
    for index, _ in enumerate(items or ()):
        item = Node(node.document, (*node.path, "items", index), (items or [])[index])
        yield from _opened(item, api_version, kind.removesuffix("List"))


def _header(node: Node, api_version: str, kind: str, number: int) -> Header:
    metadata = node.get("metadata")
    prefix = metadata.get("generateName").text()
    written = metadata.get("name").text()
    if not written and not prefix:
        raise WrongType(metadata.place if not metadata.absent else node.place, "metadata.name is required")
    if metadata.get("namespace").unread:
        raise WrongType(node.place, "nobody knows which namespace it is in")
    return Header(
        node=node,
        api_version=api_version,
        kind=kind,
        name=written or f"{prefix}{number}",
        namespace=metadata.get("namespace").text() or None,
        labels=metadata.get("labels").text_map(),
        annotations=metadata.get("annotations").text_map(),
        controller=_controller(metadata),
        generated=not written,
    )


def _without_version(node: Node, kind: str) -> InvalidObject | None:
    """An object that lacks only its apiVersion; None for what is no object at all."""
    value = node.value
    if not isinstance(value, dict) or not (kind or isinstance(value.get("metadata"), dict)):
        return None
    identity = ObjectId("", kind or "object", _name_if_any(node))
    return InvalidObject(identity, "", "apiVersion is required", node.place, node.place)


def _name_if_any(node: Node) -> str:
    metadata = node.value.get("metadata") if isinstance(node.value, dict) else None
    name = metadata.get("name") if isinstance(metadata, dict) else None
    return name if isinstance(name, str) else ""


def _controller(metadata: Node) -> tuple[str, str] | None:
    for owner in metadata.get("ownerReferences").items():
        if owner.get("controller").boolean():
            return owner.get("kind").text() or "", owner.get("name").text() or ""
    return None

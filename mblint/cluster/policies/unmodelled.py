"""What a reader meets in a plugin's policy and the engine has no words for, and whose pods that leaves unknown."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from mblint.cluster.kinds import Unmodelled, is_cluster_scoped, texts_at
from mblint.cluster.objects import NAMESPACE_NAME, Object
from mblint.cluster.policies.labels import read_selector
from mblint.cluster.policies.objects import Direction, PodsOf, Refusal, Selector, UnmodelledPolicy
from mblint.manifests.documents import KeyPath
from mblint.manifests.nodes import Node, WrongType


class NotModelled(Exception):
    """Something in a policy is not modelled. `field` says what, as a path below the spec."""

    def __init__(self, node: Node, what: str = "") -> None:
        self.field = " ".join(part for part in (field_name(node.path), what) if part)


def field_name(path: KeyPath) -> str:
    """`egress[0].toServices`: a path without the spec that it begins with, but with the one of several (`specs[1]`)."""
    below = path[1:] if path[:1] == ("spec",) else path
    steps = (f"[{key}]" if isinstance(key, int) else f".{key}" for key in below)
    return "".join(steps).removeprefix(".") or "spec"


def known_fields(node: Node, known: Collection[str]) -> None:
    """Raises NotModelled for a field that is set and not among the known ones."""
    for key, value in node.entries():
        if key not in known and not value.absent:
            raise NotModelled(value)


def own_namespace(base: Object) -> str | None:
    """The namespace that a policy is about; None: all of them."""
    return None if is_cluster_scoped(base.api_version, base.id.kind) else base.id.namespace


def all_pods(namespace: str | None) -> PodsOf:
    """Every pod of a namespace; None: of all of them."""
    return PodsOf(Selector({} if namespace is None else {NAMESPACE_NAME: namespace}, ()), None)


def unmodelled(
    base: Object, subjects: tuple[PodsOf, ...], directions: Iterable[Direction], error: NotModelled
) -> UnmodelledPolicy:
    """What becomes of a policy that a reader gave up on: of these pods it is unknown, in these directions."""
    return UnmodelledPolicy(*base.header, subjects=subjects, directions=frozenset(directions), field=error.field)


def refused(base: Object, subjects: tuple[PodsOf, ...], wrong: WrongType) -> UnmodelledPolicy:
    """A policy that the API server or the plugin refuses. Nobody knows what is in force in its place."""
    refusal = Refusal(wrong.message, wrong.place)
    return UnmodelledPolicy(
        *base.header,
        subjects=subjects,
        directions=frozenset(Direction),
        field=field_name(wrong.place.path),
        refusal=refusal,
    )


def unmodelled_kind(one: Object, row: Unmodelled) -> Iterator[UnmodelledPolicy]:
    """A policy of a kind that is not modelled, by whom the table says that it may concern."""
    if row.when is not None and row.when.is_ not in texts_at(one.place.value, row.when.at):
        return
    everywhere = one.id.namespace == row.root
    subjects = all_pods(None if everywhere else own_namespace(one))
    pods = PodsOf(subjects.namespaces, _selector(one.node, row))
    directions = frozenset(map(Direction, row.directions))
    yield UnmodelledPolicy(*one.header, subjects=(pods,), directions=directions)


def _selector(node: Node, row: Unmodelled) -> Selector | None:
    """The pods that it selects; None where it selects all, or says so in a way that cannot be read."""
    path = row.pods or row.labels
    if path is None:
        return None
    try:
        for step in path.split("."):
            node = node.get(step)
        return read_selector(node) if row.pods else Selector(node.text_map(), ())
    except WrongType:
        return None

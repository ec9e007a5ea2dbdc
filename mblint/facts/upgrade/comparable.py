"""Objects as trees to compare: what they say, with the values of Secrets decoded, and no status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mblint.cluster.objects import Object, Secret
from mblint.facts.upgrade.differences import Tree
from mblint.manifests.documents import Value
from mblint.manifests.read import read_text

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_METADATA = ("labels", "annotations")  # the rest names the object, or is the API server's
_BOOKKEEPING = (LAST_APPLIED, "deployment.kubernetes.io/revision", "meta.helm.sh/release-name")


def is_live(obj: Object) -> bool:
    """True for what comes from an API server."""
    metadata = obj.place.at("metadata")
    return any(metadata.at(key).value is not None for key in ("uid", "resourceVersion", "managedFields"))


def comparable(obj: Object) -> Mapping[str, Tree]:
    """What the object says. Its place's path leads to the same values, but for those of a Secret."""
    value = obj.place.value
    assert isinstance(value, dict)
    metadata = value.get("metadata")
    kept = {key: metadata.get(key) for key in _METADATA} if isinstance(metadata, dict) else {}
    tree: dict[str, Tree] = {**value, "metadata": {key: _without_bookkeeping(of) for key, of in kept.items()}}
    tree.pop("status", None)
    if isinstance(obj, Secret):
        tree.pop("stringData", None)
        tree["data"] = {
            key: entry.text if entry.text is not None else entry.place.value for key, entry in obj.entries.items()
        }
    return tree


def last_applied(obj: Object) -> Tree:
    """The manifest that `kubectl apply` noted on a live object; None where it noted none."""
    applied = obj.annotations.get(LAST_APPLIED)
    documents = read_text(applied).documents if applied else ()
    return documents[0].value if documents else None


def value_at(tree: Tree, keys: Sequence[str]) -> Tree:
    """The value that keys lead to; a number is an element of a list. None where nothing is."""
    for key in keys:
        if isinstance(tree, Mapping):
            tree = tree.get(key)
        elif isinstance(tree, Sequence) and not isinstance(tree, str) and key.isdigit() and int(key) < len(tree):
            tree = tree[int(key)]
        else:
            return None
    return tree


def _without_bookkeeping(annotations: Value) -> Tree:
    if not isinstance(annotations, dict):
        return None
    return {key: value for key, value in annotations.items() if key not in _BOOKKEEPING}

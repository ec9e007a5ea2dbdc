"""What an upgrade does to CustomResourceDefinitions, and so to every resource of their kinds.

A version in which resources are stored cannot leave the definition: the API server answers with status.storedVersions.
A definition that is deleted takes all resources of its kind with it; Helm deletes an ordinary object of a release that
the next one lacks, and never touches what lies in a chart's folder `crds` (Helm, "Custom Resource Definitions").
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.helm_hooks import HOOK
from mblint.cluster.objects import Object
from mblint.facts.apis.definitions import is_definition
from mblint.facts.rows import Related
from mblint.facts.upgrade.comparable import is_live
from mblint.facts.upgrade.crd_folders import is_in_crds, unapplied_definitions
from mblint.facts.upgrade.data_rows import CrdStep
from mblint.facts.upgrade.pairs import Pair, is_kept, pairs_of
from mblint.facts.upgrade.rows import Change
from mblint.facts.world import Step
from mblint.manifests.nodes import Node

_SYNC_OPTIONS = "argocd.argoproj.io/sync-options"


def stored_version_dropped(pair: Pair) -> Iterator[Change]:
    """The versions that the old definition stores, and that the new one does not have."""
    if not is_definition(pair.old) or not is_definition(pair.new):
        return
    versions = {_text(each.get("name")) for each in _elements(pair.new.node.get("spec").get("versions"))}
    for stored, node in _stored(pair.old):
        if versions and None not in versions and stored not in versions:
            yield Change(
                object=pair.new.id,
                place=pair.new.place.at("spec", "versions"),
                related=(Related(f"{stored} is the version that is stored", node.place, pair.old.id),),
                verdict="refused",
                fields="spec.versions",
                paths=("spec.versions",),
                changes=(f"spec.versions without {stored}",),
                reason=f"status.storedVersions: Invalid value: {stored}: must appear in spec.versions",
                remedy=f"Keep {stored} with storage: false for now. When all resources are written anew in the new "
                f"version, take {stored} out of status.storedVersions, and then out of the definition.",
                live=is_live(pair.old),
            )


def _stored(old: Object) -> Iterator[tuple[str, Node]]:
    live = old.node.get("status").get("storedVersions")
    if _elements(live):
        for each in _elements(live):
            name = _text(each)
            if name is not None:
                yield name, each
        return
    for each in _elements(old.node.get("spec").get("versions")):
        name = _text(each.get("name"))
        if each.get("storage").value is True and name is not None:
            yield name, each


def crd_steps(step: Step) -> Iterator[CrdStep]:
    """A row for each definition that is deleted since a release no longer has it, and for each that is not applied."""
    pairs = pairs_of(step)
    by_helm = step.new.config.cluster.applied_by == "helm"
    for old in pairs.removed:
        if is_definition(old) and not is_live(old) and _is_deleted(old, by_helm):
            yield _leaves(old, old, by_helm, "NEW does not have it")
    for pair in pairs.kept:
        moved = by_helm and is_definition(pair.old) and is_in_crds(pair.new)
        if moved and not is_live(pair.old) and _is_deleted(pair.old, by_helm):
            yield _leaves(pair.old, pair.new, by_helm, "NEW has it under crds/, which is no part of the release")
    yield from unapplied_definitions(step)


def _leaves(old: Object, new: Object, by_helm: bool, how: str) -> CrdStep:
    spec = old.node.get("spec")
    return CrdStep(
        object=old.id,
        place=new.place,
        related=() if old is new else (Related("it is an ordinary object of the release here", old.place, old.id),),
        verdict="leaves",
        kind=_text(spec.get("names").get("kind")) or old.id.name,
        by="helm upgrade" if by_helm else "what applies the render, if it prunes,",
        how=how,
        sure=by_helm,
    )


def _is_deleted(old: Object, by_helm: bool) -> bool:
    if HOOK in old.annotations or (by_helm and is_in_crds(old)):
        return False
    if by_helm:
        return not is_kept(old)
    return "Prune=false" not in old.annotations.get(_SYNC_OPTIONS, "")


def _elements(node: Node) -> tuple[Node, ...]:
    return tuple(node.items()) if isinstance(node.value, list) else ()


def _text(node: Node) -> str | None:
    return node.value if isinstance(node.value, str) else None

"""CustomResourceDefinitions in a chart's folder `crds`, which an upgrade of its release never applies.

Helm creates what lies there when the release is installed, and does not look at it again (Helm, "Custom Resource
Definitions"). So the cluster keeps the definitions of the first version that was installed, unless somebody, or a
Job of the chart, applies the new ones.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from mblint.cluster.helm_hooks import hook_events
from mblint.cluster.kinds import group_of
from mblint.cluster.objects import Object, Workload
from mblint.facts.apis.definitions import Definition, is_definition, read_definition, unknown_fields
from mblint.facts.apis.schema_refusals import Refusal, refusals
from mblint.facts.apis.served import shown
from mblint.facts.rows import Related
from mblint.facts.upgrade.comparable import is_live
from mblint.facts.upgrade.data_rows import CrdStep
from mblint.facts.upgrade.pairs import pairs_of
from mblint.facts.world import Step, World
from mblint.manifests.documents import Value
from mblint.manifests.nodes import dotted

_AT_AN_UPGRADE = frozenset(("pre-upgrade", "post-upgrade"))
_PROSE = "description"  # a change of it changes nothing
_RESOURCE = "customresourcedefinitions"


def unapplied_definitions(step: Step) -> Iterator[CrdStep]:
    """A row for each definition in such a folder that NEW changes, or has and OLD has not."""
    if step.new.config.cluster.applied_by != "helm":
        return
    pairs = pairs_of(step)
    changed = [(pair.old, pair.new) for pair in pairs.kept if _is_left(pair.new) and _differs(pair.old, pair.new)]
    added = [new for new in pairs.added if _is_left(new) and was_installed(step.old, new)]
    if not (changed or added) or _are_applied(step.new):
        return
    for old, new in changed:
        yield _row(step, new, old)
    for new in added:
        yield _row(step, new, None)


def is_in_crds(obj: Object) -> bool:
    """Whether a chart has it in its folder `crds`, which Helm installs once and leaves alone."""
    folders = (obj.place.document.source or "").split("/")[:-1]
    return "crds" in folders and "templates" not in folders


def _is_left(new: Object) -> bool:
    return is_definition(new) and is_in_crds(new)


def _differs(old: Object, new: Object) -> bool:
    """Whether NEW's definition says something else than what is in the cluster."""
    before, after = old.place.at("spec").value, new.place.at("spec").value
    if is_live(old):
        return not _has_all(before, after)
    return is_in_crds(old) and before != after and _without_prose(before) != _without_prose(after)


def _without_prose(value: Value) -> Value:
    if isinstance(value, dict):
        return {key: _without_prose(each) for key, each in value.items() if not _is_prose(key, each)}
    return [_without_prose(each) for each in value] if isinstance(value, list) else value


def _is_prose(key: str, value: Value) -> bool:
    return key == _PROSE and isinstance(value, str)


def _has_all(before: Value, after: Value) -> bool:
    """Whether what the API server has, with all that it filled in, has what NEW says."""
    if isinstance(after, dict):
        has = before if isinstance(before, dict) else {}
        return all(_is_prose(key, each) or _has_all(has.get(key), each) for key, each in after.items())
    if isinstance(after, list):
        length = len(before) if isinstance(before, list) else 0
        return length == len(after) and all(
            _has_all(one, other) for one, other in zip(before if isinstance(before, list) else [], after, strict=True)
        )
    return before == after or (after in (False, None, "") and before in (False, None, ""))


def was_installed(old: World, new: Object) -> bool:
    """Whether OLD has the release of that chart already, so that this is no installation of it."""
    chart = _chart(new)
    if any(is_live(each) for each in old.cluster.everything[:1]):
        return any(is_definition(each) for each in old.cluster.everything)
    charts = {_chart(each) for each in old.cluster.everything}
    return chart in charts or charts == {""}  # of a render without comments nobody knows the chart


def _chart(obj: Object) -> str:
    return (obj.place.document.source or "").partition("/")[0]


def _are_applied(new: World) -> bool:
    """Whether something of the release applies definitions: a Job at an upgrade, or a program that may create them."""
    cluster = new.cluster
    if any(_AT_AN_UPGRADE.intersection(hook_events(each)) and _speaks_of_them(each) for each in cluster.workloads):
        return True
    roles = cluster.of_kind("ClusterRole", "rbac.authorization.k8s.io")
    return any(_may_create(role.place.at("rules").value) for role in roles)


def _speaks_of_them(job: Workload) -> bool:
    words = [job.id.name, *(volume.name for volume in job.pod.volumes.values())]
    for container in job.pod.containers:
        words += [container.name, container.image or "", *(mount.mount_path for mount in container.mounts)]
        words += [word.text for word in container.words]
    return any("crd" in word.lower() or _RESOURCE[:-1] in word.lower() for word in words)


def _may_create(rules: Value) -> bool:
    return any(
        _has(rule, "resources", (_RESOURCE,)) and _has(rule, "verbs", ("create", "*"))
        for rule in (rules if isinstance(rules, list) else ())
    )


def _has(rule: Value, key: str, wanted: Collection[str]) -> bool:
    said = rule.get(key) if isinstance(rule, dict) else None
    return isinstance(said, list) and any(each in wanted for each in said)


def _row(step: Step, new: Object, old: Object | None) -> CrdStep:
    before = None if old is None else read_definition(old)
    after = read_definition(new)
    uses = () if after is None else tuple(_uses(step.new, before, after, known=old is not None))
    related = () if old is None else (Related("this is what the cluster keeps", old.place, old.id),)
    return CrdStep(
        object=new.id,
        place=new.place,
        related=(*related, *(Related(text, held.place, held.id) for held, text in uses[:5])),
        linted=new.linted,
        verdict="needed" if uses else "left-alone",
        kind=after.kind if after is not None else new.id.name,
        by="helm upgrade",
        how="does not create" if old is None else "does not change",
        folder=(new.place.document.source or "").rpartition("/")[0],
        uses=tuple(dict.fromkeys(text for _, text in uses))[:5],
    )


def _uses(new: World, before: Definition | None, after: Definition, *, known: bool) -> Iterator[tuple[Object, str]]:
    """The resources of NEW that need its definition, and what of it."""
    if known and before is None:
        return
    for held in new.cluster.everything:
        if held.id.kind != after.kind or group_of(held.api_version) != after.group:
            continue
        version = held.api_version.rpartition("/")[2]
        who = f"{held.id.kind} {held.id.name}"
        if before is None:
            yield held, f"{who} is a resource of it"
        elif version not in before.served:
            yield held, f"{who} is written in {version}"
        else:
            lacking = tuple(unknown_fields(before.schemas.get(version, {}), held.place.value))
            still = set(unknown_fields(after.schemas.get(version, {}), held.place.value))
            lacking = tuple(path for path in lacking if path not in still)
            if lacking:
                yield held, f"{who} sets {' and '.join(shown(lacking))}"
            elif (refused := _refused(before, after, version, held)) is not None:
                yield held, f"{who}: its {dotted(refused.path)} {refused.problem}"


def _refused(before: Definition, after: Definition, version: str, held: Object) -> Refusal | None:
    """What the definition of OLD does not take of a resource, and that of NEW does."""
    value = held.place.value
    still = {each.path for each in refusals(after.schemas.get(version, {}), value, asked=True)}
    found = refusals(before.schemas.get(version, {}), value, asked=True)
    return next((each for each in found if each.path not in still), None)

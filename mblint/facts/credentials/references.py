"""What pods refer to in ConfigMaps and Secrets: environment variables, envFrom, volumes and projections.

The kubelet does not start a container while a key that is not optional is missing (CreateContainerConfigError), and
mounts no volume with a missing item. Source: Kubernetes, "Secrets" and "ConfigMaps", "Optional Secrets". An object that
is wholly absent proves nothing: charts refer to Secrets that a user, an operator or another release makes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from mblint.cluster.cluster import Cluster
from mblint.cluster.fills import filler_of
from mblint.cluster.objects import ConfigMap, Secret
from mblint.cluster.promised import Promised, promised
from mblint.cluster.remembered import remembered
from mblint.facts.credentials.fillers import filled_by, made_everywhere, role_that_makes, written_by_commands
from mblint.facts.credentials.misspelt import (
    misspelt_object,
    misspelt_promise,
    names_in,
    nearest_key,
    nearest_of,
    of_that_family,
)
from mblint.facts.credentials.rows import Reference
from mblint.facts.credentials.spare_certificates import spare_certificate
from mblint.facts.credentials.used import ObjectKey, Used, used_by
from mblint.facts.edits.references import meant_key, meant_object
from mblint.facts.edits.slips import differ_by_a_slip
from mblint.facts.rows import Related
from mblint.facts.way.unseen import unrendered_release
from mblint.facts.world import World
from mblint.regex import regex

_BETWEEN_WORDS = regex(r"[^A-Za-z0-9.-]+")
_LONGEST = 65_536  # characters of a command


def references(world: World) -> tuple[Reference, ...]:
    """The rows of all workloads, in their order: containers first, then volumes."""
    all_used = [used for workload in world.cluster.workloads for used in used_by(workload) if used.name]
    by_object: defaultdict[ObjectKey, list[Used]] = defaultdict(list)
    for used in all_used:
        by_object[used.object_key].append(used)
    return tuple(_row(world, used, by_object) for used in all_used)


# ---------------------------------------------------------------- what it finds


def _row(world: World, used: Used, by_object: Mapping[ObjectKey, Sequence[Used]]) -> Reference:
    cluster = world.cluster
    held = held_by(cluster, used.object_key)
    if held is None:
        return _without_object(world, used, by_object)
    if used.key is None or used.key in held.entries:
        return _made(used, "exists")
    if used.optional:
        return _made(used, "optional")
    if cluster.is_unread(held.id):
        return _made(used, "unknown", f"parts of {used.kind} {used.name} cannot be read")
    if (filler := filled_by(cluster, held, world.programs)) is not None:
        return _made(used, "unknown", filler)
    nearest = nearest_key(used.key, held)
    verdict = "empty-folder" if _may_do_without(used, used.key, nearest) else "key-missing"
    missing = _missing(used, verdict, held, nearest)
    return replace(missing, edits=meant_key(cluster, used.workload, used.place, used.key, held.entries))


def _may_do_without(used: Used, key: str, nearest: str | None) -> bool:
    """Whether it is a subPath that keeps no container from starting, and whose file nothing is seen to need."""
    path = used.setting.removeprefix("subPath of mount ")
    if path == used.setting or used.container is None or (nearest is not None and differ_by_a_slip(key, nearest)):
        return False
    return not any(path in text.text for text in used.container.words)


def held_by(cluster: Cluster, key: ObjectKey) -> ConfigMap | Secret | None:
    """The ConfigMap or Secret of that name; None where the render has none."""
    kind, namespace, name = key
    objects: Mapping[tuple[str, str], ConfigMap | Secret] = cluster.secrets if kind == "Secret" else cluster.config_maps
    return objects.get((namespace, name))


def _without_object(world: World, used: Used, by_object: Mapping[ObjectKey, Sequence[Used]]) -> Reference:
    if used.optional:
        return _made(used, "optional")
    cluster = world.cluster
    if (made := promised(cluster).get(used.object_key)) is not None:
        return _promised(used, made)
    if used.setting.startswith("subPath"):  # its volume is told already
        return _made(used, "unknown", "it is not in the render, and something else may make it")
    asked = {each.key for each in by_object[used.object_key] if each.key is not None}
    if (held := _of_other_kind(cluster, used, by_object)) is not None:
        return _is_other_kind(used, held)
    if used.name in _words_of_commands(cluster):
        return _made(used, "unknown", "it is not in the render, and a command names it, which may make it")
    meant = misspelt_object(cluster, used.object_key, asked, by_object)
    if meant is None:
        near = misspelt_promise(cluster, used.object_key, asked, by_object)
        near = near or spare_certificate(cluster, used, by_object) or of_that_family(cluster, used.object_key, asked)
        return _promised_otherwise(used, near) if near is not None else _nowhere(world, used)
    verdict = "object-missing" if asked and differ_by_a_slip(used.name, meant.id.name) else "object-near"
    missing = _missing(used, verdict, meant, meant.id.name)
    return replace(missing, edits=meant_object(cluster, used.workload, used.place, meant))


def _of_other_kind(
    cluster: Cluster, used: Used, by_object: Mapping[ObjectKey, Sequence[Used]]
) -> ConfigMap | Secret | None:
    """The Secret of a ConfigMap's name, or the other way round, that has the key and to which nobody refers."""
    key = ("ConfigMap" if used.kind == "Secret" else "Secret", used.workload.id.namespace, used.name)
    held = held_by(cluster, key)
    if (
        held is None
        or key in by_object
        or used.name in written_by_commands(cluster)
        or (used.key is not None and used.key not in held.entries)
    ):
        return None
    return held


def _is_other_kind(used: Used, held: ConfigMap | Secret) -> Reference:
    return replace(
        _made(used, "object-near"),
        related=(Related(f"{held.id.kind} {held.id.name}, to which nobody refers", held.place, held.id),),
        target=f"{used.kind} {used.name}",
        problem=f"the render has no {used.kind} {used.name}, and {used.name} is a {held.id.kind}",
        keys=tuple(held.entries),
    )


def _promised(used: Used, made: Promised) -> Reference:
    """An object that an operator makes, of the keys that the one who asks for it says."""
    maker = f"{made.maker.id.kind} {made.maker.id.name}"
    if made.keys is None or used.key is None or used.key in made.keys:
        return _made(used, "unknown", f"it is not in the render, and {maker} may make it")
    nearest = nearest_of(used.key, made.keys)
    return replace(
        _made(used, "key-missing"),
        related=(Related(f"{maker} makes it with {_listed(made.keys)}", made.maker.place, made.maker.id),),
        problem=f"{maker} makes {used.kind} {used.name} without a key {used.key}",
        keys=made.keys,
        nearest=nearest,
        paste=_paste(used, used.name, nearest),
    )


def _promised_otherwise(used: Used, near: Promised) -> Reference:
    """An object that nothing makes, where an operator makes one of nearly that name that nobody refers to."""
    maker = f"{near.maker.id.kind} {near.maker.id.name}"
    problem = f"nothing makes a {used.kind} {used.name}, and {maker} makes one named {near.name}"
    return replace(
        _made(used, "object-near"),
        related=(Related(f"{maker} makes {near.kind} {near.name}", near.maker.place, near.maker.id),),
        target=f"{used.kind} {used.name}",
        problem=problem,
        keys=near.keys or (),
        nearest=near.name,
        paste=_paste(used, near.name, used.key),
    )


def _nowhere(world: World, used: Used) -> Reference:
    """An object of which the view shows neither itself nor who makes it."""
    namespace = used.workload.id.namespace
    filler = filler_of(world.cluster, used.kind, namespace, used.name)
    release = unrendered_release(namespace, world.cluster)
    maker = filler or release
    who = made_everywhere(used.kind, used.name) if maker is None else f"{maker.id.kind} {maker.id.name}"
    if who is not None:
        return _made(used, "unknown", f"it is not in the render, and {who} may make it")
    other = next((other for other in world.cluster.others if names_in(other, used.name)), None)
    named = other or role_that_makes(world.cluster, used.kind, namespace, used.name)
    if named is not None:
        return _made(used, "unknown", f"it is not in the render, and {named.id.kind} {named.id.name} may make it")
    complete = used.kind in world.config.cluster.complete
    problem = f"{'there is' if complete else 'the render has'} no {used.kind} {used.name}"
    return replace(
        _made(used, "object-absent", None if complete else "it is not in the render, and something else may make it"),
        target=f"{used.kind} {used.name}",
        problem=problem if complete else f"{problem}, and nothing in it makes one",
        complete=complete,
    )


@remembered
def _words_of_commands(cluster: Cluster) -> frozenset[str]:
    """The words of all commands: those that make a Secret, or have an operator make it, name it."""
    return frozenset(
        word
        for workload in cluster.workloads
        for container in workload.pod.containers
        for text in container.words
        for word in _BETWEEN_WORDS.split(text.text[:_LONGEST])
    )


def _missing(used: Used, verdict: str, held: ConfigMap | Secret, nearest: str | None) -> Reference:
    is_key = verdict in ("key-missing", "empty-folder")
    words = f"has {_listed(tuple(held.entries))}" if is_key else "has nearly this name, and nobody refers to it"
    return replace(
        _made(used, verdict),
        related=(Related(f"{used.kind} {held.id.name} {words}", held.place, held.id),),
        target=_target(used) if is_key else f"{used.kind} {used.name}",
        problem=f"there is no {_target(used) if is_key else f'{used.kind} {used.name}'}",
        keys=tuple(held.entries),
        nearest=nearest,
        paste=_paste(used, used.name if is_key else held.id.name, nearest if is_key else used.key),
    )


def _listed(keys: tuple[str, ...]) -> str:
    return ", ".join(keys[:8]) + (f" and {len(keys) - 8} more" if len(keys) > 8 else "")


def _made(used: Used, verdict: str, reason: str | None = None) -> Reference:
    client = used.workload.id
    return Reference(
        object=client,
        container=used.container.name if used.container is not None else None,
        place=used.place,
        linted=used.workload.linted,
        kind=used.kind,
        name=used.name,
        key=used.key,
        target=_target(used),
        settings=used.setting,
        verdict=verdict,
        reason=reason,
        clients=f"{client.kind} {client.name}",
    )


def _target(used: Used) -> str:
    return f"{used.kind} {used.name}" if used.key is None else f"key {used.key} in {used.kind} {used.name}"


def _paste(used: Used, name: str, key: str | None) -> str | None:
    """The reference as it should be; for a variable only, where key and name are known."""
    if used.container is None or key is None:
        return None
    ref = "secretKeyRef" if used.kind == "Secret" else "configMapKeyRef"
    return f"- {{name: {used.setting}, valueFrom: {{{ref}: {{name: {name}, key: {key}}}}}}}"

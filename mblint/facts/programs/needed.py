"""Settings that a program needs: without one of them it refuses to start, or starts as nobody wants it.

A needed setting is missing only where all that the container is told is in the view. What a program asks for at its
first start alone (the password of a new database) is not missing where its data may be there already.
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.objects import ContainerRole, Workload
from mblint.cluster.services import services_in
from mblint.facts.programs.library_needs import library_needs
from mblint.facts.programs.rows import NeededSetting
from mblint.facts.programs.started import is_filled_elsewhere, other_start
from mblint.facts.software import RunningProgram, running_programs
from mblint.facts.upgrade.data_places import Store, data_places
from mblint.facts.way.host_names import means_loopback
from mblint.facts.world import World
from mblint.settings.unseen_files import may_say
from mblint.software.conditions import Condition
from mblint.software.running import Needed
from mblint.software.setting_names import Form, setting_names, texts


def needed_settings(world: World) -> Iterator[NeededSetting]:
    """A row for each setting that a program of a container needs as it is configured."""
    for one in running_programs(world):
        for entry in one.running.entries(Needed) if one.running.program.has(Needed) else ():
            if other_start(one, entry) is not None:
                continue
            applies = one.told.applies(entry)
            if applies is not False:
                yield _row(world, one, entry, applies is None)
    yield from library_needs(world)


def _row(world: World, one: RunningProgram, entry: Needed, unsure: bool) -> NeededSetting:
    is_set = one.told.is_set(entry.needed)
    verdict, reason = "set", None
    if is_set is not True:
        reason = _unknown(world, one, entry, unsure or is_set is None)
        verdict = "missing" if reason is None else "unknown"
    empty = one.told.first(entry.needed)  # set to nothing counts as not set
    names = tuple(str(name) for name in setting_names(entry.needed))
    return NeededSetting(
        object=one.workload.id,
        container=one.container.name,
        place=one.container.place if empty is None else empty.place,
        linted=one.workload.linted,
        software=one.running.program.name,
        setting=names[0],
        others=names[1:],
        otherwise=entry.otherwise,
        because=_because(one, entry.when),
        example=entry.example or None,
        starts=entry.starts,
        verdict=verdict,
        reason=reason,
    )


def _unknown(world: World, one: RunningProgram, entry: Needed, unsure: bool) -> str | None:
    """Why nobody knows whether the setting is missing; None where it is."""
    if unsure or is_filled_elsewhere(one.container):
        return "part of what the container is told is not in the view"
    words = [name.key.rpartition(".")[2] for name in setting_names(entry.needed)]
    if entry.default_host and _is_there(world, one, entry.default_host):
        return f"it asks {entry.default_host} then, which is there"
    if entry.completed_by and may_say(world.cluster, one.workload, one.container, entry.completed_by, words):
        return "a file that is not read may say it"
    if any(name.form is Form.PATH for name in setting_names(entry.needed)) and _has_unread_files(world, one.workload):
        return "a file that is not in the view may say it"
    if entry.first_start and _may_have_data(world, one):
        return "its data may be there already, and then nothing asks for it"
    return None


def _is_there(world: World, one: RunningProgram, host: str) -> bool:
    """Whether a Service of the namespace has the name, or, for this machine, the pod another container beside it."""
    if means_loopback(host):
        return sum(each.role is not ContainerRole.INIT for each in one.workload.pod.containers) > 1
    services = services_in(world.cluster, one.workload.id.namespace)
    return not services or any(service.id.name == host for service in services)


def _has_unread_files(world: World, workload: Workload) -> bool:
    """Whether a volume holds files of an object that is not in the view."""
    return any(
        (workload.id.namespace, source.name)
        not in (world.cluster.secrets if source.kind == "Secret" else world.cluster.config_maps)
        for volume in workload.pod.volumes.values()
        for source in volume.files
    )


def _may_have_data(world: World, one: RunningProgram) -> bool:
    """Whether its data lie on a volume that the view does not make."""
    stores = [place.store for place in data_places(world) if place.program.container is one.container]
    return any(store is not None and not _is_made_here(world, store) for store in stores)


def _is_made_here(world: World, store: Store) -> bool:
    claims = world.cluster.of_kind("PersistentVolumeClaim", "")
    return store.kind == "template" or any(
        (claim.id.namespace, claim.id.name) == (store.namespace, store.name) for claim in claims
    )


def _because(one: RunningProgram, when: Condition | None) -> str | None:
    """What makes it needed, in words: only a simple condition has any."""
    if when is None or not texts(when.setting):
        return None
    setting = one.told.first(when.setting)
    if setting is None or setting.value is None or not isinstance(setting.value, str):
        return None
    return f"{setting.key} is {setting.value}" if 0 < len(setting.value) <= 60 else f"{setting.key} is set"

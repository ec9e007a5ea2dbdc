"""Jobs and init containers that inherit a lasting workload's settings: named in its rows, not judged again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence

from msgspec.structs import replace

from mblint.cluster.objects import Container, ContainerRole
from mblint.cluster.secrets import reveal
from mblint.facts.rows import Dependency
from mblint.settings.rows import Setting


def without_inherited(rows: Sequence[tuple[Dependency, Setting]]) -> tuple[Dependency, ...]:
    """The rows without those that repeat a lasting workload's, which name the others in `shared_by`."""
    lasting: defaultdict[Hashable, list[int]] = defaultdict(list)
    for number, (row, setting) in enumerate(rows):
        if _is_lasting(setting):
            lasting[_same(row, setting)].append(number)
    inherited: set[int] = set()
    shared: defaultdict[int, dict[str, None]] = defaultdict(dict)
    for number, (row, setting) in enumerate(rows):
        owners = () if _is_lasting(setting) else lasting.get(_same(row, setting), ())
        if owners:
            inherited.add(number)
            shared[_nearest(row, owners, rows)][_name(setting)] = None
    return tuple(
        replace(row, shared_by=tuple(shared[number])) if number in shared else row
        for number, (row, _) in enumerate(rows)
        if number not in inherited
    )


def _is_lasting(setting: Setting) -> bool:
    return setting.workload.lasting and setting.container.role is not ContainerRole.INIT


def _same(row: Dependency, setting: Setting) -> Hashable:
    """Equal where the same image is told the same, with the same result."""
    value = reveal(setting.value) if setting.value is not None else None
    where = (setting.workload.id.namespace, _repository(setting.container))
    return *where, setting.key, value, row.host, row.port, row.protocol, row.verdict


def _repository(container: Container) -> str:
    """The image without tag and digest."""
    image = (container.image or "").partition("@")[0]
    folder, slash, name = image.rpartition("/")
    return folder + slash + name.partition(":")[0]


def _nearest(row: Dependency, owners: Sequence[int], rows: Sequence[tuple[Dependency, Setting]]) -> int:
    """Of several owners the pod itself, else one under the same policies, else the first."""
    same_pod = [number for number in owners if rows[number][0].object == row.object]
    same_policies = [number for number in owners if rows[number][0].policies == row.policies]
    return (same_pod or same_policies or owners)[0]


def _name(setting: Setting) -> str:
    workload = f"{setting.workload.id.kind}/{setting.workload.id.name}"
    return f"{workload} ({setting.container.name})" if setting.container.role is ContainerRole.INIT else workload

"""Jobs and init containers that inherit a lasting workload's settings: named in its rows, not judged again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

from msgspec.structs import replace

from mblint.cluster.objects import Container, ContainerRole
from mblint.cluster.secrets import reveal
from mblint.facts.rows import Fact
from mblint.settings.rows import Setting

Row = TypeVar("Row", bound=Fact)
Aspect = Callable[[Row], Hashable]


def without_inherited(
    rows: Sequence[tuple[Row, Setting]], outcome: Aspect[Row], surroundings: Aspect[Row]
) -> tuple[Row, ...]:
    """The rows without those that repeat a lasting workload's, which name the others in `shared_by`.

    `outcome`: what a repetition has in common with its original besides image, name and value of the setting.
    `surroundings`: of several originals, one with the same is preferred.
    """
    lasting: defaultdict[Hashable, list[int]] = defaultdict(list)
    for number, (row, setting) in enumerate(rows):
        if _is_lasting(setting):
            lasting[(*_told(setting), outcome(row))].append(number)
    inherited: set[int] = set()
    shared: defaultdict[int, dict[str, None]] = defaultdict(dict)
    for number, (row, setting) in enumerate(rows):
        owners = () if _is_lasting(setting) else lasting.get((*_told(setting), outcome(row)), ())
        if owners:
            inherited.add(number)
            shared[_nearest(row, owners, rows, surroundings)][_name(setting)] = None
    return tuple(
        replace(row, shared_by=tuple(shared[number])) if number in shared else row
        for number, (row, _) in enumerate(rows)
        if number not in inherited
    )


def _is_lasting(setting: Setting) -> bool:
    return setting.workload.lasting and setting.container.role is not ContainerRole.INIT


def _told(setting: Setting) -> tuple[Hashable, ...]:
    """Equal where the same image is told the same."""
    value = reveal(setting.value) if setting.value is not None else None
    return setting.workload.id.namespace, _repository(setting.container), setting.key, value


def _repository(container: Container) -> str:
    """The image without tag and digest."""
    image = (container.image or "").partition("@")[0]
    folder, slash, name = image.rpartition("/")
    return folder + slash + name.partition(":")[0]


def _nearest(row: Row, owners: Sequence[int], rows: Sequence[tuple[Row, Setting]], surroundings: Aspect[Row]) -> int:
    """Of several owners the pod itself, else one in the same surroundings, else the first."""
    same_pod = [number for number in owners if rows[number][0].object == row.object]
    alike = [number for number in owners if surroundings(rows[number][0]) == surroundings(row)]
    return (same_pod or alike or owners)[0]


def _name(setting: Setting) -> str:
    workload = f"{setting.workload.id.kind}/{setting.workload.id.name}"
    return f"{workload} ({setting.container.name})" if setting.container.role is ContainerRole.INIT else workload

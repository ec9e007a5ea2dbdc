"""The names for which a program makes the certificate of its webhook itself, as it is told them.

No manifest has that certificate; but the option says what it is made out to, and which Secret it is written to, so that
the Service whose pods mount that Secret (or run the program) is called by one of those names, or by nobody.
Which options those are is a section of software files (`webhook-names`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mblint.cluster.objects import Workload
from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import reveal
from mblint.facts.credentials.used import used_by
from mblint.facts.names.shape import Name, Offered
from mblint.facts.software import RunningProgram, running_programs
from mblint.facts.world import World
from mblint.settings.rows import Setting
from mblint.software.network import WebhookNames

_FILLED_LATER = ("$", "{", "<")


@remembered
def own_webhook_names(world: World) -> Mapping[int, Offered]:
    """By the `id()` of the workload whose pods show it: the names of a certificate that a program makes by itself."""
    found: dict[int, Offered] = {}
    for one in running_programs(world):
        if not one.running.program.has(WebhookNames):
            continue
        for entry in one.running.entries(WebhookNames):
            told = list(one.told.all_of(entry.setting)) if one.told.applies(entry) is True else []
            names = tuple(name for setting in told for name in _names(setting))
            if names and all(setting.value is not None for setting in told) and not _is_open(names):
                found.update((id(shows), Offered("host", shows, names)) for shows in _shows(world, one, entry))
    return found


def _names(setting: Setting) -> Iterator[Name]:
    for text in reveal(setting.value or "").split(","):
        if text.strip():
            yield Name(text.strip(), setting.place, setting.label)


def _is_open(names: tuple[Name, ...]) -> bool:
    return any(mark in reveal(name.text) for name in names for mark in _FILLED_LATER)


def _shows(world: World, one: RunningProgram, entry: WebhookNames) -> Iterator[Workload]:
    """The workload of the program itself; or those that mount the Secret which it writes the certificate to."""
    if not entry.secret:
        yield one.workload
        return
    setting = one.told.first(entry.secret)
    name = reveal(setting.value) if setting is not None and setting.value is not None else ""
    for workload in world.cluster.workloads:
        if name and workload.id.namespace == one.workload.id.namespace and _mounts(workload, name):
            yield workload


def _mounts(workload: Workload, secret: str) -> bool:
    return any(used.kind == "Secret" and used.name == secret for used in used_by(workload))

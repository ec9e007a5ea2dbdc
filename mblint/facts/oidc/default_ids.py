"""The client id with which a program asks where nobody tells it one."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from mblint.facts.relations import Relation
from mblint.facts.software import program_of
from mblint.facts.world import World
from mblint.settings.rows import Setting
from mblint.settings.unseen_files import may_find
from mblint.software.identity import Oidc
from mblint.software.setting_names import texts


def default_ids(world: World, relation: Relation) -> Iterator[Setting]:
    """That id, at the place where the program is told its provider; none where it may be told another one."""
    program = program_of(world, relation.workload, relation.container)
    if program is None or relation.client_ids:
        return
    name = program.running.program.name
    at = next((each.setting for each in relation.of_provider if not each.empty), None)
    for entry in program.running.entries(Oidc):
        if not entry.client_id_default or (entry.library or name) != relation.library.name or at is None:
            continue
        if program.told.applies(entry) is not True or program.told.is_set(entry.client_id) is not False:
            continue
        if not may_find(world.cluster, relation.workload, relation.container, entry.completed_by):
            label = f"unset {texts(entry.client_id)[0]}"
            yield replace(at, key=label, value=entry.client_id_default, file=None, key_ref=None)

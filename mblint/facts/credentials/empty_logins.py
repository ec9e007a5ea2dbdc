"""Programs that log in even where no password is set: with an empty one, which a Redis without a password refuses.

Redis answers so since it has users, which is version 6; of older ones nothing is said.
Source: https://redis.io/docs/latest/commands/auth/
"""

from __future__ import annotations

from mblint.facts.credentials.logins import Names
from mblint.facts.software import RunningProgram, program_of
from mblint.facts.world import World
from mblint.settings.role_table import words_of
from mblint.settings.rows import Setting
from mblint.software.identity import Login
from mblint.software.setting_names import texts
from mblint.software.versions import within

_WITH_USERS = ">=6"


def empty_login(world: World, setting: Setting, names: Names, server: RunningProgram) -> str | None:
    """The variable without which the client of this server sends an empty password; None where it sends none."""
    if server.running.program.name == "Redis" and within(_WITH_USERS, server.running.version) is not True:
        return None
    program = program_of(world, setting.workload, setting.container)
    for entry in program.running.entries(Login) if program is not None else ():
        phrases = [tuple(text.split()) for text in texts(entry.password)]
        of_this = entry.sends_empty and words_of(setting.key) in [tuple(text.split()) for text in texts(entry.host)]
        told = {words for _, words in names.by_words}
        if of_this and program is not None and program.told.applies(entry) and told.isdisjoint(phrases):
            return "_".join(phrases[0]).upper()
    return None

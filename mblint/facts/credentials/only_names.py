"""Programs that learn a server's password by one name alone: what their container is told by another is read by nobody.

Which: `only` of the `logins` of software files.
"""

from __future__ import annotations

from mblint.facts.software import program_of
from mblint.facts.world import World
from mblint.settings.role_table import words_of
from mblint.settings.rows import Setting
from mblint.software.identity import Login
from mblint.software.setting_names import texts


def only_name(world: World, setting: Setting) -> str | None:
    """The variable by which the program that is told an address learns the password for it; None where nobody knows
    that there is no other way."""
    program = program_of(world, setting.workload, setting.container)
    for entry in program.running.entries(Login) if program is not None else ():
        hosts = [tuple(text.split()) for text in texts(entry.host)]
        if entry.only and words_of(setting.key) in hosts and program is not None and program.told.applies(entry):
            return texts(entry.password)[0].replace(" ", "_").upper()
    return None

"""The files of its image without which a known program does not start, as software files say (`needs-files`)."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from mblint.facts.programs.started import other_start
from mblint.facts.software import RunningProgram
from mblint.software.running import NeedsFiles
from mblint.software.setting_names import texts


def needed_files(one: RunningProgram) -> Iterator[str]:
    """Their paths; none where the container has a command or arguments of its own, which may name other files."""
    if not one.running.program.has(NeedsFiles) or one.container.command is not None or one.container.args is not None:
        return
    if other_start(one) is None:
        for entry in one.running.entries(NeedsFiles):
            if one.told.applies(entry) is True:
                yield from (posixpath.join(entry.folder, name) for name in texts(entry.files))

"""Regular expressions that are compiled when they are first asked.

Python takes longer to compile one than a run looks at most of them, and of those that the modules of a run hold, many
are asked nothing: their files, settings or scripts are not in the input. Together they were a tenth of a small run.
"""

from __future__ import annotations

import re
from typing import Any, cast


def regex(written: str, flags: int = 0) -> re.Pattern[str]:
    """What `re.compile` gives, as far as anybody asks it: its methods and attributes, by their names."""
    return cast("re.Pattern[str]", _Uncompiled(written, flags))


class _Uncompiled:
    """What was asked stays beside what is written, so that the next question finds it without a detour."""

    def __init__(self, written: str, flags: int) -> None:
        self.pattern = written
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        if name == "_compiled":
            self._compiled = re.compile(self.pattern, self._flags)
            return self._compiled
        asked = getattr(self._compiled, name)
        setattr(self, name, asked)
        return asked

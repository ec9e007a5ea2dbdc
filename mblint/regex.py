"""Regular expressions that are compiled when they are first asked.

Python takes longer to compile one than a run looks at most of them, and of those that the modules of a run hold, many
are asked nothing: their files, settings or scripts are not in the input. Together they were a tenth of a small run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

_at_once = re.compile


def regex(written: str, flags: int = 0) -> re.Pattern[str]:
    """What `re.compile` gives, as far as anybody asks it: its methods and attributes, by their names."""
    return cast("re.Pattern[str]", _Uncompiled(written, flags))


@contextmanager
def compiled_late() -> Iterator[None]:
    """While a package is imported that compiles patterns which nobody may ask: they wait until somebody does.

    PyYAML's own reader and resolver have such. The C parser never asks them, and they take as long as parsing 50 kB.
    """
    re.compile = regex  # type: ignore[assignment]
    try:
        yield
    finally:
        re.compile = _at_once


class _Uncompiled:
    """What was asked stays beside what is written, so that the next question finds it without a detour."""

    def __init__(self, written: str, flags: int) -> None:
        self.pattern = written
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # whoever copies it asks for what is not a pattern's
            raise AttributeError(name)
        if name == "_compiled":
            self._compiled = _at_once(self.pattern, self._flags)
            return self._compiled
        asked = getattr(self._compiled, name)
        setattr(self, name, asked)
        return asked

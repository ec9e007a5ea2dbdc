"""Which values files a `helm template` command takes: those that it names, and its chart's own; no others."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence


def values_files(cmd: Sequence[str]) -> tuple[str, ...] | None:
    """The files of `-f` and `--values`, those that outrank the others first; None for any other command."""
    if not cmd or os.path.basename(cmd[0]) not in ("helm", "helm.exe") or "template" not in cmd:
        return None
    return tuple(reversed([file for value in _values(cmd) for file in value.split(",") if file]))


def _values(cmd: Sequence[str]) -> Iterator[str]:
    for word, following in zip(cmd, (*cmd[1:], ""), strict=True):
        if word in ("-f", "--values"):
            yield following
        elif word.startswith("--values="):
            yield word.removeprefix("--values=")
        elif word.startswith("-f") and len(word) > 2:
            yield word[2:].removeprefix("=")

"""Writes files that others may read at any moment."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def written_whole(file: Path) -> Iterator[BinaryIO]:
    """A stream beside the file, which takes its name at the end: whoever reads it finds the old report or the new one,
    never half of one.

    What is no plain file (a pipe, /dev/stdout) is written to as it is.
    """
    if file.exists() and not file.is_file():
        with file.open("wb") as stream:
            yield stream
        return
    target = file.resolve()  # a link stays one
    beside = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        with beside.open("xb") as stream:
            if target.exists():
                os.fchmod(stream.fileno(), target.stat().st_mode & 0o7777)
            yield stream
        os.replace(beside, target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def write_whole(file: Path, data: bytes) -> None:
    """The same for what is there already."""
    with written_whole(file) as stream:
        stream.write(data)

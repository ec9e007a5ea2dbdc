"""The cache of results is bounded: what was not used for longest goes first."""

from __future__ import annotations

import os
from pathlib import Path

from mblint.fleet.cache import Cache


def test_the_oldest_go_when_it_is_full(tmp_path: Path) -> None:
    cache = Cache(tmp_path, largest=4000)
    for number in range(10):
        cache.put(f"{number:02}key", os.urandom(1000))
        for file in tmp_path.glob(f"{number:02}/*.result"):
            os.utime(file, (number, number))
    cache.get("00key")  # used just now
    cache.trim()
    left = {number for number in range(10) if cache.get(f"{number:02}key") is not None}
    assert left == {0, 8, 9}
    assert cache.size().total <= 4000


def test_a_directory_that_cannot_be_written_remembers_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = Cache(tmp_path / "file")
    cache.put("00key", b"data")
    assert cache.get("00key") is None
    assert cache.size().entries == 0

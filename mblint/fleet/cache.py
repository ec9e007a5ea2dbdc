"""Results by the digest of what they were worked out from, in the user's cache directory.

Several runs may use it at once: an entry is written beside its place and renamed. One that is not what was written is
passed over and written anew. When it grows too large, what was not used for longest goes.
"""

from __future__ import annotations

import os
import sys
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from msgspec import Struct

_VERSION = "1"
_DIGITS = 8  # of the checksum before the data
_LARGEST = 512 * 1024 * 1024  # bytes of all entries together
_KEPT = 0.9  # of that, once it is full
_SUFFIX = ".result"


class Size(Struct, frozen=True):
    """How much a cache holds."""

    entries: int
    total: int
    largest: int


class Cache:
    """A directory of results. Nothing about it is ever an error: at worst it remembers nothing."""

    def __init__(self, directory: Path, largest: int = _LARGEST) -> None:
        self.directory = directory
        self._largest = largest
        self._written = False

    def get(self, key: str) -> bytes | None:
        """What was kept under a key; None where nothing was, or where it is damaged."""
        file = self._file(key)
        try:
            held = file.read_bytes()
            data = zlib.decompress(held[_DIGITS:])
        except (OSError, zlib.error):
            return None
        if held[:_DIGITS] != _checksum(data):
            return None
        with suppress(OSError):
            os.utime(file)  # used just now
        return data

    def put(self, key: str, data: bytes) -> None:
        """Keeps a result."""
        file = self._file(key)
        try:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with NamedTemporaryFile(dir=file.parent, prefix=".", delete=False) as beside:
                beside.write(_checksum(data) + zlib.compress(data, 1))
            Path(beside.name).replace(file)
        except OSError:
            return
        self._written = True

    def trim(self) -> None:
        """Takes out what was not used for longest, where this run made it too large."""
        if not self._written:
            return
        entries = sorted((status.st_mtime_ns, status.st_size, path) for path, status in self._entries())
        total = sum(size for _, size, _ in entries)
        if total <= self._largest:
            return
        for _, size, path in entries:
            if total <= self._largest * _KEPT:
                break
            with suppress(OSError):  # another run took it out
                path.unlink()
            total -= size

    def size(self) -> Size:
        """How much it holds now."""
        sizes = [status.st_size for _, status in self._entries()]
        return Size(len(sizes), sum(sizes), self._largest)

    def _file(self, key: str) -> Path:
        return self.directory / key[:2] / f"{key}{_SUFFIX}"

    def _entries(self) -> Iterator[tuple[Path, os.stat_result]]:
        for path in self.directory.glob(f"*/*{_SUFFIX}"):
            with suppress(OSError):
                yield path, path.stat()


def cache_directory() -> Path:
    """`mblint/fleet/…` in the user's cache directory, as the platform has it."""
    return _users_caches() / "mblint" / "fleet" / _VERSION


def _users_caches() -> Path:
    told = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(told):  # another is to be ignored, says the XDG Base Directory Specification
        return Path(told)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    return Path.home() / ".cache"


def _checksum(data: bytes) -> bytes:
    return f"{zlib.crc32(data):0{_DIGITS}x}".encode()

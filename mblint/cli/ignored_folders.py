"""Which folders of a directory git ignores: what is built or fetched there is nobody's to lint."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path


def git_ignores(directory: str) -> Collection[str]:
    """The folders below a directory that git ignores, as they are named from it; none outside of a git repository.

    A directory that is ignored itself was asked for: nothing of it is passed over.
    """
    here = Path(os.path.abspath(directory))
    if not any((each / ".git").exists() for each in (here, *here.parents)):
        return ()
    import subprocess  # noqa: PLC0415  for directories only

    # The monitor is a command of the repository's configuration, and is not to run.
    quiet = ("git", "-c", "core.fsmonitor=false", "-c", f"safe.directory={here}", "-C", str(here))
    listing = ("ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory")
    try:
        done = subprocess.run((*quiet, *listing), capture_output=True, check=False)
    except OSError:
        return ()
    names = (os.fsdecode(name) for name in done.stdout.split(b"\0") if name.endswith(b"/"))
    found = frozenset(name.rstrip("/") for name in names)
    return () if "." in found else found

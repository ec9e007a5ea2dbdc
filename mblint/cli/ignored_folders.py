"""Which folders of a directory git ignores: what is built or fetched there is nobody's to lint."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

from mblint.findings.placement.repository import quiet_git


def git_ignores(directory: str) -> Collection[str]:
    """The folders below a directory that git ignores, as they are named from it; none outside of a git repository.

    A directory that is ignored itself was asked for: nothing of it is passed over.
    """
    git = quiet_git(Path(os.path.abspath(directory)))
    if git is None:
        return ()
    import subprocess  # noqa: PLC0415  for directories only

    listing = ("ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory")
    try:
        done = subprocess.run((*git, *listing), capture_output=True, check=False)
    except OSError:
        return ()
    names = (os.fsdecode(name) for name in done.stdout.split(b"\0") if name.endswith(b"/"))
    found = frozenset(name.rstrip("/") for name in names)
    return () if "." in found else found

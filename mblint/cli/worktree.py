"""A revision of the user's repository beside the files here, for as long as something is rendered from it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from mblint.cli.children import heeding_signals
from mblint.cli.output import Refused

# No program of the repository's configuration is to run because of us: neither hooks nor file system monitors.
_QUIET = ("-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "advice.detachedHead=false")


@contextmanager
def at_revision(revision: str) -> Iterator[Path]:
    """The working directory as it was at a revision: the same folder of a temporary worktree. Raises Refused.

    Whatever ends the block, a signal too, the worktree is gone after it.
    """
    top = Path(_git("rev-parse", "--show-toplevel", why="--rev needs a git repository"))
    commit = _git(
        "rev-parse",
        "--verify",
        "--quiet",
        "--end-of-options",
        f"{revision}^{{commit}}",
        why=f"git knows no revision {revision}",
    )
    here = Path(os.path.realpath(os.curdir)).relative_to(os.path.realpath(top))
    with heeding_signals(), TemporaryDirectory(prefix="mblint-") as temporary:
        tree = Path(temporary) / (top.name or "tree")
        try:
            _git("worktree", "add", "--quiet", "--detach", "--", str(tree), commit, why="git makes no worktree")
            folder = tree / here
            if not folder.is_dir():
                raise Refused(f"at {revision} there is no folder {here}")
            yield folder
        finally:
            subprocess.run(
                ("git", *_QUIET, "worktree", "remove", "--force", "--force", "--", str(tree)),
                capture_output=True,
                check=False,
            )


def _git(*words: str, why: str) -> str:
    try:
        done = subprocess.run(("git", *_QUIET, *words), capture_output=True, check=False)
    except OSError as error:
        raise Refused(f"git cannot be run: {error.strerror}") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise Refused(f"{why}: {said[-1]}" if said else why)
    return os.fsdecode(done.stdout).removesuffix("\n")

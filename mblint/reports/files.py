"""File names as the readers of a repository know them."""

from __future__ import annotations

import os
from pathlib import Path

from mblint.manifests.read import STDIN


def relative_file(file: str, root: Path) -> str:
    """A file as seen from the root of the repository, with "/"; absolute where it lies elsewhere; "-" stays."""
    if file == STDIN:
        return file
    path = Path(os.path.abspath(file))
    return (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()

"""File names as the readers of a repository know them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from mblint.manifests.read import STDIN

SOURCE_ROOT = "%SRCROOT%"


def relative_file(file: str, root: Path) -> str:
    """A file as seen from the root of the repository, with "/"; absolute where it lies elsewhere; "-" stays."""
    if file == STDIN:
        return file
    path = Path(os.path.abspath(file))
    return (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()


def artifact_location(file: str, root: Path) -> Mapping[str, str]:
    """A file, below `root` where it is there."""
    path = relative_file(file, root)
    if os.path.isabs(path):
        return {"uri": Path(path).as_uri()}
    return {"uri": quote(path, errors="surrogateescape"), "uriBaseId": SOURCE_ROOT}

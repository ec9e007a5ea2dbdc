"""What the configuration file of a server says of its workers: mounted from the render, or inside a known image."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from mblint.cluster.secrets import SecretText
from mblint.manifests.documents import Place
from mblint.settings.mounted_files import MountedFile
from mblint.settings.words import Word
from mblint.software.running import Profile

_ASSIGNMENT = r"(?m)^[ \t]*(workers|processes|timeout|preload_app)[ \t]*=[ \t]*([^#\n]*?)[ \t]*(?:#.*)?$"


class Configured(Struct, frozen=True):
    """`unknown`: there is a file, and the manifests do not show it, or it computes the number of its workers."""

    workers: int | None = None
    timeout: int | None = None
    preload: bool = False
    unknown: bool = False
    place: Place | None = None


def configured(named: Word | None, files: Sequence[MountedFile], image: Profile | None) -> Configured:
    """What the configuration file that a program is given says. `named`: the option's value; None: it is given none."""
    if named is None:
        return Configured()
    path = named.plain.removeprefix("file:")
    inside = None if image is None else image.configuration
    if inside is not None and inside.file == path:
        return Configured(workers=inside.workers, timeout=inside.timeout)
    mounted = next((file for file in files if file.path == path), None)
    if mounted is None or mounted.entry.text is None or isinstance(mounted.entry.text, SecretText):
        return Configured(unknown=True)
    return _read(mounted.entry.text, mounted.entry.place)


def _read(text: str, place: Place) -> Configured:
    said = {found[1]: found[2] for found in re.finditer(_ASSIGNMENT, text)}
    workers = said.get("workers", said.get("processes"))
    timeout = said.get("timeout")
    computed = [value for value in (workers, timeout) if value is not None and not value.isdecimal()]
    return Configured(
        workers=int(workers) if workers is not None and workers.isdecimal() else None,
        timeout=int(timeout) if timeout is not None and timeout.isdecimal() else None,
        preload=said.get("preload_app") == "True",
        unknown=bool(computed),
        place=place,
    )

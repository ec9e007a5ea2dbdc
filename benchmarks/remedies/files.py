"""What `mblint fix` makes of files: only lines of mended findings change, and comments, quotes and line ends stay."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import yaml

_SCALAR = re.compile(
    r"^\s*(?:- )?(?:[\w./-]+: +)?(?P<value>'(?:[^']|'')*'|\"(?:[^\"\\]|\\.)*\"|[^\s#'\"{\[|>&*!].*?)(?:\s+#.*)?$"
)
_COMMENT = re.compile(r"(?:^|\s)#.*$")


def careless(before: str, after: str) -> Iterator[str]:
    """What a text lost on the way to another: comments, quotes, line ends."""
    old, new = before.split("\n"), after.split("\n")
    if comments(before) - comments(after):
        yield f"lost the comment {sorted(comments(before) - comments(after))[0]!r}"
    if before.count("\r\n") and after.count("\r\n") != after.count("\n"):
        yield "mixes line ends"
    for kind, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "delete":
            yield f"lost the line {old[first]!r}"
        if kind == "replace" and last - first == end - start:
            for one, other in zip(old[first:last], new[start:end], strict=True):
                yield from _requoted(one, other)


def comments(text: str) -> set[str]:
    """The comments of a text, as far as a line shows one."""
    return {line.strip() for line in text.split("\n") if line.strip().startswith("#")}


def _requoted(old: str, new: str) -> Iterator[str]:
    one, other = _SCALAR.match(old), _SCALAR.match(new)
    if one is None or other is None:
        return
    was, now = one["value"], other["value"]
    quotes = was[0] if was[0] in "'\"" else ""
    if quotes and not now.startswith(quotes) and isinstance(_read(now), str):
        yield f"{old.strip()!r} became {new.strip()!r}: other quotes"
    if not quotes and now[0] in "'\"" and isinstance(_read(now[1:-1]), str) and _read(now[1:-1]) == _read(now):
        yield f"{old.strip()!r} became {new.strip()!r}: quotes that it does not need"


def _read(text: str) -> Any:
    try:
        return yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError:
        return None


def built(kustomize: Sequence[str], folder: Path, **kustomization: Sequence[str]) -> str:
    """What Kustomize makes of a folder. Raises RuntimeError with what it says where it refuses."""
    (folder / "kustomization.yaml").write_text(yaml.safe_dump(kustomization))
    done = subprocess.run([*kustomize, str(folder)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.strip()[-300:])
    return done.stdout

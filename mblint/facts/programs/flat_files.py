"""Names that a program is told in files without a tree, a line each (`name value`, `name = value`), and as options.

Only where a name begins and ends is asked. A line that goes on in the next one, and what a template fills in, has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from mblint.cluster.secrets import SecretText, reveal
from mblint.facts.software import RunningProgram
from mblint.globs import matches
from mblint.manifests.documents import Place
from mblint.settings.arguments import shell_script
from mblint.settings.mounted_files import MountedFile
from mblint.settings.words import Word

_NAME = re.compile(r"[ \t]*([A-Za-z_][\w.*/-]*)[ \t]*(?:=|:|[ \t]|$)")
_SECTION = re.compile(r"[ \t]*\[([^\]]+)\]")
_FILLED_LATER = re.compile(r"^[ \t]*(?:\{\{|\{%|<%)|\$\{[A-Z_]+\}[ \t]*$", re.M)
_LONGEST = 512 * 1024  # characters


class ToldName(Struct, frozen=True):
    """A name, where it stands, and how messages say where: ` in /etc/redis.conf`, or nothing of an option."""

    name: str
    place: Place
    where: str
    dashes: str = ""  # before an option's name
    is_secret: bool = False


def names_in_lines(file: MountedFile, section: str | None) -> Iterator[ToldName]:
    """The names of a file; of its sections that a glob fits, where there is one."""
    entry = file.entry
    text = "" if entry.text is None else reveal(entry.text)
    if len(text) > _LONGEST or _FILLED_LATER.search(text) is not None:
        return
    at, counts, goes_on = 0, section is None, False
    for line in text.splitlines(keepends=True):
        heading = _SECTION.match(line)
        if heading is not None and section is not None:
            counts = matches(heading[1].strip(), section)
        elif counts and not goes_on and (found := _NAME.match(line)) is not None:
            place = entry.place if entry.encoded else entry.place.inside(at + found.start(1))
            yield ToldName(found[1], place, f" in {file.path}", is_secret=isinstance(entry.text, SecretText))
        goes_on = line.rstrip("\r\n").endswith("\\")
        at += len(line)


def names_of_options(one: RunningProgram, option: str) -> Iterator[ToldName]:
    """The names of a container's options: all of `--name`, or those in `name=value` behind one option."""
    words = one.container.words
    if not words or shell_script([Word(word.text, word.place, exact=False) for word in words]) is not None:
        return
    behind = False
    for word in words:
        text = word.text
        if option == "--":
            if (found := re.match(r"--([A-Za-z][\w.-]*)", text)) is not None:
                yield ToldName(found[1], word.place, "", "--")
        elif behind or (text.startswith(option) and text != option):
            assigned = text if behind else text[len(option) :]
            if (found := re.match(r"\s*([A-Za-z_][\w.-]*)\s*=", assigned)) is not None:
                yield ToldName(found[1], word.place, "", f"{option} ")
        behind = text == option

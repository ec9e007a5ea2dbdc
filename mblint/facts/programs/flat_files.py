"""Names that a program is told in files without a tree, a line each (`name value`, `name = value`), and as options.

Only where a name begins and ends is asked. A line that goes on in the next one, and what a template fills in, has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from mblint.cluster.secrets import SecretText, reveal
from mblint.facts.software import RunningProgram
from mblint.manifests.documents import Place
from mblint.regex import regex
from mblint.settings.arguments import shell_script
from mblint.settings.mounted_files import MountedFile
from mblint.settings.words import Word

_NAME = regex(r"[ \t]*([A-Za-z_][\w.*/-]*)[ \t]*(?:=|:|[ \t]|$)")
_SECTION = regex(r"^[ \t]*\[([^\]\n]+)\][^\n]*", re.M)
_CALLED = regex(r"^[ \t]*name[ \t]+(\S+)", re.M | re.I)
_FILLED_LATER = regex(r"^[ \t]*(?:\{\{|\{%|<%|\$\{\w+\}[ \t]*$)", re.M)
_LONGEST = 512 * 1024  # characters


class ToldName(Struct, frozen=True):
    """A name, where it stands, and how messages say where: ` in /etc/redis.conf`, or nothing of an option.

    `is_secret`: it is the beginning of a line in a Secret, and may be a part of what must not be shown.
    """

    name: str
    place: Place
    where: str
    dashes: str = ""  # before an option's name
    is_secret: bool = False


def names_in_lines(file: MountedFile, section: str = "", named: str = "") -> Iterator[ToldName]:
    """The names of a file; below `[section]` alone where there is one, and of those alone that have this `Name`."""
    entry = file.entry
    text = "" if entry.text is None else reveal(entry.text)
    if len(text) > _LONGEST or _FILLED_LATER.search(text) is not None:
        return
    for start, body in _bodies(text, section) if section else ((0, text),):
        if not named or any(found[1].lower() == named for found in _CALLED.finditer(body)):
            for name, offset in _names(body):
                place = entry.place if entry.encoded else entry.place.inside(start + offset)
                yield ToldName(name, place, f" in {file.path}", is_secret=isinstance(entry.text, SecretText))


def _bodies(text: str, section: str) -> Iterator[tuple[int, str]]:
    """What stands below each heading of a section, and where that begins."""
    headings = list(_SECTION.finditer(text))
    ends = [*(heading.start() for heading in headings[1:]), len(text)]
    for heading, end in zip(headings, ends, strict=False):  # without any there is an end all the same
        if heading[1].strip().lower() == section.lower():
            yield heading.end(), text[heading.end() : end]


def _names(body: str) -> Iterator[tuple[str, int]]:
    """The name that each line begins with, and where; none of a line that goes on from the one before."""
    at, goes_on = 0, False
    for line in body.splitlines(keepends=True):
        if not goes_on and (found := _NAME.match(line)) is not None:
            yield found[1], at + found.start(1)
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

"""An entry of `options`, from the names of each minor version: those of all, and those that came and went."""

from __future__ import annotations

import json
import re
import textwrap
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

Minor = tuple[int, int]
_WIDTH = 150
_PLAIN = re.compile(r"(?!(?:y|n|yes|no|on|off|true|false|null)$)[A-Za-z_][\w.-]*", re.I)


@dataclass
class Entry:
    """What is written of one program, in the order in which it is written."""

    known: list[str]
    added: dict[str, list[str]]
    removed: dict[str, list[str]]
    versions: list[str]
    source: str
    given: Mapping[str, Any] = field(default_factory=dict)

    def seen(self) -> str:
        """For the eye: how many names, what came, what went."""
        rows = [f"{len(self.known)} of {self.versions}: {' '.join(self.known)}"]
        rows += [f"  + {version}: {' '.join(names)}" for version, names in self.added.items()]
        rows += [f"  - {version}: {' '.join(names)}" for version, names in self.removed.items()]
        return "\n".join(rows)


def entry_of(
    program: Mapping[str, Any],
    by_minor: Mapping[Minor, set[str]],
    always: set[str],
    source: str,
    lasts: Mapping[Minor, str],
) -> Entry:
    """The entry of a program; names of libraries (`always`) are there in every version.

    `lasts`: the last release of each minor version that will have more of them: those may have more options.
    """
    minors = sorted(by_minor)
    # mblint takes `_` for `-`, as most programs do.
    always = {name for name in always if "_" not in name or name.replace("_", "-") not in always}
    added: defaultdict[str, list[str]] = defaultdict(list)
    removed: defaultdict[str, list[str]] = defaultdict(list)
    known = set(always)
    globs = [name for name in always if "*" in name and name != "no-*"]
    for name in sorted(set().union(*by_minor.values()) - always):
        there = [minor for minor in minors if any(fnmatchcase(name, known) for known in by_minor[minor])]
        if any(fnmatchcase(name, glob) for glob in globs):
            continue
        if there[0] == minors[0] and there[-1] == minors[-1]:
            known.add(name)
        if there[0] != minors[0]:
            added[_text(there[0])].append(name)
        if there[-1] != minors[-1]:
            removed[_text(minors[minors.index(there[-1]) + 1])].append(name)
    return Entry(
        sorted(known, key=str.lower),
        dict(added),
        dict(removed),
        _ranges(minors, lasts),
        source,
        program,
    )


def _ranges(minors: list[Minor], lasts: Mapping[Minor, str]) -> list[str]:
    """The versions of which the options are known: a maintained minor version up to its last release."""
    ranges: list[str] = []
    first = minors[0]
    for at, minor in enumerate(minors):
        if minor in lasts:
            ranges.append(f">={_text(first)} <={lasts[minor]}")
            first = minors[at + 1] if at + 1 < len(minors) else first
    return ranges


def section_text(entries: Iterable[Entry]) -> str:
    """The section as YAML."""
    return "options:\n" + "".join(_written(entry) for entry in entries)


def _written(entry: Entry) -> str:
    rows = ["  - known:", _list(entry.known, 6)]
    for key, changes in (("since", entry.added), ("gone", entry.removed)):
        if changes:
            rows.append(f"    {key}:")
            for version in sorted(changes, key=_numbers):
                rows.append(f"      {json.dumps(version)}:")
                rows.append(_list(changes[version], 8))
    gone = {name for names in entry.removed.values() for name in names}
    instead = {old: new for old, new in entry.given.get("instead", {}).items() if old in gone}
    if instead:
        rows.append("    instead:")
        rows += [f"      {_quoted(old)}: {json.dumps(new)}" for old, new in sorted(instead.items())]
    if "behind" in entry.given:
        rows.append(f"    behind: {_flow(entry.given['behind'])}")
    if entry.given.get("any-case"):
        rows.append("    any-case: true")
    rows.append(f"    versions: {_flow(entry.versions if len(entry.versions) > 1 else entry.versions[0])}")
    rows.append(f"    images: {_flow(entry.given['images'])}")
    rows.append(f"    source: {entry.source}")
    return "\n".join(rows) + "\n"


def _list(names: Iterable[str], indent: int) -> str:
    room = " " * indent
    text = ", ".join(_quoted(name).replace(" ", "\0") for name in names)
    lines = textwrap.wrap(text, _WIDTH - indent - 1, break_long_words=False, break_on_hyphens=False)
    return room + "[" + f"\n{room} ".join(lines).replace("\0", " ") + "]"


def _flow(value: Any) -> str:
    return (
        "[" + ", ".join(_quoted(str(each)) for each in value) + "]" if isinstance(value, list) else _quoted(str(value))
    )


def _quoted(name: str) -> str:
    return name if _PLAIN.fullmatch(name) or re.fullmatch(r"[\w.][\w./-]*/[\w./-]+", name) else json.dumps(name)


def _text(minor: Minor) -> str:
    return f"{minor[0]}.{minor[1]}"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split("."))

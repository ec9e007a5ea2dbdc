"""What is known of a program, explained; and the list of all programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from mblint.reports.printable import inert, printable
from mblint.reports.style import Style
from mblint.reports.values import Json, serialised
from mblint.software.program import Program
from mblint.software.sections import SECTIONS

_OWN = ("source", "note", "versions", "images")  # said at the end of an entry


def explained(program: Program, style: Style) -> str:
    """Everything that the file says, section by section, each entry with its source."""
    return "".join(f"{inert(line)}\n" for line in _explained(program, style))


def listed_text(programs: Sequence[Program], style: Style) -> str:
    """One program a line: name, category, what is known of it."""
    names = max((len(program.id) for program in programs), default=0)
    categories = max((len(program.category) for program in programs), default=0)
    return "".join(
        f"{style.strong(f'{program.id:{names}}')}  {program.category:{categories}}  {', '.join(_sections(program))}\n"
        for program in programs
    )


def listed_json(programs: Sequence[Program]) -> str:
    """What a tool may want to know of each program."""
    return serialised({"version": 1, "software": [_value(program) for program in programs]})


def _value(program: Program) -> dict[str, Json]:
    return {
        "id": program.id,
        "name": program.name,
        "category": program.category,
        "images": program.images,
        "sections": _sections(program),
        "source": program.source,
        "see": program.see,
    }


def _sections(program: Program) -> tuple[str, ...]:
    return tuple(key for key in SECTIONS if key in program.parts)


def _explained(program: Program, style: Style) -> Iterator[str]:
    yield f"{style.strong(program.name)} (software/{program.id}, {program.category})"
    yield f"  images: {', '.join(program.images)}"
    for key in _sections(program):
        yield ""
        yield style.strong(key)
        value = program.value(key)
        entries = cast("Sequence[Mapping[str, object]]", value if isinstance(value, list) else [value])
        for entry in entries:
            yield from _entry(entry, program)
    yield ""
    yield style.strong("Read on")
    for link in dict.fromkeys((*program.source.split("; "), *program.see)):
        yield f"  - {link}"


def _entry(entry: Mapping[str, object], program: Program) -> Iterator[str]:
    own = {key: value for key, value in entry.items() if key not in _OWN}
    mark = "- "
    for key, value in own.items():
        yield f"  {mark}{key}: {in_one_line(value)}"
        mark = "  "
    for key in _OWN[1:]:
        if key in entry:
            yield f"    {key}: {in_one_line(entry[key])}"
    yield f"    source: {entry.get('source', program.source)}"


def in_one_line(value: object) -> str:
    """A value of a software file as one line of text."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {in_one_line(part)}" for key, part in value.items())
    if isinstance(value, (list, tuple)):
        parts = [f"({in_one_line(part)})" if isinstance(part, (Mapping, list)) else in_one_line(part) for part in value]
        return ", ".join(parts)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return printable(str(value))

"""All programs that are known, by their images and by their sections.

`shipped_programs()` are those that come with mblint; `with_own` adds those of a user. In a wheel they lie
in `software.json`, where a section stays bytes until it is asked for; in a checkout the files are cut, and what is
asked for is parsed. So a run pays for the programs that occur in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from os import sep
from pathlib import Path
from typing import Any

from msgspec import Raw, Struct, field, json

from mblint.shipped import PREPARED_SOFTWARE, rules_directory, shipped
from mblint.software.images import exactness, fits, reference
from mblint.software.program import Program, Running, running
from mblint.software.sections import key_of
from mblint.software.written import SoftwareError, SoftwareText, cut, read_software

Pairs = tuple[tuple[str, str], ...]  # pattern of an image, and the program that has it


class ImageIndex(Struct, frozen=True):
    """The patterns of images: those whose last part is a name by that name, and those with a `*` in it."""

    named: Mapping[str, Pairs]
    globbed: Pairs = ()


class Programs(Struct, frozen=True, eq=False):
    """Programs, and the index by which an image finds its own."""

    by_id: Mapping[str, Program]
    index: ImageIndex
    running: dict[str, Running | None] = field(default_factory=dict)  # by image
    memory: dict[Callable[..., Any], Any] = field(default_factory=dict)  # see `mblint.cluster.remembered`

    def of_image(self, image: str | None) -> Running | None:
        """The program in an image, with its version; None for one that no file names."""
        if not image:
            return None
        if image not in self.running:
            self.running[image] = self._found(image)
        return self.running[image]

    def with_section(self, kind: type[Struct]) -> tuple[Program, ...]:
        """The programs whose files have the section of these entries, by name."""
        key = key_of(kind)
        return tuple(program for program in self.by_id.values() if key in program.parts)

    def _found(self, image: str) -> Running | None:
        named = reference(image)
        candidates = (*self.index.named.get(named.name, ()), *self.index.globbed)
        fitting = [(pattern, program) for pattern, program in candidates if fits(pattern, named.path)]
        if not fitting:
            return None
        _, program = max(fitting, key=lambda pair: exactness(pair[0]))
        return running(self.by_id[program], named)


@cache
def shipped_programs() -> Programs:
    """The programs that come with mblint."""
    prepared = shipped(PREPARED_SOFTWARE)
    if prepared is None:
        return read_programs(rules_directory() / "software")
    file = json.decode(prepared, type=_Prepared)
    folder = str(rules_directory() / "software")
    by_id = {name: Program(name, parts, f"{folder}{sep}{name}.yaml") for name, parts in file.programs.items()}
    return Programs(by_id, file.index)


def with_own(programs: Programs, own: Iterable[SoftwareText]) -> Programs:
    """The programs, and those of a user's files. Raises SoftwareError."""
    by_id = dict(programs.by_id)
    for each in own:
        program = _program(each)
        if program.id in by_id:
            raise SoftwareError(program.file, None, f"there is a program {program.id} already")
        by_id[program.id] = program
    return programs if len(by_id) == len(programs.by_id) else Programs(by_id, image_index(by_id.values()))


def software_in(directories: Iterable[Path]) -> tuple[SoftwareText, ...]:
    """The `*.yaml` files of directories, which need not exist. Raises SoftwareError."""
    return tuple(read_software(path) for directory in directories for path in sorted(directory.glob("*.yaml")))


def read_programs(directory: Path) -> Programs:
    """The programs of the `*.yaml` files in a directory; none where there is none. Raises SoftwareError."""
    by_id = {program.id: program for program in map(_program, software_in([directory]))}
    return Programs(by_id, image_index(by_id.values()))


def _program(read: SoftwareText) -> Program:
    return Program(Path(read.file).stem, cut(read.text, read.file), read.file)


def image_index(programs: Iterable[Program]) -> ImageIndex:
    """The index of programs by their images."""
    named: dict[str, Pairs] = {}
    globbed: list[tuple[str, str]] = []
    for program in programs:
        for pattern in program.images:
            last = pattern.rpartition("/")[2]
            if any(sign in last for sign in "*?["):
                globbed.append((pattern, program.id))
            else:
                named[last] = (*named.get(last, ()), (pattern, program.id))
    return ImageIndex(named, tuple(globbed))


# ---------------------------------------------------------------- what the build prepares


class _Prepared(Struct, frozen=True):
    """The content of `software.json`."""

    programs: Mapping[str, Mapping[str, Raw]]
    index: ImageIndex


def prepared_software(directory: Path) -> bytes:
    """What the build has to write of a directory of software files. Examples stay in the files."""
    programs = read_programs(directory)
    written = {
        program.id: {key: Raw(json.encode(program.value(key))) for key in program.parts if key != "examples"}
        for program in programs.by_id.values()
    }
    return json.encode(_Prepared(written, programs.index))

"""One program: what its file says, section by section, each read when it is asked for; and the program in one image."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar, cast

from msgspec import Raw, Struct, field, json

from mblint.regex import regex
from mblint.software.entries import Entry
from mblint.software.images import Reference, is_among
from mblint.software.sections import EntryError, VersionFrom, key_of, read_entries
from mblint.software.setting_names import texts
from mblint.software.versions import Version, of_newest, version_of_tag, within
from mblint.software.written import Chunk, SoftwareError, value_of

SectionEntry = TypeVar("SectionEntry", bound=Struct)
AnyEntry = TypeVar("AnyEntry", bound=Entry)
_WORD = regex(r"\w[\w.-]*")
_NEWEST = ("latest", "main", "master", "nightly", "edge")  # tags that are given to each new build


class Program(Struct, frozen=True, eq=False):
    """A program, by the name of its file. `parts`: its sections, as text or as the build prepared them."""

    id: str
    parts: Mapping[str, Chunk | Raw]
    file: str = ""
    memory: dict[str, object] = field(default_factory=dict)  # the sections that were read

    @property
    def name(self) -> str:
        """As messages call it."""
        return str(self.value("software") or self.id)

    @property
    def category(self) -> str:
        """What it is for, in a word or two."""
        return str(self.value("category") or "")

    @property
    def images(self) -> tuple[str, ...]:
        """The patterns of its images."""
        return _texts(self.value("images"))

    @property
    def source(self) -> str:
        """Where entries that name no source of their own were read."""
        return str(self.value("source") or "")

    @property
    def see(self) -> tuple[str, ...]:
        """Where to read on."""
        return _texts(self.value("see"))

    def has(self, kind: type[Struct]) -> bool:
        """True where its file has the section of these entries."""
        return key_of(kind) in self.parts

    def entries(self, kind: type[SectionEntry]) -> tuple[SectionEntry, ...]:
        """All entries of a section, for every version and image. Raises SoftwareError for what is none."""
        key = key_of(kind)
        if key not in self.parts:
            return ()
        remembered = f"entries of {key}"
        if remembered not in self.memory:
            try:
                self.memory[remembered] = read_entries(kind, self.value(key))
            except EntryError as error:
                part = self.parts[key]
                line = part.line if isinstance(part, Chunk) else None
                raise SoftwareError(self.file, line, f"{key}: {error}") from error
        return cast("tuple[SectionEntry, ...]", self.memory[remembered])

    @property
    def names(self) -> frozenset[str]:
        """All words of its sections that may be a setting's name: whoever has one of them has written no other."""
        if "names" not in self.memory:
            self.memory["names"] = frozenset(
                _WORD.findall(str([self.value(key) for key in self.parts if key != "examples"]))
            )
        return cast("frozenset[str]", self.memory["names"])

    def names_of(self, image: Reference) -> frozenset[str]:
        """The same of what its file says of one image: of entries that name others, nothing."""
        key = f"names of {image.path}:{image.tag}"
        if key not in self.memory:
            parts = (self.value(part) for part in self.parts if part != "examples")
            said = [_of_image(part, image) for part in parts]
            self.memory[key] = frozenset(_WORD.findall(str(said)))
        return cast("frozenset[str]", self.memory[key])

    def value(self, key: str) -> object:
        """What stands at a key of the first level, as it was written; None where the file has none."""
        part = self.parts.get(key)
        if part is None:
            return None
        if key not in self.memory:
            self.memory[key] = value_of(key, part, self.file) if isinstance(part, Chunk) else json.decode(part)
        return self.memory[key]


class Running(Struct, frozen=True, eq=False):
    """A program as an image has it. `version`: None where the tag does not give it."""

    program: Program
    image: Reference
    version: Version | None
    memory: dict[type[Entry], tuple[tuple[Entry, bool | None], ...]] = field(default_factory=dict)  # what is true of it

    def entries(self, kind: type[AnyEntry]) -> tuple[AnyEntry, ...]:
        """The entries of a section that are certainly true of this image and version."""
        return tuple(cast("AnyEntry", entry) for entry, true in self._judged(kind) if true is True)

    def may_have(self, entry: Entry) -> bool:
        """Whether an entry is true of this image and version, as far as these are known."""
        return self._is_true(entry) is not False

    def undecided(self, kind: type[AnyEntry]) -> bool:
        """True where the version is not known well enough to say of each entry of a section whether it is true.

        Whoever concludes from what a section does *not* say asks this first.
        """
        return any(true is None for _, true in self._judged(kind))

    def _judged(self, kind: type[Entry]) -> tuple[tuple[Entry, bool | None], ...]:
        if kind not in self.memory:
            self.memory[kind] = tuple((entry, self._is_true(entry)) for entry in self.program.entries(kind))
        return self.memory[kind]

    def _is_true(self, entry: Entry) -> bool | None:
        of_this_image = is_among(self.image, texts(entry.images))
        if of_this_image is False:
            return False
        true_of_version = of_newest(entry.versions) if self._is_newest else within(entry.versions, self.version)
        return true_of_version if of_this_image or true_of_version is False else None

    @property
    def _is_newest(self) -> bool:
        """Whether its image is the newest that its maker gives out, whatever its number is by now."""
        return self.version is None and self.image.digest is None and (self.image.tag or "latest") in _NEWEST


def _of_image(part: object, image: Reference) -> object:
    """A section without the entries that are of other images."""
    if not isinstance(part, list):
        return part
    return [
        entry
        for entry in part
        if not isinstance(entry, dict) or is_among(image, _texts(entry.get("images"))) is not False
    ]


def running(program: Program, image: Reference) -> Running:
    """A program in an image, with the version that the image's tag gives."""
    return Running(program, image, _version(program, image))


def _version(program: Program, image: Reference) -> Version | None:
    if image.tag is None:
        return None
    for entry in program.entries(VersionFrom):
        if is_among(image, texts(entry.images)):
            return version_of_tag(image.tag, entry.pattern) if entry.origin == "tag" else None
    return version_of_tag(image.tag)


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(str(each) for each in value)
    return () if value is None else (str(value),)

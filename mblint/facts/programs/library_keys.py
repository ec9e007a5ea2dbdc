"""Keys that a library wants in one form, and hashes that are written for another reader.

What a key must be is in `rules/tables/library-keys.yaml`: no program has to be known, since the setting's name says
whose key it is. A hash of a password has dollars, which Docker Compose wants doubled. The kubelet halves them in a
value of `env`, and takes what stands in a ConfigMap or Secret as it is.
Source: https://docs.docker.com/reference/compose-file/interpolation/;
https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from functools import cache, lru_cache

from msgspec import Struct, convert

from mblint.cluster.secrets import reveal
from mblint.facts.programs.refusals import Refusal, refused_anywhere
from mblint.facts.programs.rows import RefusedSetting
from mblint.facts.software import program_of
from mblint.facts.told import told_containers
from mblint.facts.world import World
from mblint.regex import regex
from mblint.settings.by_container import ContainerSettings
from mblint.settings.names import Origin
from mblint.settings.role_table import Phrase, words_of
from mblint.settings.rows import Setting
from mblint.settings.tables import load_table
from mblint.software.running import Refuses
from mblint.software.setting_names import setting_names
from mblint.software.words import Takes

_DOUBLED = regex(r"\$\$(?:argon2(?:id|i|d)|2[abxy]|apr1|[156])\$\$")
_MADE_LATER = ("$", "{{", "<", "%")


class LibraryKey(Struct, frozen=True, forbid_unknown_fields=True):
    """One row of the table: a key by its name, and what it must be."""

    library: str
    name: str
    coded: str
    otherwise: str
    source: str
    begins: str = ""
    beside: tuple[str, ...] = ()
    bytes: tuple[int, ...] = ()
    least: int = 0
    list: bool = False
    example: str = ""

    @property
    def words(self) -> Phrase:
        """The words of the name, without what stands for any others."""
        return tuple(self.name.removeprefix("* ").split())


def library_keys(world: World) -> Iterator[RefusedSetting]:
    """A row for each key that its library does not take, and for each hash with doubled dollars."""
    for told in told_containers(world):
        for setting in told.settings:
            if setting.origin is Origin.ENV and setting.value is not None and not setting.guessed:
                text = reveal(setting.value).strip()
                if "$$" in text and setting.key_ref is not None and _DOUBLED.match(text):
                    yield _row(
                        world,
                        setting,
                        "its dollars are doubled, as Docker Compose wants them, and in a "
                        f"{setting.key_ref.kind} nothing halves them, so that no password fits the hash",
                    )
                row = next((row for row in _named(setting.key) if _counts(row, told) and _is_wrong(row, text)), None)
                if row is not None and not _is_its_own(world, setting):
                    yield _row(world, setting, row.otherwise, row)


@cache
def _rows() -> tuple[LibraryKey, ...]:
    return convert(load_table("library-keys", "keys"), tuple[LibraryKey, ...])


@lru_cache(maxsize=4096)
def _named(key: str) -> tuple[LibraryKey, ...]:
    """The rows that a setting's name may be of: none, for most."""
    words = words_of(key)
    return tuple(
        row
        for row in _rows()
        if (words[-len(row.words) :] == row.words if row.name.startswith("*") else words == row.words)
    )


def _is_its_own(world: World, setting: Setting) -> bool:
    """Whether the program's own file says what this setting must be."""
    one = program_of(world, setting.workload, setting.container)
    if one is None:
        return False
    own: tuple[Refuses | Takes, ...] = (*one.running.entries(Refuses), *one.running.entries(Takes))
    return any(name.key == setting.key for entry in own for name in setting_names(entry.setting))


def _counts(row: LibraryKey, told: ContainerSettings) -> bool:
    return not row.beside or any(told.by_key.get((None, name)) is not None for name in row.beside)


def _is_wrong(row: LibraryKey, text: str) -> bool:
    """Whether a value is known, and has not the bytes that it must have."""
    if not text or any(mark in text for mark in _MADE_LATER) or not text.startswith(row.begins):
        return False
    if not row.begins and ":" in text:
        return False  # a key of another row, or one that says where it is
    keys = text.split(",") if row.list else [text.removeprefix(row.begins)]
    sizes = [_size(row.coded, key.strip()) for key in keys]
    if row.least:
        return any(size is None or size < row.least for size in sizes)
    return any(size not in row.bytes for size in sizes)


def _size(coded: str, text: str) -> int | None:
    """The bytes of a key; None where it is not coded so at all."""
    if coded == "text":
        return len(text.encode())
    try:
        if coded == "hex":
            return len(bytes.fromhex(text))
        return len(base64.urlsafe_b64decode(text) if coded == "base64url" else base64.b64decode(_padded(text)))
    except (binascii.Error, ValueError):
        return None


def _padded(text: str) -> str:
    """PHP takes base64 without its padding, too."""
    return text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4)


def _row(world: World, setting: Setting, otherwise: str, row: LibraryKey | None = None) -> RefusedSetting:
    what, example = f"the value of {setting.label}", "" if row is None else row.example
    refusal = Refusal(setting.label, setting.place, what, otherwise, starts=True, example=example)
    return refused_anywhere(world, setting, refusal)

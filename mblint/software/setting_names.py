"""How software files name settings: one way of writing for all sections.

UPPER_CASE is an environment variable, `--name` (or `-n`) an argument, `-c key` an argument whose value is `key=…`,
`file:key.path` a key of a configuration file whose path ends in `file` (`grafana.ini:server.http_port`), and a
`key.path` alone one of any file. `*` in a file's name stands for any text.
"""

from __future__ import annotations

from enum import Enum
from functools import lru_cache

from msgspec import Struct

from mblint.regex import regex

Texts = str | tuple[str, ...]  # files write one text, or a list of them

_VARIABLE = regex(r"[A-Z_][A-Z0-9_]*|[A-Z]+_[A-Za-z0-9_]+")


class Form(Enum):
    """How a name is written, which says where it counts."""

    VARIABLE = "variable"
    OPTION = "option"
    PATH = "path"


class SettingName(Struct, frozen=True):
    """The name of a setting. `file`: "" for any file (only where it is a PATH)."""

    form: Form
    key: str
    file: str = ""

    def __str__(self) -> str:
        return f"{self.key} in {self.file}" if self.file else self.key


def texts(value: Texts) -> tuple[str, ...]:
    """One text, or several, as several."""
    return (value,) if isinstance(value, str) else value


@lru_cache(maxsize=4096)
def setting_names(names: Texts) -> tuple[SettingName, ...]:
    """The names of a setting, the one that counts most first."""
    return tuple(_name(text) for text in texts(names))


def _name(text: str) -> SettingName:
    if text.startswith("-"):
        return SettingName(Form.OPTION, text)
    file, colon, key = text.partition(":")
    if colon:
        return SettingName(Form.PATH, key, file)
    return SettingName(Form.VARIABLE if _VARIABLE.fullmatch(text) else Form.PATH, text)

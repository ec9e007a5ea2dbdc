"""What a configuration file consists of, whatever its format."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

UNKNOWN = "$()"  # in a value that is put together: a part that only the running program knows


class UnreadableText(Exception):
    """A text is not of the format that its reader expects. Carries nothing of the text: it may be secret."""


class Leaf(Struct, frozen=True):
    """One value of a configuration file.

    `key`: the path to it, as messages show it (`database.host`, `servers[0].url`).
    `offset`: of the value's first character in the file's text; None where it does not stand there as it is.
    `guessed`: the program may never come to it. `asks`: variables of the environment that the value holds, written
    `$(NAME)` as in manifests, and what stands for those that are not set.
    """

    key: str
    value: str
    offset: int | None
    guessed: bool = False
    asks: Mapping[str, str | None] = field(default_factory=dict)


def asked(name: str, default: str | None) -> tuple[str, dict[str, str | None]]:
    """What a value holds for a variable of the environment, and `Leaf.asks` of it."""
    return f"$({name})", {name: default}


def without_markers(text: str) -> str:
    """A text that asks for nothing, as it stands: there `$$` is `$`."""
    return text.replace("$$", "$")

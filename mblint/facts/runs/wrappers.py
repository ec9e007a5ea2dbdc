"""`wrappers` of `rules/models/law.yaml`, typed: programs that start another one, which is the one that counts."""

from __future__ import annotations

from functools import cache

from msgspec import Struct, convert

from mblint.shipped import read_table


class Wrapper(Struct, frozen=True):
    """A program that starts another.

    `words`: what must follow it; `skip`: words of its own; `valued`: options that take the next word; `assignments`:
    of variables may stand before the program; `module`: `-m MODULE` or a file.
    """

    programs: tuple[str, ...]
    words: tuple[str, ...] = ()
    skip: int = 0
    valued: tuple[str, ...] = ()
    assignments: bool = False
    module: bool = False


class Subcommand(Struct, frozen=True, rename={"names": "is"}):
    """The first words that are no options must be one of these (`worker`, `celery worker`).

    `valued`: options before them that take a word.
    """

    names: tuple[str, ...]
    valued: tuple[str, ...] = ()


class _File(Struct, frozen=True):
    wrappers: tuple[Wrapper, ...]


@cache
def wrappers() -> tuple[Wrapper, ...]:
    """The programs that start others."""
    return convert(read_table("models/law.yaml"), _File).wrappers

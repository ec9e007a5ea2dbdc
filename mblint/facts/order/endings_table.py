"""`rules/tables/endings.yaml`: what ends at once, what never ends, and what goes on in the background."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from msgspec import Struct, convert

from mblint.shipped import read_table


class Shell(Struct, frozen=True):
    """An official image that starts a shell or an interpreter."""

    image: str
    starts: str


class Proxy(Struct, frozen=True):
    """An image that serves until it is ended."""

    image: str
    name: str


class Background(Struct, frozen=True):
    """A server that goes on in the background. `programs`: names, or the folder that they lie in."""

    programs: tuple[str, ...]
    when: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    configuration: str | None = None


class _Table(Struct, frozen=True):
    shells: tuple[Shell, ...]
    proxies: tuple[Proxy, ...]
    ends: frozenset[str]
    backgrounds: tuple[Background, ...]


@cache
def _table() -> _Table:
    return convert(read_table("tables/endings.yaml"), _Table)


@cache
def shells() -> Mapping[str, Shell]:
    """By the names of their images."""
    return {shell.image: shell for shell in _table().shells}


@cache
def proxies() -> Mapping[str, Proxy]:
    """By the names of their images."""
    return {proxy.image: proxy for proxy in _table().proxies}


def ending_programs() -> frozenset[str]:
    """Programs that do one thing and end."""
    return _table().ends


@cache
def backgrounds() -> Mapping[str, Background]:
    """By the names of programs and of their folders."""
    return {program: one for one in _table().backgrounds for program in one.programs}

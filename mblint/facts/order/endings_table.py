"""`rules/tables/endings.yaml`: what ends at once, and what never ends."""

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


class _Table(Struct, frozen=True):
    shells: tuple[Shell, ...]
    proxies: tuple[Proxy, ...]
    ends: frozenset[str]


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

"""Markdown as GitHub and GitLab show it: text that stays text, what is folded, what fits."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from mblint.regex import regex
from mblint.reports.printable import printable

LARGEST = 60_000  # bytes; a comment holds 65,536 characters (docs.github.com)

_SPECIAL = regex(r"([\\`*_\[\]#|~@])")


def plain(text: str) -> str:
    """One line in which nothing is markup, and nobody is mentioned."""
    return (
        _SPECIAL.sub(r"\\\1", escape(printable(text), quote=False))
        .replace("\\@", "@\u2060")
        .replace("://", ":\u2060//")
    )


def code(text: str) -> str:
    """One line as code, also in a table."""
    return f"<code>{escape(printable(text), quote=False).replace('|', '&#124;')}</code>"


def folded(title: str, text: str) -> str:
    """What shows when its title is clicked."""
    return f"<details><summary>{title}</summary>\n\n{text}\n</details>\n" if text else ""


def fitting(items: Sequence[str], room: int, noun: str) -> str:
    """As many of the items as there is room for, in bytes, and how many do not fit."""
    taken: list[str] = []
    for item in items:
        size = len(item.encode("utf-8", "backslashreplace"))
        if size > room:
            left = len(items) - len(taken)
            return (
                "".join(taken) + f"\nand {left:,} {noun if left == 1 else f'{noun}s'} for which there is no room here\n"
            )
        room -= size
        taken.append(item)
    return "".join(taken)

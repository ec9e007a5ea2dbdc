"""Names that a name which nobody has must have meant: a slip of the hand, or one word more or less."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from mblint.facts.edits.slips import differ_by_a_slip, have_swapped_letters
from mblint.regex import regex

_VERSION = regex(r"v\d")


def only_near(name: str, others: Iterable[str]) -> str | None:
    """The one other name that is near; None where there is none, or several."""
    near = [other for other in others if other != name and is_near(name, other)]
    return near[0] if len(near) == 1 else None


def only_swapped(name: str, others: Iterable[str]) -> str | None:
    """The one other name of the same letters, two of them the other way round; None where there is none, or several."""
    near = [other for other in others if have_swapped_letters(name, other)]
    return near[0] if len(near) == 1 else None


def is_near(one: str, other: str) -> bool:
    """True where names differ by a slip, or where one has all words of the other and one word more."""
    return differ_by_a_slip(one, other) or differ_by_a_word(one, other)


def differ_by_a_word(one: str, other: str) -> bool:
    """`shop` and `shop-conf`, `shop-env` and `shop-conf-env`: the same words, but for one.

    Numbers are no words, since they tell objects apart; the version of an object (`shop-v1`) is one.
    """
    fewer, more = sorted((one.split("-"), other.split("-")), key=len)
    if len(more) != len(fewer) + 1 or not any(fewer == [*more[:at], *more[at + 1 :]] for at in range(len(more))):
        return False
    (extra,) = (Counter(more) - Counter(fewer)).elements()
    return _VERSION.fullmatch(extra) is not None or not any(character.isdigit() for character in extra)

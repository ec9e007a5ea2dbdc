"""Names that differ by a slip of the hand: what a misspelt one must have meant."""

from __future__ import annotations


def differ_by_a_slip(one: str, other: str) -> bool:
    """True where two letters are swapped, or up to two are wrong, missing or too many. Digits tell objects apart."""
    if abs(len(one) - len(other)) > 2 or _digits(one) != _digits(other) or min(len(one), len(other)) < 6:
        return False
    return _distance(one, other) <= 2


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


def _distance(one: str, other: str) -> int:
    """Levenshtein's distance."""
    before = list(range(len(other) + 1))
    for row, character in enumerate(one, 1):
        now = [row]
        for column, against in enumerate(other, 1):
            now.append(min(before[column] + 1, now[-1] + 1, before[column - 1] + (character != against)))
        before = now
    return before[-1]

"""Names that differ by a slip of the hand: what a misspelt one must have meant."""

from __future__ import annotations

_MOST = 2  # letters


def differ_by_a_slip(one: str, other: str) -> bool:
    """True where two letters are swapped, or up to two are wrong, missing or too many. Digits tell objects apart."""
    if abs(len(one) - len(other)) > _MOST or min(len(one), len(other)) < 6 or _digits(one) != _digits(other):
        return False
    return _distance(*_apart(one, other)) <= _MOST


def differ_by_a_letter(one: str, other: str) -> bool:
    """True where one letter is wrong, missing or too many, or two are swapped. Digits tell objects apart."""
    if abs(len(one) - len(other)) > 1 or min(len(one), len(other)) < 6 or _digits(one) != _digits(other):
        return False
    return have_swapped_letters(one, other) or _distance(*_apart(one, other)) <= 1


def have_swapped_letters(one: str, other: str) -> bool:
    """True where the names differ in two neighbouring letters alone, which are the other way round: nobody names two
    things like that."""
    left, right = _apart(one, other)
    return len(one) > 4 and len(left) == 2 and left.isalpha() and left == right[::-1]


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _apart(one: str, other: str) -> tuple[str, str]:
    """What is left of both without what they begin and end with alike."""
    start = _alike(one, other)
    one, other = one[start:], other[start:]
    end = _alike(one[::-1], other[::-1])
    return one[: len(one) - end], other[: len(other) - end]


def _alike(one: str, other: str) -> int:
    """How many letters both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((number for number, (left, right) in pairs if left != right), min(len(one), len(other)))


def _distance(one: str, other: str) -> int:
    """Levenshtein's distance; where all is too far apart in some row, that row's least."""
    before = list(range(len(other) + 1))
    for row, character in enumerate(one, 1):
        now = [row]
        for column, against in enumerate(other, 1):
            now.append(min(before[column] + 1, now[-1] + 1, before[column - 1] + (character != against)))
        if min(now) > _MOST:
            return min(now)
        before = now
    return before[-1]

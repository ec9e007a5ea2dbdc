"""Whether a version of a program may take over the data of another, as an entry of `versions` says."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from mblint.software.storage import Steps
from mblint.software.versions import Numbers, Version


class Judged(Struct, frozen=True):
    """A step. `verdict`: fits, skipped, back. `past`: the versions that it leaves out, in their order."""

    verdict: str
    past: tuple[str, ...] = ()


_PARTS = {"minor": 1, "patch": 2}  # how many numbers must not go back, by how far data may


def judged(entry: Steps, old: Version, new: Version, goes_back: str = "") -> Judged:
    """The step from a version to another. `goes_back`: how far an older version can take data over (`Data`)."""
    before, after = _shared(old.numbers, new.numbers)
    if after < before:
        return Judged("back") if _is_back(entry, before, after, goes_back) else Judged("fits")
    if entry.may_follow == "same-major" and old.major != new.major:
        return Judged("skipped")
    past = tuple(dict.fromkeys(_past(entry, old, new)))
    return Judged("skipped", past) if past else Judged("fits")


def _shared(old: Numbers, new: Numbers) -> tuple[Numbers, Numbers]:
    """As many numbers as both versions say."""
    length = min(len(old), len(new))
    return old[:length], new[:length]


def _is_back(entry: Steps, before: Numbers, after: Numbers, goes_back: str) -> bool:
    if goes_back == "always" or not (entry.never_back or entry.may_follow == "same-major"):
        return False
    count = len(before) if goes_back == "never" else _PARTS.get(goes_back or "patch", 2)
    return after[:count] < before[:count]


def _past(entry: Steps, old: Version, new: Version) -> Iterator[str]:
    """The versions that must run in between."""
    if entry.may_follow == "next-major":
        yield from map(str, range(old.major + 1, new.major))
    if entry.may_follow == "next-minor" and old.major == new.major and len(old.numbers) > 1 < len(new.numbers):
        yield from (f"{old.major}.{minor}" for minor in range(old.numbers[1] + 1, new.numbers[1]))
    for series in (*entry.listed, *entry.stops):
        numbers = tuple(int(number) for number in series.split("."))
        length = len(numbers)
        # A version that says less than the series may be of it.
        is_exact = min(len(old.numbers), len(new.numbers)) >= length
        between = old.numbers[:length] < numbers < new.numbers[:length]
        if between if is_exact else _is_other(old, new, numbers):
            yield series


def _is_other(old: Version, new: Version, series: Numbers) -> bool:
    """Whether two versions that are shorter than a series are certainly on its two sides."""
    return old.numbers < series[: len(old.numbers)] and series[: len(new.numbers)] < new.numbers

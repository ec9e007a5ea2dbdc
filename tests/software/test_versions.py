"""Versions of tags, and the ranges they lie in."""

import pytest

from mblint.software.versions import RangeError, Version, check_range, of_newest, version_of_tag, within


@pytest.mark.parametrize(
    ("tag", "numbers"),
    [
        ("24", (24,)),
        ("v26.3.3", (26, 3, 3)),
        ("17-alpine", (17,)),
        ("17.2-alpine3.21", (17, 2)),
        ("26.3.3-debian-12-r0", (26, 3, 3)),
        ("11.2.0+security-01", (11, 2, 0)),
        ("7.4.1_build3", (7, 4, 1)),
        ("19beta4", (19,)),
        ("latest", None),
        ("stable", None),
        ("sha-1a2b3c", None),
        ("alpine3.21", None),
        ("1a2b3c4d", None),
        ("", None),
    ],
)
def test_a_tag_that_begins_with_numbers_gives_the_version(tag: str, numbers: tuple[int, ...] | None) -> None:
    found = version_of_tag(tag)
    assert (None if found is None else found.numbers) == numbers


def test_a_pattern_reads_other_tags() -> None:
    pattern = r"RELEASE\.(\d+)-(\d+)-(\d+)T"
    assert version_of_tag("RELEASE.2025-04-22T22-12-26Z", pattern) == Version((2025, 4, 22), "22-12-26Z")
    assert version_of_tag("0.8.0-pg17", r"-pg(\d+)") == Version((17,))
    assert version_of_tag("latest", pattern) is None


@pytest.mark.parametrize(
    ("ranges", "version", "answer"),
    [
        ("24", (24,), True),
        ("24", (24, 0, 5), True),
        ("24", (25,), False),
        ("24", (2,), False),
        ("=24.1", (24, 1, 7), True),
        ("24.1", (24,), None),
        (">=25 <27", (26, 9), True),
        (">=25 <27", (27,), False),
        (">=25 <27", (27, 0, 1), False),
        (">=25 <27", (24, 9, 9), False),
        (">=17.2", (17,), None),
        (">=17.0", (17,), True),
        (">=17", (17,), True),
        ("<17.2", (17,), None),
        ("<17.2", (16,), True),
        (">17", (17, 5), False),
        (">17", (18,), True),
        ("<=17", (17, 5), True),
        ("<=17.3", (17,), None),
        (["<9", ">=24"], (24, 1), True),
        (["<9", ">=24"], (12,), False),
        (["24.1", "24.2"], (24,), None),
        (">= 25  < 27", (25,), True),
        ((), (1,), True),
    ],
)
def test_a_version_lies_in_a_range_outside_or_across_its_edge(
    ranges: str | list[str], version: tuple[int, ...], answer: bool | None
) -> None:
    assert within(ranges, Version(version)) is answer


def test_an_unknown_version_lies_in_no_range_for_certain() -> None:
    assert within(">=1", None) is None
    assert within((), None) is True


@pytest.mark.parametrize(
    ("ranges", "answer"), [(">=3", True), ("<3", False), (">=2 <3", False), (["<2", ">=3"], True), ((), True)]
)
def test_the_newest_lies_in_ranges_without_an_end(ranges: str | list[str], answer: bool) -> None:
    assert of_newest(ranges) is answer


@pytest.mark.parametrize("text", ["", "new", "^1.2", ">=", "1.x", "~>1"])
def test_what_is_no_range_is_refused(text: str) -> None:
    with pytest.raises(RangeError):
        check_range(text)

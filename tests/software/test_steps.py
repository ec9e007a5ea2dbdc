"""Which version may take over the data of which."""

from __future__ import annotations

import pytest

from mblint.software.steps import judged
from mblint.software.storage import Steps
from mblint.software.versions import version_of_tag

ONE_BY_ONE = Steps(may_follow="next-listed", listed=("4.4", "5.0", "6.0", "7.0"), never_back=True)
QUEUE = Steps(may_follow="next-listed", listed=("3.11", "3.12", "3.13", "4"))
NEXT_MAJOR = Steps(may_follow="next-major", never_back=True)
STOPS = Steps(may_follow="any", stops=("15.11", "16.3"))


@pytest.mark.parametrize(
    ("entry", "old", "new", "verdict", "past"),
    [
        (Steps(may_follow="same-major"), "15.8", "16.4", "skipped", ()),
        (Steps(may_follow="same-major"), "16", "16.4-alpine", "fits", ()),
        (ONE_BY_ONE, "5.0.10-debian-11", "7.0.11", "skipped", ("6.0",)),
        (ONE_BY_ONE, "5.0", "6.0.13", "fits", ()),
        (ONE_BY_ONE, "5", "7", "skipped", ("6.0",)),
        (ONE_BY_ONE, "4", "5.0", "fits", ()),
        (ONE_BY_ONE, "7.0", "6.0", "back", ()),
        (QUEUE, "3.12-management", "4.1", "skipped", ("3.13",)),
        (QUEUE, "3.13", "4.2", "fits", ()),
        (QUEUE, "4.0", "4.2", "fits", ()),
        (QUEUE, "4.0", "3.13", "fits", ()),
        (NEXT_MAJOR, "28.0.6", "31", "skipped", ("29", "30")),
        (NEXT_MAJOR, "28.0.6", "29.0.1", "fits", ()),
        (STOPS, "15.10.2", "16.5.0", "skipped", ("15.11", "16.3")),
        (STOPS, "15.11.3", "16.3.1", "fits", ()),
        (Steps(may_follow="next-minor"), "3.4.18", "3.6.0", "skipped", ("3.5",)),
    ],
)
def test_a_step(entry: Steps, old: str, new: str, verdict: str, past: tuple[str, ...]) -> None:
    before, after = version_of_tag(old), version_of_tag(new)
    assert before is not None
    assert after is not None
    found = judged(entry, before, after)
    assert (found.verdict, found.past) == (verdict, past)


@pytest.mark.parametrize(
    ("goes_back", "new", "verdict"),
    [
        ("minor", "16.1", "fits"),
        ("minor", "15.9", "back"),
        ("patch", "16.4.1", "fits"),
        ("patch", "16.1", "back"),
        ("never", "16.4.1", "back"),
        ("always", "15", "fits"),
    ],
)
def test_how_far_data_go_back(goes_back: str, new: str, verdict: str) -> None:
    old, older = version_of_tag("16.4.2"), version_of_tag(new)
    assert old is not None
    assert older is not None
    assert judged(Steps(never_back=True), old, older, goes_back).verdict == verdict

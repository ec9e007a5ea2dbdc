"""Which names can only mean each other."""

import pytest

from mblint.facts.edits.near_names import is_near, only_near, only_swapped


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("shop", "shop-app"),
        ("shop-headless", "shop"),
        ("my-shop", "shop"),
        ("settings", "setings"),
        ("store-a", "sotre-a"),
        ("a-c", "a-b-c"),
    ],
)
def test_near(one: str, other: str) -> None:
    assert is_near(one, other)
    assert is_near(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("shop", "shop-1"),
        ("shop", "shop-a-b"),
        ("runner-1", "runner-2"),
        ("a-shop", "shop-b"),
        ("db", "app"),
    ],
)
def test_not_near(one: str, other: str) -> None:
    assert not is_near(one, other)


def test_only_one_can_be_meant() -> None:
    assert only_near("shop", ["shop-app", "cache"]) == "shop-app"
    assert only_near("shop", ["shop-app", "shop-jobs"]) is None
    assert only_near("shop", ["shop"]) is None


def test_swapped_letters_are_two_neighbours_the_other_way_round() -> None:
    assert only_swapped("shop-rnuner", ["shop-runner", "shop"]) == "shop-runner"
    assert only_swapped("shop-runer", ["shop-runner"]) is None
    assert only_swapped("ba", ["ab"]) is None
    assert only_swapped("shop-12", ["shop-21"]) is None

"""What software files say that programs need, against programs that were started (benchmarks/models/programs.py)."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from mblint.facts.workers.models.tables import law
from mblint.software.memory import OwnCost
from mblint.software.programs import shipped_programs

MEASURED: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[3] / "benchmarks" / "models" / "measured-programs.yaml").read_text()
)
LIMITS: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[3] / "benchmarks" / "models" / "measured-limits.yaml").read_text()
)
WIDEST = 5  # high ÷ low, of a program that was measured


@pytest.mark.parametrize("one", [row for row in MEASURED if "mib" in row], ids=lambda one: one["program"])
def test_the_row_of_its_image_covers_a_program(one: dict[str, Any]) -> None:
    low, _, high = row_of(one["image"], "memory").base
    assert low <= one["mib"] <= high


@pytest.mark.parametrize("one", [row for row in MEASURED if "cpu-seconds" in row], ids=lambda one: one["program"])
def test_a_core_as_fast_as_the_one_that_was_measured_lies_in_the_range(one: dict[str, Any]) -> None:
    """The law doubles what was measured, for production cores; some are as fast."""
    low, _, high = row_of(one["image"], "start-up").base
    assert law().hardware * low <= 1.02 * one["cpu-seconds"]
    assert one["cpu-seconds"] <= law().hardware * high


@pytest.mark.parametrize("one", MEASURED, ids=lambda one: one["program"])
def test_what_was_measured_has_a_narrow_range(one: dict[str, Any]) -> None:
    for of in ("start-up", "memory"):
        if {"start-up": "cpu-seconds", "memory": "mib"}[of] in one:
            row = row_of(one["image"], of)
            assert row.evidence == "estimated" or row.base[2] <= WIDEST * row.base[0]


@pytest.mark.parametrize("one", LIMITS, ids=lambda one: one["program"])
def test_a_limit_that_killed_is_too_little_and_one_that_did_not_is_enough(one: dict[str, Any]) -> None:
    assert one["killed-at"] < row_of(one["image"], "memory").base[1] <= one["lives-at"]


def row_of(image: str, of: str) -> OwnCost:
    known = shipped_programs().of_image(image)
    assert known is not None
    return next(entry for entry in known.entries(OwnCost) if entry.of == of and entry.when is None)

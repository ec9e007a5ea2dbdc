"""What software files say that programs need, against programs that were started (benchmarks/models/programs.py)."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from mblint.software.memory import OwnCost
from mblint.software.programs import shipped_programs

MEASURED: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[3] / "benchmarks" / "models" / "measured-programs.yaml").read_text()
)


@pytest.mark.parametrize("one", MEASURED, ids=lambda one: one["program"])
def test_the_row_of_its_image_covers_a_program(one: dict[str, Any]) -> None:
    known = shipped_programs().of_image(one["image"])
    assert known is not None
    row = next(entry for entry in known.entries(OwnCost) if entry.of == "memory" and entry.when is None)
    low, _, high = row.base
    assert low <= one["mib"] <= high

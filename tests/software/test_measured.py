"""What software files say of ports and paths agrees with programs that were started (benchmarks/software)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from mblint.software.images import reference
from mblint.software.network import Health, Listens
from mblint.software.program import running
from mblint.software.programs import shipped_programs

FOLDER = Path(__file__).parents[2] / "benchmarks" / "software"
MEASURED: list[dict[str, Any]] = yaml.safe_load((FOLDER / "measured.yaml").read_text())
IMAGES = {row["software"]: row["image"] for row in yaml.safe_load((FOLDER / "programs.yaml").read_text())}


@pytest.mark.parametrize("row", MEASURED, ids=[row["software"] for row in MEASURED])
def test_a_program_listens_where_its_file_says(row: dict[str, Any]) -> None:
    known = shipped_programs().of_image(IMAGES[row["software"]])
    assert known is not None
    assert known.program.id == row["software"]
    told = running(known.program, reference(IMAGES[row["software"]]))
    assert {entry.port for entry in told.entries(Listens)} <= set(row["listens"])


@pytest.mark.parametrize("row", MEASURED, ids=[row["software"] for row in MEASURED])
def test_the_paths_that_its_file_names_are_answered(row: dict[str, Any]) -> None:
    known = shipped_programs().of_image(IMAGES[row["software"]])
    assert known is not None
    for entry in known.entries(Health):
        assert row["health"][entry.path] == 200, entry.path

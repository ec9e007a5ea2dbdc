"""The comparison's column of mblint comes out of the script that the page names."""

from __future__ import annotations

import re
import runpy
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from console import ROOT

SCRIPT = runpy.run_path(str(ROOT / "benchmarks" / "comparison" / "compare.py"))
TABLE = dict(re.findall(r"^\| ([^|]+) \| (yes|–) \|", (ROOT / "docs" / "comparison.md").read_text(), re.MULTILINE))


@pytest.mark.parametrize("cause", SCRIPT["CAUSES"], ids=lambda cause: cause.name)
def test_mblint_sees_each_cause_alone(
    cause: tuple[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    sees: Callable[..., set[str]] = SCRIPT["sees"]
    said: Mapping[str, Callable[[Path], set[str]]] = SCRIPT["TOOLS"]
    assert bool(sees(said["mblint"], cause, tmp_path / "manifests")) is (TABLE[cause[0]] == "yes")

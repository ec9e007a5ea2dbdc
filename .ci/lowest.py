"""Prints the lowest versions that pyproject.toml allows, as requirements: `click==8.2`."""

from __future__ import annotations

import tomllib
from pathlib import Path

project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
for requirement in project["dependencies"]:
    name, bound, version = requirement.partition(">=")
    assert bound, f"{requirement}: a lower bound is missing"
    print(f"{name}=={version}")

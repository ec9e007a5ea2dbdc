"""Where the rules and schemas that come with mblint are."""

from __future__ import annotations

from pathlib import Path


def _shipped(name: str) -> Path:
    package = Path(__file__).parent
    in_wheel = package / "data" / name
    return in_wheel if in_wheel.is_dir() else package.parent / name


def rules_directory() -> Path:
    """The directory of the rule files, with `tables/` and `models/` in it."""
    return _shipped("rules")


def schemas_directory() -> Path:
    """The directory of the JSON Schemas."""
    return _shipped("schemas")

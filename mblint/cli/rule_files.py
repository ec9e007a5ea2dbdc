"""Loads rule files and software files for commands."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mblint.cli.output import Refused
from mblint.judge.errors import RuleError
from mblint.judge.load import load_rules
from mblint.judge.rule import Rule
from mblint.shipped import rules_directory
from mblint.software.programs import Programs, shipped_programs, with_files
from mblint.software.written import SoftwareError


def all_rules(directories: Sequence[Path]) -> tuple[Rule, ...]:
    """The rules that come with mblint, and those of the user's directories. Raises Refused."""
    try:
        return load_rules([rules_directory(), *directories])
    except RuleError as error:
        raise Refused(str(error)) from error


def all_programs(directories: Sequence[Path]) -> Programs:
    """The programs that come with mblint, and those of `software/` in the user's directories. Raises Refused."""
    try:
        return with_files(shipped_programs(), [directory / "software" for directory in directories])
    except SoftwareError as error:
        raise Refused(str(error)) from error

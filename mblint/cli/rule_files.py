"""Loads rule files and software files for commands."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mblint.cli.output import Refused
from mblint.judge.errors import RuleError
from mblint.judge.load import load_rules
from mblint.judge.rule import Rule
from mblint.shipped import rules_directory
from mblint.software.programs import Programs, shipped_programs, software_in, with_own
from mblint.software.written import SoftwareError, SoftwareText


def all_rules(directories: Sequence[Path]) -> tuple[Rule, ...]:
    """The rules that come with mblint, and those of the user's directories. Raises Refused."""
    try:
        return load_rules([rules_directory(), *directories])
    except RuleError as error:
        raise Refused(str(error)) from error


def all_programs(directories: Sequence[Path]) -> Programs:
    """The programs that come with mblint, and those of `software/` in the user's directories. Raises Refused."""
    try:
        return with_own(shipped_programs(), own_software(directories))
    except SoftwareError as error:
        raise Refused(str(error)) from error


def own_software(directories: Sequence[Path]) -> tuple[SoftwareText, ...]:
    """The files of `software/` in the user's directories. Raises Refused."""
    try:
        return software_in(directory / "software" for directory in directories)
    except SoftwareError as error:
        raise Refused(str(error)) from error

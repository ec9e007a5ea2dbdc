"""Loads rule files for commands."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mblint.cli.output import Refused
from mblint.judge.errors import RuleError
from mblint.judge.load import load_rules
from mblint.judge.rule import Rule
from mblint.shipped import rules_directory


def all_rules(directories: Sequence[Path]) -> tuple[Rule, ...]:
    """The rules that come with mblint, and those of the user's directories. Raises Refused."""
    try:
        return load_rules([rules_directory(), *directories])
    except RuleError as error:
        raise Refused(str(error)) from error

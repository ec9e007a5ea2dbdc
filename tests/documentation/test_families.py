"""The families by which the site sorts the rules: each rule is of one."""

from __future__ import annotations

import sys

import pytest
from console import ROOT

from mblint.judge.load import load_rules
from mblint.shipped import rules_directory


def test_each_rule_is_of_a_family(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(ROOT / "docs"), *sys.path])
    from families import by_family  # noqa: PLC0415 - a module of the site, which is no package

    rules = list(load_rules([rules_directory()]))
    assert sum(len(of_one) for of_one in by_family(rules).values()) == len(rules)

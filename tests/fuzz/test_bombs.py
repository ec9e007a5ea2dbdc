"""Small inputs that ask for gigabytes are read, and the document beside each is judged all the same."""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location

import pytest
from program import ROOT

from mblint.pipeline import lint

from .invariants import PLANTED

_spec = spec_from_file_location("bounds", ROOT / "benchmarks/bounds.py")
assert _spec is not None
assert _spec.loader is not None
bounds = module_from_spec(_spec)
sys.modules["bounds"] = bounds
_spec.loader.exec_module(bounds)

# Those that end within a second or two; `make bounds` measures all of them.
_QUICK = [
    "variables of variables",
    "nginx variables of themselves",
    "shell variables of themselves",
    "nested command substitutions",
    "here-documents that never end",
    "aliases of aliases",
    "lists in lists",
    "two billion replicas",
]


@pytest.mark.parametrize("name", _QUICK)
def test_what_stands_beside_a_bomb_is_judged(name: str) -> None:
    report = lint(text=f"{bounds.INPUTS[name]()}\n---\n{PLANTED}")
    assert [one.object.name for one in report.findings if one.rule.id == "probe-port-missing"] == ["planted"]
    assert bool(report.errors) == (name in ("aliases of aliases", "lists in lists"))


def test_variables_that_grow_too_long_call_nobody() -> None:
    """What they would be is not known: neither a call nor a finding is made up of it."""
    for name in ("variables of variables", "shell variables of themselves", "nginx variables of themselves"):
        assert lint(text=bounds.INPUTS[name]()).findings == ()

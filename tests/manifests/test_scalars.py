"""What sigs.k8s.io/yaml itself reads (go_scalars.json, written by benchmarks/yaml) is what this project reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mblint.manifests.documents import Value
from mblint.manifests.read import read_text

READINGS = json.loads((Path(__file__).parent / "go_scalars.json").read_bytes())


def as_the_api_machinery(value: Value) -> Value:
    """JSON numbers as k8s.io/apimachinery decodes them: int64 where they are written as one, else float64."""
    if isinstance(value, dict):
        return {key: as_the_api_machinery(element) for key, element in value.items()}
    if isinstance(value, list):
        return [as_the_api_machinery(element) for element in value]
    if type(value) is int and not -(2**63) <= value < 2**63:
        return float(value)
    return value


def exactly(value: Value) -> str:
    """A form in which 1, 1.0 and True differ."""
    return json.dumps(value, sort_keys=True)


@pytest.mark.parametrize("reading", READINGS, ids=lambda reading: repr(reading["yaml"]))
def test_reads_what_the_go_library_reads(reading: dict[str, object]) -> None:
    text = reading["yaml"]
    assert isinstance(text, str)
    manifests = read_text(text)
    if reading.get("error"):
        assert manifests.errors
        assert not manifests.documents
        return
    assert not manifests.errors
    expected = as_the_api_machinery(reading["json"])  # type: ignore[arg-type]
    found = manifests.documents[0].value if manifests.documents else None
    assert exactly(found) == exactly(expected)


def test_the_table_of_the_go_library_has_both_answers() -> None:
    refused = sum(bool(reading.get("error")) for reading in READINGS)
    assert refused > 100
    assert len(READINGS) - refused > 700

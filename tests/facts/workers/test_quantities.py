"""Quantities in every notation of Kubernetes."""

import pytest

from mblint.facts.workers.quantities import cores, mebibytes


@pytest.mark.parametrize(
    ("text", "cpus"),
    [("500m", 0.5), ("0.5", 0.5), ("2", 2), ("1e3", 1000), ("1E-1", 0.1), (".5", 0.5), ("1.", 1), ("1500000u", 1.5)],
)
def test_cpu(text: str, cpus: float) -> None:
    assert cores(text) == pytest.approx(cpus)


@pytest.mark.parametrize(
    ("text", "mib"),
    [
        ("720Mi", 720),
        ("1G", 1e9 / 2**20),
        ("1Gi", 1024),
        ("1.5Gi", 1536),
        ("128974848", 123),
        ("129e6", 129e6 / 2**20),
        ("129M", 129e6 / 2**20),
        ("123Ki", 123 / 1024),
        ("1E", 1e18 / 2**20),
        ("1Ei", 2**40),
        ("524288000000m", 500),
        ("64k", 64000 / 2**20),
    ],
)
def test_memory(text: str, mib: float) -> None:
    assert mebibytes(text) == pytest.approx(mib)


@pytest.mark.parametrize("text", ["", "lots", "1GB", "1 Gi", "0x10", "1KI", "--1", "1e"])
def test_what_is_no_quantity(text: str) -> None:
    assert cores(text) is None


@pytest.mark.parametrize("text", ["0", "0m", "-1"])
def test_nothing_is_no_limit(text: str) -> None:
    assert cores(text) is None
    assert mebibytes(text) is None

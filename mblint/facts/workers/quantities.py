"""CPU and memory limits as numbers."""

from __future__ import annotations

from mblint.cluster.quantities import quantity

MIB = 1024.0**2


def cores(text: str) -> float | None:
    """CPUs; None where it is no limit: nothing above zero, or no quantity."""
    return _positive(text)


def mebibytes(text: str) -> float | None:
    """Bytes as MiB; None where it is no limit."""
    size = _positive(text)
    return None if size is None else size / MIB


def _positive(text: str) -> float | None:
    number = quantity(text)
    return float(number) if number is not None and number > 0 else None

"""Quantities as Kubernetes writes them: `500m`, `0.5`, `1e3`, `720Mi`, `1G`.

Source: k8s.io/apimachinery/pkg/api/resource, `Quantity`.
"""

from __future__ import annotations

import re

_QUANTITY = re.compile(r"([+-]?(?:\d+(?:\.\d*)?|\.\d+))(?:([eE][+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)")
_DECIMAL = {"n": 1e-9, "u": 1e-6, "m": 1e-3, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18}
_BINARY = {prefix + "i": 1024.0**power for power, prefix in enumerate("KMGTPE", start=1)}
_MULTIPLIERS = {**_DECIMAL, **_BINARY}

MIB = 1024.0**2


def quantity(text: str) -> float | None:
    """The number that a quantity stands for; None where it is none."""
    found = _QUANTITY.fullmatch(text.strip())
    if found is None:
        return None
    number, exponent, suffix = found.groups()
    return float(number + (exponent or "")) * _MULTIPLIERS.get(suffix or "", 1.0)


def cores(text: str) -> float | None:
    """CPUs; None where it is no limit: nothing above zero, or no quantity."""
    return _positive(quantity(text))


def mebibytes(text: str) -> float | None:
    """Bytes as MiB; None where it is no limit."""
    size = _positive(quantity(text))
    return None if size is None else size / MIB


def _positive(number: float | None) -> float | None:
    return number if number is not None and number > 0 else None

"""Kubernetes quantities: `500m`, `1Gi`, `1e3`, `0.5`.

Source: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from mblint.regex import regex

_QUANTITY = regex(r"([+-]?(?:\d+\.?\d*|\.\d+))(?:(n|u|m|k|[MGTPE]|[KMGTPE]i)|[eE]([+-]?\d{1,3}))?")
_FACTORS = {
    **{suffix: Decimal(1000) ** power for power, suffix in enumerate(("n", "u", "m", "", "k", *"MGTPE"), start=-3)},
    **{f"{letter}i": Decimal(1024) ** power for power, letter in enumerate("KMGTPE", start=1)},
}


def quantity(written: object) -> Decimal | None:
    """The number that a quantity stands for; None for what is none."""
    if isinstance(written, bool) or not isinstance(written, str | int | float):
        return None
    return _number(str(written))


@lru_cache(maxsize=4096)
def _number(text: str) -> Decimal | None:
    match = _QUANTITY.fullmatch(text)
    if match is None:
        return None
    number, suffix, exponent = match.groups()
    return Decimal(number) * (Decimal(10) ** int(exponent) if exponent else _FACTORS[suffix or ""])

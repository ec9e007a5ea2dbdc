"""What identifies a root cause across renders, line shifts and the order of documents."""

from __future__ import annotations

from collections.abc import Iterable

from mblint.cluster.stable_names import stable_name
from mblint.judge.values import FieldValue


def fingerprint(rule: str, values: Iterable[FieldValue]) -> str:
    """64 hexadecimal digits, made of the rule and the values of the fields that it groups by."""
    from hashlib import sha256  # noqa: PLC0415  a clean run needs none, and OpenSSL takes long to load

    parts = [rule, *(_stable(value) for value in values)]
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _stable(value: FieldValue) -> str:
    if isinstance(value, tuple):
        return ",".join(sorted(_stable(element) for element in value))
    return "" if value is None else stable_name(str(value))

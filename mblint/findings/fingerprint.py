"""What identifies a root cause across renders, line shifts and the order of documents."""

from __future__ import annotations

from collections.abc import Iterable

from mblint.cluster.stable_names import stable_name
from mblint.judge.values import FieldValue


def root_cause(rule: str, values: Iterable[FieldValue]) -> tuple[str, ...]:
    """The rule, and the values of the fields that it groups by."""
    return (rule, *(_stable(value) for value in values))


def fingerprint(cause: Iterable[str]) -> str:
    """A root cause as 64 hexadecimal digits."""
    from hashlib import sha256  # noqa: PLC0415  people read no fingerprints, and OpenSSL takes long to load

    return sha256("\0".join(cause).encode("utf-8", "surrogatepass")).hexdigest()


def _stable(value: FieldValue) -> str:
    if isinstance(value, tuple):
        return ",".join(sorted(_stable(element) for element in value))
    return "" if value is None else stable_name(str(value))

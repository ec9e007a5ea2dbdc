"""What identifies a root cause across renders, line shifts and the order of documents."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mblint.judge.values import FieldValue

# Charts name Jobs anew with every render, since a Job's template is immutable: a time (1795486422, 20260727-101112),
# a revision, a checksum. A checksum has a digit among its hexadecimal letters, so that "-facade" stays a word.
_JOB = re.compile(r"(?P<start>(?:^|/)(?:Cron)?Job/)(?P<name>[^/]+)$")
_CHANGING_END = re.compile(r"(?:-(?:\d{2,}|(?=[a-f]*\d)[0-9a-f]{5,}))+$")


def fingerprint(rule: str, values: Iterable[FieldValue]) -> str:
    """64 hexadecimal digits, made of the rule and the values of the fields that it groups by."""
    from hashlib import sha256  # noqa: PLC0415  a clean run needs none, and OpenSSL takes long to load

    parts = [rule, *(_stable(value) for value in values)]
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def stable_name(object_id: str) -> str:
    """`namespace/Kind/name` without what a Job's name changes with every render."""
    return _JOB.sub(lambda job: job["start"] + _CHANGING_END.sub("", job["name"]), object_id)


def _stable(value: FieldValue) -> str:
    if isinstance(value, tuple):
        return ",".join(sorted(_stable(element) for element in value))
    return "" if value is None else stable_name(str(value))

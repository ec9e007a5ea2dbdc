"""Names without what charts change in them with every render."""

from __future__ import annotations

from mblint.regex import regex

# Charts name Jobs anew with every render, since a Job's template is immutable: a time (1795486422, 20260727-101112),
# a revision, a checksum. A checksum has a digit among its hexadecimal letters, so that "-facade" stays a word.
_JOB = regex(r"(?P<start>(?:^|/)(?:Cron)?Job/)(?P<name>[^/]+)$")
_CHANGING_END = regex(r"(?:-(?:\d{2,}|(?=[a-f]*\d)[0-9a-f]{5,}))+$")
# Kustomize writes the ten digits of its checksum with letters that cannot form words.
_KUSTOMIZE_END = regex(r"-(?=[bcdfghkmt]*[2-9])[2456789bcdfghkmt]{10}$")


def stable_name(object_id: str) -> str:
    """`namespace/Kind/name` without what a Job's name changes with every render."""
    return _JOB.sub(lambda job: job["start"] + without_changing_end(job["name"]), object_id)


def without_changing_end(name: str) -> str:
    """A name without the time, revision or checksum at its end."""
    return _CHANGING_END.sub("", name)


def without_checksum(name: str) -> str:
    """The same for what kustomize's generators name: ConfigMaps and Secrets."""
    return _KUSTOMIZE_END.sub("", without_changing_end(name))

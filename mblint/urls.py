"""URLs taken apart as Python does it, without an error for what is none: values of settings may be anything."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

_NOTHING = SplitResult("", "", "", "", "")


def split_url(text: str) -> SplitResult:
    """The parts of a URL; no parts where it is malformed (`https://[`)."""
    try:
        return urlsplit(text)
    except ValueError:
        return _NOTHING


def whole_url(text: str) -> SplitResult | None:
    """The parts of a URL of which all can be read, its port too; None for any other."""
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return None
    return parts


def port_of(parts: SplitResult) -> int | None:
    """The port that stands in it; None where none does, or it is no number of a port."""
    try:
        return parts.port
    except ValueError:
        return None

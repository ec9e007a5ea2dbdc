"""Forms that the value of a setting may have to have, and whether a text has one."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct

from mblint.regex import regex


class ValueForm(Struct, frozen=True):
    """A form: what a text of it looks like, and what messages call it."""

    pattern: re.Pattern[str]
    called: str


_DURATION = r"(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|ms|s|m|h)"

# Go: strconv.ParseBool (https://pkg.go.dev/strconv#ParseBool), time.ParseDuration
# (https://pkg.go.dev/time#ParseDuration).
FORMS: Mapping[str, ValueForm] = {
    "number": ValueForm(regex(r"[+-]?\d+"), "a whole number"),
    "port": ValueForm(regex(r"[1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5]"), "a port alone"),
    "boolean": ValueForm(regex(r"true|false", re.I), "true or false"),
    "go-boolean": ValueForm(regex(r"[01tTfF]|true|false|True|False|TRUE|FALSE"), "true or false"),
    "url": ValueForm(regex(r"[A-Za-z][A-Za-z0-9+.-]*://\S+"), "a URL with its scheme"),
    "http-url": ValueForm(regex(r"https?://\S+", re.I), "a URL that begins with http:// or https://"),
    "host": ValueForm(regex(r"[^\s/:@]+"), "a host alone, without scheme, port or path"),
    "go-duration": ValueForm(regex(rf"[+-]?(?:0|(?:{_DURATION})+)"), "a time with its unit, such as 30s"),
    "date": ValueForm(regex(r"\d{4}-\d\d-\d\d"), "a date such as 2024-01-31"),
}

"""One table for scalars: what sigs.k8s.io/yaml, and so kubectl and Helm, make of a YAML scalar.

Its YAML (go.yaml.in/yaml/v2) is 1.1 without sexagesimal numbers; it then goes through JSON, which has one kind of
number, and the API machinery reads a JSON number back as int64 where it is one and as float64 where it is not.
`benchmarks/yaml` asks the Go library itself; tests/manifests/go_scalars.json is what it answered.
"""

from __future__ import annotations

import binascii
import math
import re
import struct

from mblint.manifests.documents import Scalar
from mblint.regex import regex

STANDARD_TAGS = "tag:yaml.org,2002:"
MERGE_TAG = STANDARD_TAGS + "merge"

_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
}
_NUMBER_STARTS = frozenset("0123456789+-.")
# Plain text that starts so is never a number, one of YAML's words or "<<": most texts need no look at the table.
TEXT_STARTS = frozenset("abcdeghijklmpqrsuvwxzABCDEGHIJKLMPQRSUVWXZ/_$(")

_DECIMAL = regex(r"[-+]?(?:0|[1-9][0-9]*)")
_INTEGER = regex(r"([-+]?)0(?:[xX]([0-9a-fA-F]+)|[bB]([01]+)|[oO]?([0-7]+))")
_SIGN_AFTER_PREFIX = r"0b([-+][01]+)"  # the Go library cuts "0b" off and reads the rest with its sign
_FLOAT = regex(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_UNDECODABLE = "[\udc80-\udcff]"
_POINT_FLOAT = regex(r"\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?")  # Go's ParseFloat
_TIMESTAMP = (  # rare: compiled when it is needed
    r"[0-9]{4}-(?:0?[1-9]|1[0-2])-(?:0?[1-9]|[12][0-9]|3[01])"
    r"(?:[Tt ](?:[01]?[0-9]|2[0-3]):[0-5]?[0-9]:[0-5]?[0-9](?:[.,][0-9]+)?(?:Z|[-+][0-9]{2}:[0-9]{2})?)?"
)


class UnreadableScalar(Exception):
    """A scalar that kubectl refuses. The message never repeats the text, which may be a secret."""


def plain(text: str) -> Scalar:
    """The value of a plain scalar without a tag, as the YAML library alone gives it (before JSON)."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMBER_STARTS:
        return text
    return _number(text)


def tagged(tag: str, text: str) -> Scalar:
    """The value of a scalar with an explicit tag; tags of YAML's core resolve, all others leave the text.

    Raises UnreadableScalar where text and tag do not fit.
    """
    kind = tag.removeprefix(STANDARD_TAGS) if tag.startswith(STANDARD_TAGS) else None
    if kind == "binary":
        return _binary(text)
    if kind not in ("bool", "int", "float", "null", "timestamp"):
        return text
    if kind == "timestamp":
        if re.fullmatch(_TIMESTAMP, text):
            return text
        raise UnreadableScalar("this is no timestamp, as its tag says")
    value = plain(text)
    if kind == "float" and type(value) is int and value < 2**63:
        return float(value)
    if {"bool": bool, "int": int, "float": float, "null": type(None)}[kind] is not type(value):
        raise UnreadableScalar(f"this is no {kind}, as its tag says")
    return value


def through_json(value: Scalar) -> Scalar:
    """A scalar after its way through JSON: integers in the range of int64, every other number a float.

    Raises UnreadableScalar for what JSON cannot hold.
    """
    if type(value) is int:
        return value if -(2**63) <= value < 2**63 else float(value)
    if type(value) is not float:
        return value
    if not math.isfinite(value):
        raise UnreadableScalar("infinity and NaN are no values that Kubernetes can read")
    if not value.is_integer():
        return value
    whole = int(value) if abs(value) < 2**53 else _written_out(value)
    return whole if -(2**63) <= whole < 2**63 else value


def key_text(value: Scalar) -> str:
    """A mapping key as the string that sigs.k8s.io/yaml turns it into.

    Raises UnreadableScalar for null and for integers beyond int64, which it refuses.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and value < 2**63:
        return str(value)
    if isinstance(value, float):
        return _short_float(value)
    raise UnreadableScalar("null is no key" if value is None else "this number is too large for a key")


def _number(text: str) -> Scalar:
    if text[0] == ".":
        number = float(text) if _POINT_FLOAT.fullmatch(text) else math.inf
        return number if math.isfinite(number) else text
    digits = text.replace("_", "")
    whole = _whole(digits)
    if whole is not None:
        return whole
    number = float(digits) if _FLOAT.fullmatch(digits) else math.inf
    return number if math.isfinite(number) else text


def _whole(digits: str) -> int | None:
    """The integer that Go's ParseInt or ParseUint reads, or None."""
    if _DECIMAL.fullmatch(digits):
        # Python refuses to read integers of many digits; beyond 20 none fits into 64 bits.
        value = int(digits) if len(digits) < 22 else None
    elif match := _INTEGER.fullmatch(digits):
        sign, hexadecimal, binary, octal = match.groups()
        magnitude = int(hexadecimal or binary or octal, 16 if hexadecimal else 2 if binary else 8)
        value = -magnitude if sign == "-" else magnitude
    elif match := re.fullmatch(_SIGN_AFTER_PREFIX, digits):
        value = int(match[1], 2)
    else:
        return None
    if value is None or not -(2**63) <= value < 2**64:
        return None
    return None if value >= 2**63 and digits[0] == "+" else value


def _binary(text: str) -> str:
    packed = text.replace("\r", "").replace("\n", "")
    try:
        decoded = binascii.a2b_base64(packed, strict_mode=True).decode("utf-8", "surrogateescape")
    except binascii.Error:
        raise UnreadableScalar("this is no base64 text, as its tag says") from None
    return re.sub(_UNDECODABLE, "\ufffd", decoded)


def _written_out(value: float) -> int:
    """A large float as JSON writes it: its shortest digits, then zeros."""
    mantissa, _, exponent = f"{value!r}e0".partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = fraction.rstrip("0")
    shift = int(exponent.partition("e")[0]) - len(fraction)
    return int(whole + fraction) * 10**shift if shift >= 0 else int(value)


def _short_float(value: float) -> str:
    """Go's strconv.FormatFloat(value, 'g', -1, 32), with YAML's words for what is not finite."""
    if math.isnan(value):
        return ".nan"
    try:
        single: float = struct.unpack("f", struct.pack("f", value))[0]
    except OverflowError:
        single = math.copysign(math.inf, value)
    if math.isinf(single):
        return ".inf" if single > 0 else "-.inf"
    precision = next(p for p in range(9) if p == 8 or _same_single(f"{single:.{p}e}", single))
    mantissa, _, exponent = f"{single:.{precision}e}".partition("e")
    if -4 <= int(exponent) < 6:
        return f"{float(mantissa + 'e' + exponent):.{max(precision - int(exponent), 0)}f}"
    return f"{mantissa}e{int(exponent):+03d}"


def _same_single(text: str, single: float) -> bool:
    try:
        return struct.pack("f", float(text)) == struct.pack("f", single)
    except OverflowError:
        return False

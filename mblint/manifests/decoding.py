"""Bytes to text: UTF-8 unless a byte order mark says UTF-16, as in Go's YAML library."""

from __future__ import annotations

import codecs

BYTE_ORDER_MARK = "\ufeff"


def decode(data: bytes) -> str:
    """The text without its byte order mark. A byte that is no UTF-8 becomes a lone surrogate.

    The document that holds one is broken (`compose` says so); its neighbours can still be read.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "surrogatepass" if len(data) % 2 == 0 else "replace")
    return data.decode("utf-8", "surrogateescape").removeprefix(BYTE_ORDER_MARK)

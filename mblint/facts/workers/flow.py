"""YAML on one line, ready to paste."""

from __future__ import annotations

import re

from mblint.manifests.documents import Value

_PLAIN = re.compile(r"[A-Za-z/_][\w./-]*")
_WORDS = frozenset(("true", "false", "yes", "no", "on", "off", "null", "y", "n"))


def flow(value: Value) -> str:
    """`{httpGet: {path: /healthz, port: 8000}, periodSeconds: 10}`."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_text(key)}: {flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(inner) for inner in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    return _text(value) if isinstance(value, str) else str(value)


def _text(text: str) -> str:
    """Quoted where YAML would read something else than this text."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'

"""Variables whose whole value may be the bare name of a Service that is called: `ORDERS_SERVICE`.

With `_NAME` behind it, where another word stands before: `SERVICE_NAME` alone is what a program calls itself.
"""

from __future__ import annotations

from mblint.settings.role_table import role_row, words_of

_SERVICE_WORDS = frozenset(("service", "svc", "ip", "gateway", "broker", "target", "peer", "master", "primary"))
_SERVICE_NAME = ("service", "name")
_OF_ITSELF = frozenset(
    ("otel", "dd", "datadog", "elastic", "apm", "tracing", "trace", "jaeger", "zipkin", "sw", "own", "my")
)
_SERVICE_PHRASES = (("svc", "name"), ("gateway", "name"))


def means_a_service(name: str, image: str) -> bool:
    """True for a variable whose whole value may be the name of a Service that is called: `ORDERS_SERVICE`."""
    words = words_of(name)
    if words[-2:] == _SERVICE_NAME:  # SERVICE_NAME and OTEL_SERVICE_NAME are what a program calls itself
        return len(words) > len(_SERVICE_NAME) and _OF_ITSELF.isdisjoint(words)
    named = bool(words) and (words[-1] in _SERVICE_WORDS or words[-2:] in _SERVICE_PHRASES)
    return named and role_row(name, image, "") is None

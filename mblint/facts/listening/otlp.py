"""Telemetry by OTLP: over HTTP to the port for gRPC, or the reverse.

Collectors listen on 4317 for gRPC and on 4318 for HTTP, and each port closes what speaks the other way. A program says
which way it speaks by OTEL_EXPORTER_OTLP_PROTOCOL, or that of one signal; without it, its library decides.
Source: https://opentelemetry.io/docs/specs/otlp/; https://opentelemetry.io/docs/languages/sdk-configuration/otlp-exporter/.
"""

from __future__ import annotations

from collections.abc import Mapping

from mblint.cluster.secrets import reveal
from mblint.facts.callers.dependencies import Found
from mblint.facts.listening.backends import Asked
from mblint.facts.told import settings_of
from mblint.facts.way.speech import Spoken
from mblint.facts.world import World
from mblint.regex import regex

_ENDPOINT = regex(r"OTEL_EXPORTER_OTLP_(?:TRACES_|METRICS_|LOGS_)?ENDPOINT")
_WAYS = {"grpc": "OTLP over gRPC", "http/protobuf": "OTLP over HTTP", "http/json": "OTLP over HTTP"}
_PORTS = {4317: "OTLP over gRPC", 4318: "OTLP over HTTP"}


def otlp_of_call(world: World, found: Found) -> Asked | None:
    """Which way a container sends its telemetry; None where no setting says it."""
    setting = found.destination.setting
    if found.destination.hidden or _ENDPOINT.fullmatch(setting.key) is None:
        return None
    told: Mapping[str, str] = {
        each.key: reveal(each.value).strip().lower()
        for each in settings_of(world, setting.workload, setting.container)
        if each.value is not None and each.key.startswith("OTEL_EXPORTER_OTLP")
    }
    name = next((one for one in _names(setting.key) if one in told), None)
    way = _WAYS.get(told[name]) if name is not None else None
    return Asked(way, f"{name}={told[name]}", setting.place, certain=False) if way and name else None


def otlp_at(port: int) -> Spoken | None:
    """Which way a port of a collector is spoken to."""
    way = _PORTS.get(port)
    return Spoken(way, "4317 is for gRPC, and 4318 for HTTP", certain=False) if way is not None else None


def _names(endpoint: str) -> tuple[str, str]:
    return endpoint.replace("_ENDPOINT", "_PROTOCOL"), "OTEL_EXPORTER_OTLP_PROTOCOL"

"""Calls that custom resources have somebody make: an address of a Service that one names in full, in whatever field.

Who calls is its controller, or pods that this makes, and is in no manifest as a rule: of such a call it is only judged
whether the Service is there, has the port, and selects pods. `NAME.NAMESPACE.svc` means a Service and nothing else, so
the field need not be known; rules/tables/resource-addresses.yaml lists what speaks of an address only.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from functools import cache

from msgspec import Struct
from msgspec.structs import replace

from mblint.cluster.engine.strangers import Stranger
from mblint.cluster.kinds import group_of, is_custom
from mblint.cluster.objects import Other
from mblint.cluster.web_ports import WEB_PORTS
from mblint.facts.callers.call import Backend, Call, Caller
from mblint.facts.callers.called import called
from mblint.facts.callers.called_rows import ResourceCall
from mblint.facts.callers.judged import judged
from mblint.facts.world import World
from mblint.manifests.documents import Place, Value
from mblint.manifests.nodes import dotted
from mblint.regex import regex
from mblint.settings.tables import as_text, as_texts, load_table, load_words

_MOST = 100  # addresses of one resource
_DEEPEST = 32
_ADDRESS = regex(
    r"(?:(?P<scheme>[a-z][a-z0-9+.-]*)://(?:[^/@\s]*@)?)?(?:[a-z0-9-]+\.)?"
    r"(?P<name>[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)\.(?P<namespace>[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)\.svc"
    r"(?:\.(?P<domain>[a-z0-9.-]*[a-z0-9]))?\.?(?::(?P<port>\d{1,5}))?(?:[/?]\S*)?"
)
_DENIED = ("ingress-denied", "egress-denied")


class _Written(Struct, frozen=True):
    """An address in a resource: where it stands, and what it names. `port` None: nobody says one."""

    place: Place
    service: Backend
    port: int | None


def resource_calls(world: World) -> Iterator[ResourceCall]:
    """The rows, in the order of the objects: one for each address."""
    for other in world.cluster.others:
        if is_custom(other.api_version) and not _is_passed_over(other):
            found = tuple(_written(world, other))
            calls = (_call(other, each) for each in found)
            for written, answer in zip(found, judged(world, calls), strict=True):
                row = called(ResourceCall, world, answer, other)
                row = replace(row, field=dotted(written.place.path[len(other.place.path) :]))
                # Who calls is not known, nor which rules are about it.
                yield replace(row, verdict="unknown", reason="who calls") if row.verdict in _DENIED else row


def _is_passed_over(other: Other) -> bool:
    kinds = _passed_over().get(group_of(other.api_version), ())
    return "*" in kinds or other.id.kind in kinds


@cache
def _passed_over() -> dict[str, tuple[str, ...]]:
    rows = load_table("resource-addresses", "not-called")
    return {as_text(row, "group") or "": as_texts(row, "kinds") for row in rows}


def _written(world: World, other: Other) -> Iterator[_Written]:
    spec, passed_over = other.place.at("spec"), load_words("resource-addresses", "keys")
    for count, (place, text) in enumerate(_addresses(spec, spec.value, passed_over, 0)):
        if count == _MOST:
            return
        found = _ADDRESS.fullmatch(text)
        if found is not None and found["domain"] in (None, world.cluster.domain):
            port = int(found["port"]) if found["port"] else WEB_PORTS.get(found["scheme"])
            yield _Written(place, Backend(found["namespace"], found["name"]), port)


def _addresses(place: Place, value: Value, passed_over: Set[str | int], depth: int) -> Iterator[tuple[Place, str]]:
    """The texts below a place in which an address may stand; nothing below the keys that are passed over."""
    if isinstance(value, str):
        if ".svc" in value:
            yield place, value
    elif isinstance(value, dict | list) and depth < _DEEPEST:
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in pairs:
            if key not in passed_over:
                yield from _addresses(place.at(key), inner, passed_over, depth + 1)


def _call(other: Other, written: _Written) -> Call:
    caller = Caller(f"what works for {other.id.kind} {other.id.name}", Stranger.POD)
    return Call(caller, other.id, written.place, written.service, written.port, None)

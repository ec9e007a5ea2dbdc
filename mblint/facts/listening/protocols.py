"""The protocol of a call by its URL's scheme, and that of the port: nobody answers `mysql://` at a PostgreSQL.

What belongs to which protocol is rules/tables/protocols.yaml, beside the `speaks` of software files.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from mblint.cluster.objects import Workload
from mblint.facts.callers.dependencies import Found
from mblint.facts.listening.backends import Asked
from mblint.facts.way.heard import Heard, ears
from mblint.facts.way.listeners import has_sidecar
from mblint.facts.way.speech import Spoken
from mblint.facts.world import World
from mblint.settings.tables import as_text, as_texts, load_table

_HTTP = "HTTP"
_OF_THE_WEB = ("http", "https")


def protocol_of_call(found: Found) -> Asked | None:
    """The protocol that the client speaks, by its URL; None where no scheme says it."""
    called = found.destination
    protocol = _by_scheme().get(called.scheme or "")
    if protocol is None or called.assumed or called.hidden:
        return None
    return Asked(protocol, called.setting.label, called.setting.place, certain=True)


def protocol_at(world: World, server: Workload, port: int) -> Spoken | None:
    """The protocol that known software speaks at a port of its pods; None where it is not known, or two may answer."""
    if has_sidecar(server):
        return None
    answering = [(one.program or "", heard) for one in ears(world)[id(server)] if one.known for heard in one.heard]
    spoken = {(_protocol(program, heard), program) for program, heard in answering if heard.port == port}
    if len(spoken) != 1:
        return None
    protocol, program = next(iter(spoken))
    return Spoken(protocol, f"{program} listens there", certain=True) if protocol else None


def _protocol(program: str, heard: Heard) -> str | None:
    if heard.speaks in _OF_THE_WEB:
        return _HTTP
    return _by_port().get((program, heard.name)) or _by_port().get((program, "*"))


@cache
def _by_scheme() -> Mapping[str, str]:
    rows = load_table("protocols", "clients")
    return {scheme: as_text(row, "protocol") or "" for row in rows for scheme in as_texts(row, "schemes")}


@cache
def _by_port() -> Mapping[tuple[str, str], str]:
    return {
        (program, port): as_text(row, "protocol") or ""
        for row in load_table("protocols", "servers")
        for program in as_texts(row, "programs")
        for port in as_texts(row, "ports")
    }

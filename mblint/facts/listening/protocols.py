"""The protocol of a call by its URL's scheme, and that of the port: nobody answers `mysql://` at a PostgreSQL.

What belongs to which protocol is rules/tables/protocols.yaml, beside the `speaks` of software files.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from mblint.cluster.objects import Workload
from mblint.cluster.secrets import reveal
from mblint.facts.callers.dependencies import Found
from mblint.facts.listening.backends import Asked
from mblint.facts.told import settings_of
from mblint.facts.way.heard import Heard, ears
from mblint.facts.way.listeners import has_sidecar
from mblint.facts.way.speech import Spoken
from mblint.facts.world import World
from mblint.settings.role_table import words_of
from mblint.settings.rows import Setting
from mblint.settings.tables import as_text, as_texts, load_table

_HTTP = "HTTP"
_HOSTS = (("host",), ("hostname",), ("server",), ("address",))
_KINDS = ("type", "connection", "driver", "dialect", "engine", "client", "vendor", "adapter", "kind", "provider")
_OF_THE_WEB = ("http", "https")


def protocol_of_call(world: World, found: Found) -> Asked | None:
    """The protocol that the client speaks, by its URL, or by the kind of its database; None where neither says it."""
    called = found.destination
    if not called.scheme:
        return _of_kind(world, called.setting)
    protocol = _by_scheme().get(called.scheme)
    if protocol is None or called.assumed or called.hidden or _takes_a_greeting(world, found):
        return None
    return Asked(protocol, called.setting.label, called.setting.place, certain=True)


def _takes_a_greeting(world: World, found: Found) -> bool:
    """Whether curl, of a version that nobody knows, may take what the server says first for an answer."""
    server, port = found.reached.server, found.reached.pod_port
    if found.destination.setting.key != "curl" or server is None or port is None:
        return False
    spoken = protocol_at(world, server, port)
    return spoken is not None and spoken.scheme in _greeting()


def _of_kind(world: World, host: Setting) -> Asked | None:
    """By the setting beside the host that says which kind of database it is: DB_TYPE beside DB_HOST."""
    words = words_of(host.key)
    if words[-1:] not in _HOSTS or len(words) == 1:
        return None
    wanted = {(*words[:-1], kind) for kind in _KINDS}
    for each in settings_of(world, host.workload, host.container):
        beside = (each.file, each.origin) == (host.file, host.origin) and words_of(each.key) in wanted
        if beside and each.value is not None and not each.guessed and not each.secret:
            protocol = _by_kind().get(reveal(each.value).strip().lower())
            if protocol is not None:
                return Asked(protocol, each.label, each.place, certain=False)
    return None


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
def _by_kind() -> Mapping[str, str]:
    rows = load_table("protocols", "kinds")
    return {value: as_text(row, "protocol") or "" for row in rows for value in as_texts(row, "values")}


@cache
def _by_port() -> Mapping[tuple[str, str], str]:
    return {
        (program, port): as_text(row, "protocol") or ""
        for row in load_table("protocols", "servers")
        for program in as_texts(row, "programs")
        for port in as_texts(row, "ports")
    }


@cache
def _greeting() -> frozenset[str]:
    return frozenset(as_text(row, "protocol") or "" for row in load_table("protocols", "servers") if row.get("greets"))

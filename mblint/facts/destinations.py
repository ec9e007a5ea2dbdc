"""Settings that call to destinations: host and port, the port where needed from its partner setting.

`DB_HOST` goes with `DB_PORT`, `--redis-host` with `--redis-port`, `db.host` with `db.port` of the same file,
`REDIS_MASTER_HOST` with `REDIS_MASTER_PORT_NUMBER`. A port without a host is nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from mblint.cluster.secrets import reveal
from mblint.facts.endpoints import Endpoint, endpoints
from mblint.settings.by_container import ContainerSettings
from mblint.settings.role_table import is_address_name, words_of
from mblint.settings.rows import Role, Setting
from mblint.settings.tables import as_integer, as_texts, load_table

_HOST_WORDS = frozenset(
    ("host", "hostname", "hosts", "server", "servers", "address", "addr", "endpoint", "url", "uri", "service")
)
_PORT_ENDINGS = (("port",), ("port", "number"), ("service", "port"), ("tcp", "port"))
_BINDS = frozenset(("0.0.0.0", "::"))  # what software listens on; as a destination, nobody writes it

_Scope = tuple[str | None, str]  # the file, or None, and the origin: partners stand in one of them
_Ports = Mapping[tuple[_Scope, tuple[str, ...]], Setting]


@dataclass(frozen=True, slots=True)
class Destination:
    """What one setting calls. `port` None: nobody says it.

    `assumed`: the port is the usual one of the technology, by the setting's name only. `hidden`: the host is the whole
    value of a Secret. `partner`: the setting that has the port.
    """

    setting: Setting
    host: str
    port: int | None
    protocol: str
    scheme: str | None
    assumed: bool = False
    hidden: bool = False
    partner: Setting | None = None


def destinations(told: ContainerSettings) -> Iterator[Destination]:
    """The destinations of a container's settings, in the settings' order, each once for every setting."""
    ports: _Ports | None = None
    for setting in told.settings:
        if setting.role is not Role.CALLS or setting.value is None:
            continue
        for endpoint in endpoints(reveal(setting.value)):
            if endpoint.host in _BINDS:
                continue
            if endpoint.written or (endpoint.port and not is_address_name(setting.key)):
                yield _destination(setting, endpoint, endpoint.port)
                continue
            ports = _ports(told) if ports is None else ports
            yield from _with_port_from_elsewhere(setting, endpoint, ports)


def _with_port_from_elsewhere(setting: Setting, endpoint: Endpoint, ports: _Ports) -> Iterator[Destination]:
    partner = _partner(setting, ports)
    if partner is not None:
        yield _destination(setting, endpoint, int(reveal(partner.value or "")), partner=partner)
    elif endpoint.port is not None:
        yield _destination(setting, endpoint, endpoint.port)
    elif is_address_name(setting.key) or "." in endpoint.host:
        usual = _usual_port(frozenset(words_of(setting.key)))
        yield _destination(setting, endpoint, usual, assumed=usual is not None)


def _destination(
    setting: Setting, endpoint: Endpoint, port: int | None, *, assumed: bool = False, partner: Setting | None = None
) -> Destination:
    hidden = setting.secret and not endpoint.parsed
    return Destination(setting, endpoint.host, port, endpoint.protocol, endpoint.scheme, assumed, hidden, partner)


# ---------------------------------------------------------------- partners


def _scope(setting: Setting) -> _Scope:
    return setting.file, setting.origin.value


def _ports(told: ContainerSettings) -> _Ports:
    """The settings that hold a port, by what stands before the word `port` in their names."""
    found: dict[tuple[_Scope, tuple[str, ...]], Setting] = {}
    for setting in told.settings:
        if setting.value is None or "port" not in setting.key.lower() or not _is_port(reveal(setting.value)):
            continue
        words = words_of(setting.key)
        for ending in _PORT_ENDINGS:
            if words[-len(ending) :] == ending:
                found[_scope(setting), words[: -len(ending)]] = setting
    return found


def _partner(setting: Setting, ports: _Ports) -> Setting | None:
    """The port that goes with a host: same name but for the last word."""
    words = words_of(setting.key)
    if words[-2:] == ("host", "name"):
        words = words[:-1]
    if not words or words[-1] not in _HOST_WORDS:
        return None
    stem = words[:-1]
    return ports.get((_scope(setting), stem)) or ports.get((_scope(setting), words))


def _is_port(text: str) -> bool:
    text = text.strip()
    return text.isascii() and text.isdigit() and 0 < int(text) < 65536


@cache
def _usual_ports() -> dict[str, int]:
    return {
        word: as_integer(row, "port") or 0
        for row in load_table("schemes", "technologies")
        for word in as_texts(row, "words")
    }


def _usual_port(words: frozenset[str]) -> int | None:
    found = {port for word, port in _usual_ports().items() if word in words}
    return found.pop() if len(found) == 1 else None

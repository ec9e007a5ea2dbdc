"""Calls of settings: what each container is told to call, host and port.

`DB_HOST` goes with `DB_PORT`, `--redis-host` with `--redis-port`, `db.host` with `db.port` of the same file,
`REDIS_MASTER_HOST` with `REDIS_MASTER_PORT_NUMBER`: the port comes from its partner where the setting of the host has
none. A port without a host is nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import accumulate

from msgspec import Struct

from mblint.cluster.helm_hooks import is_helm_test
from mblint.cluster.secrets import reveal
from mblint.facts.callers.call import Call, Caller
from mblint.facts.way.endpoints import Endpoint, endpoints
from mblint.regex import regex
from mblint.settings.by_container import ContainerSettings
from mblint.settings.choices import is_read
from mblint.settings.names import Origin, Role
from mblint.settings.role_table import is_address_name, words_of
from mblint.settings.roles import calls_itself
from mblint.settings.rows import Setting
from mblint.settings.tables import as_integer, as_texts, load_table, load_words

_HOST_WORDS = frozenset(
    (
        "host",
        "hostname",
        "hosts",
        "server",
        "servers",
        "address",
        "addr",
        "endpoint",
        "url",
        "uri",
        "service",
        "names",
        "dns",
        "fqdn",
    )
)
_PORT_ENDINGS = (("port",), ("port", "number"), ("service", "port"), ("tcp", "port"), ("port", "value"))
_ELEMENT = regex(r"\[(\d+)\]")
_LAST_ELEMENTS = regex(r"(?:\[\d+\])+$")
_SWITCH_ENDINGS = (("enabled",), ("enable",), ("on",), ("is", "enabled"))
_OFF = frozenset(("false", "no", "off", "disabled"))
_BINDS = frozenset(("0.0.0.0", "::"))  # what software listens on; as a destination, few write it

_Scope = tuple[str | None, str]  # the file, or None, and the origin: partners stand in one of them
_Stem = tuple[_Scope, tuple[str, ...]]


class _Partners(Struct, frozen=True):
    """The settings of a container that hold a port, and the names that something is switched off for."""

    ports: Mapping[_Stem, Setting]
    off: frozenset[_Stem]
    sections: frozenset[tuple[str, str]]  # files, and the key paths of sections in them that are switched off


class Destination(Struct, frozen=True):
    """What one setting calls. `port` and `protocol` None: nobody says it.

    `assumed`: the port is the usual one of the technology, by the setting's name only. `hidden`: the host is the whole
    value of a Secret. `partner`: the setting that has the port. `switched_off`: a partner says so (`STATSD_ENABLED`),
    or one of a section around it in the file (`bloom_build.enabled`).
    """

    setting: Setting
    host: str
    port: int | None
    protocol: str | None
    scheme: str | None
    assumed: bool = False
    hidden: bool = False
    partner: Setting | None = None
    switched_off: bool = False


def call_of(destination: Destination) -> Call:
    """The call that a destination is."""
    setting = destination.setting
    return Call(
        caller=Caller(str(setting.workload.id), setting.workload),
        object=setting.workload.id,
        place=setting.place,
        to=destination.host,
        port=destination.port,
        protocol=destination.protocol,
        assumed=destination.assumed,
    )


def is_certain(destination: Destination) -> bool:
    """Whether software does connect to it, or only may.

    False for Helm's tests, for commands in mounted scripts (under conditions, most of them), for what is guessed, and
    for what is off.
    """
    setting = destination.setting
    in_mounted_script = setting.origin is Origin.ARGUMENT and setting.file is not None
    guessed = in_mounted_script or setting.guessed
    return not (guessed or destination.switched_off or is_helm_test(setting.workload))


def destinations(told: ContainerSettings) -> Iterator[Destination]:
    """The destinations of a container's settings, in the settings' order, each once for every setting."""
    return _destinations(told, [setting for setting in _calls(told) if is_read(told, setting)])


def destinations_not_read(told: ContainerSettings) -> Iterator[Destination]:
    """Those of settings that its software has no use for: of sections for other roles, of choices that are not made."""
    return _destinations(told, [setting for setting in _calls(told) if not is_read(told, setting)])


def _calls(told: ContainerSettings) -> Iterator[Setting]:
    return (setting for setting in told.settings if setting.role is Role.CALLS and setting.value is not None)


def _destinations(told: ContainerSettings, calls: Sequence[Setting]) -> Iterator[Destination]:
    if not calls:
        return
    partners = _partners(told)
    for setting in calls:
        for endpoint in endpoints(reveal(setting.value or "")):
            if endpoint.host not in _BINDS or calls_itself(setting.key, reveal(setting.value or "").strip()):
                yield from _destination(setting, endpoint, partners)


def _destination(setting: Setting, endpoint: Endpoint, partners: _Partners) -> Iterator[Destination]:
    """The endpoint with its own port, its partner's, its scheme's, or the usual one."""
    by_address = is_address_name(setting.key)
    partner = _port_of(setting, partners) if not endpoint.written and (by_address or endpoint.port is None) else None
    port, usual = endpoint.port, None
    if partner is not None:
        port = int(reveal(partner.value or ""))
    elif not endpoint.written and port is not None and _has_a_port_of_its_own(setting):
        port = None
    elif port is None and not endpoint.host.startswith("_"):  # the port is in the SRV record
        if not (by_address or endpoint.parsed or "." in endpoint.host):
            return
        port = usual = _usual_port(frozenset(words_of(setting.key)))
    yield Destination(
        setting=setting,
        host=endpoint.host,
        port=port,
        protocol=endpoint.protocol,
        scheme=endpoint.scheme,
        assumed=usual is not None,
        hidden=setting.secret and not endpoint.parsed,
        partner=partner,
        switched_off=_is_off(setting, partners),
    )


def _has_a_port_of_its_own(setting: Setting) -> bool:
    """Whether a client adds the server's own port to a host that it is told with a scheme: CLICKHOUSE_HOST=http://db."""
    words = words_of(setting.key)
    return words[-1:] in (("host",), ("hostname",)) and not load_words("schemes", "by http").isdisjoint(words)


# ---------------------------------------------------------------- partners


def _scope(setting: Setting) -> _Scope:
    return setting.file, setting.origin.value


def _partners(told: ContainerSettings) -> _Partners:
    """Ports and switches, by what stands before these words in their names."""
    ports: dict[_Stem, Setting] = {}
    several: set[_Stem] = set()  # a script gives them one value here and another there
    off: set[_Stem] = set()
    sections: set[tuple[str, str]] = set()
    for setting in told.settings:
        value = reveal(setting.value).strip() if setting.value is not None else ""
        if _is_port(value):
            for stem in _stems(setting, _PORT_ENDINGS):
                if stem in ports and setting.origin is Origin.ARGUMENT and reveal(ports[stem].value or "") != value:
                    several.add(stem)
                ports[stem] = setting
        elif value.lower() in _OFF:
            off.update(_stems(setting, _SWITCH_ENDINGS))
            section, _, last = setting.key.rpartition(".")
            if setting.file is not None and section and words_of(last) in _SWITCH_ENDINGS:
                sections.add((setting.file, section))
    known = {stem: port for stem, port in ports.items() if stem not in several}
    return _Partners(known, frozenset(off), frozenset(sections))


def _stems(setting: Setting, endings: Sequence[tuple[str, ...]]) -> Iterator[_Stem]:
    words = _words_and_numbers(setting)
    for ending in endings:
        if words[-len(ending) :] == ending:
            yield _scope(setting), words[: -len(ending)]


def _words_and_numbers(setting: Setting) -> tuple[str, ...]:
    """The words of a setting's name. In a file, the numbers of the list elements that it stands in are words too:
    `outputs[1].host` goes with `outputs[1].port`. Of a list of hosts itself (`names[0]`) all have one port."""
    key = setting.key
    if setting.file is None or "[" not in key:
        return words_of(key)
    parts = _ELEMENT.split(_LAST_ELEMENTS.sub("", key))
    return tuple(word for part in parts for word in ((part,) if part.isdigit() else words_of(part)))


def _port_of(setting: Setting, partners: _Partners) -> Setting | None:
    """The port that goes with a host: same name but for the last word."""
    words = _words_and_numbers(setting)
    if words[-2:] == ("host", "name"):
        words = words[:-1]
    elif words[-2:] == ("end", "point"):  # MinIO's client in JavaScript: endPoint
        words = (*words[:-2], "endpoint")
    if not words or (words[-1] not in _HOST_WORDS and words[-2:-1] != ("db",)):  # REDMINE_DB_MYSQL is a host
        return None
    return partners.ports.get((_scope(setting), words[:-1])) or partners.ports.get((_scope(setting), words))


def _is_off(setting: Setting, partners: _Partners) -> bool:
    words = _words_and_numbers(setting)
    if len(words) > 1 and (_scope(setting), words[:-1]) in partners.off:
        return True
    around = accumulate(setting.key.split(".")[:-1], lambda path, key: f"{path}.{key}")
    return setting.file is not None and any((setting.file, section) in partners.sections for section in around)


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

"""The listeners of Kafka brokers of the view: by which protocol each speaks, and on to which address it sends clients.

A client connects to one listener, speaks its security protocol, and is then told the addresses that the listener
advertises, to which it connects anew. Source: https://kafka.apache.org/documentation/#brokerconfigs_listeners,
https://kafka.apache.org/documentation/#brokerconfigs_advertised.listeners,
https://kafka.apache.org/documentation/#brokerconfigs_listener.security.protocol.map; Confluent's image takes the
listeners from the advertised ones where none are said, https://github.com/confluentinc/kafka-images.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from mblint.cluster.objects import ContainerRole
from mblint.cluster.remembered import remembered
from mblint.cluster.secrets import reveal
from mblint.facts.software import RunningProgram, running_programs
from mblint.facts.world import World
from mblint.regex import regex
from mblint.settings.names import Origin
from mblint.settings.rows import Setting

PROTOCOLS = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")
_BROKERS = ("Apache Kafka", "Confluent's Kafka")
_LISTENERS = ("KAFKA_LISTENERS", "KAFKA_CFG_LISTENERS", "server.properties:listeners")
_ADVERTISED = ("KAFKA_ADVERTISED_LISTENERS", "KAFKA_CFG_ADVERTISED_LISTENERS", "server.properties:advertised.listeners")
_PROTOCOLS = (
    "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP",
    "KAFKA_CFG_LISTENER_SECURITY_PROTOCOL_MAP",
    "server.properties:listener.security.protocol.map",
)
_ONE = regex(r"\s*(\w+)://([^:/,\s]*|\[[^\]]*\]):(\d+)\s*")


class Advertised(Struct, frozen=True, eq=False):
    """The address that a listener tells its clients, as it is written. `all_loopback`: so is that of every listener."""

    host: str
    port: int
    setting: Setting
    all_loopback: bool = False


class Listener(Struct, frozen=True, eq=False):
    """One listener of a broker. `protocol`: None where nothing says it."""

    name: str
    port: int
    protocol: str | None
    setting: Setting
    advertised: Advertised | None = None


@remembered
def broker_listeners(world: World) -> Mapping[int, Mapping[int, Listener]]:
    """The listeners of each workload that is a broker, by its identity and by the pod's port."""
    found: dict[int, Mapping[int, Listener]] = {}
    for program in running_programs(world):
        if program.running.program.name in _BROKERS and program.workload.lasting:
            listeners = {each.port: each for each in _listeners(program)}
            if listeners and id(program.workload) not in found:
                found[id(program.workload)] = listeners
    return found


def _listeners(program: RunningProgram) -> Iterator[Listener]:
    told = program.told
    advertised = told.first(_ADVERTISED)
    by_advertised = program.running.program.name == "Confluent's Kafka"
    setting = told.first(_LISTENERS) or (advertised if by_advertised else None)
    if setting is None:
        return
    protocols = _protocols(told.first(_PROTOCOLS))
    addresses = _addresses(advertised) if _is_final(program, advertised) else {}
    for name, (_, port) in _parsed(setting).items():
        yield Listener(name, port, protocols.get(name), setting, addresses.get(name))


def _parsed(setting: Setting | None) -> Mapping[str, tuple[str, int]]:
    """Host and port by the listener's name; without those that something fills in later."""
    text = "" if setting is None or setting.value is None else reveal(setting.value)
    matches = (_ONE.fullmatch(part) for part in text.split(","))
    return {found[1].upper(): (found[2], int(found[3])) for found in matches if found is not None}


def _is_final(program: RunningProgram, advertised: Setting | None) -> bool:
    """Whether the addresses are those that the broker reads: an init container, or a script, may still write them."""
    if advertised is None or program.container.role is not ContainerRole.MAIN:
        return False
    words = " ".join(word.text for word in program.container.words).lower()
    return advertised.origin is Origin.ENV and "advertised" not in words


def _addresses(setting: Setting | None) -> Mapping[str, Advertised]:
    parsed = _parsed(setting)
    if setting is None or "$" in reveal(setting.value or "$"):
        return {}
    loopback = all(host in ("localhost", "127.0.0.1") for host, _ in parsed.values())
    return {name: Advertised(host, port, setting, loopback) for name, (host, port) in parsed.items() if host}


def _protocols(setting: Setting | None) -> Mapping[str, str]:
    """The protocol by the listener's name: where no map says another one, a protocol's name is that of its listener."""
    usual = {name: name for name in PROTOCOLS}
    if setting is None:
        return usual
    if setting.value is None:
        return {}
    pairs = (part.strip().upper().partition(":") for part in reveal(setting.value).split(","))
    return {name: protocol for name, _, protocol in pairs if protocol in PROTOCOLS}

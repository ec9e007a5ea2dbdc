"""Clients of Kafka, and the listener that they call: whether both speak one protocol, and where it sends them on.

Without a setting every client speaks PLAINTEXT (https://kafka.apache.org/documentation/#adminclientconfigs_security.protocol),
to which a listener with SASL answers by closing the connection. Nothing is said where the pod is told anything that
may be a login.
"""

from __future__ import annotations

from mblint.cluster.objects import ContainerRole
from mblint.cluster.secrets import reveal
from mblint.facts.callers.dependencies import Found, find
from mblint.facts.callers.inherited import without_inherited
from mblint.facts.callers.settings import is_certain
from mblint.facts.credentials.broker_listeners import PROTOCOLS, Listener, broker_listeners
from mblint.facts.credentials.rows import ListenerUse
from mblint.facts.rows import Related
from mblint.facts.told import settings_of, settings_of_workload
from mblint.facts.way.heard import reads_what_is_not_there, told_texts
from mblint.facts.way.hosts import resolve
from mblint.facts.world import World
from mblint.regex import regex
from mblint.settings.names import Origin
from mblint.settings.role_table import words_of
from mblint.settings.rows import Setting

_BROKER = frozenset(("kafka", "bootstrap", "broker", "brokers"))
_LOGIN = regex(r"(?i)sasl|jaas|scram|oauth|iam|kerberos|krb5|gssapi")
_TLS = regex(r"(?i)ssl|tls|cert|truststore|keystore|\.pem|\.jks")
_LOGIN_WORDS = frozenset(
    ("user", "username", "password", "passwd", "pass", "pwd", "auth", "mechanism", "secret", "token")
)
_PLAIN = "PLAINTEXT"
_TRUE = ("true", "1", "yes", "on")


def listener_uses(world: World) -> tuple[ListenerUse, ...]:
    """A row for each setting that leads to a listener of a broker, in their order."""
    brokers = broker_listeners(world)
    if not brokers:
        return ()
    rows = [
        (row, found.destination.setting)
        for found in find(world)
        if found.reached.server is not None
        and not found.reached.beside
        and (listener := brokers.get(id(found.reached.server), {}).get(found.reached.pod_port or 0)) is not None
        and _is_client(found)
        for row in (_protocol_row(world, found, listener), _address_row(world, found, listener))
        if row is not None
    ]
    return without_inherited(rows, outcome=lambda row: (row.server, row.verdict), surroundings=lambda row: row.settings)


def _is_client(found: Found) -> bool:
    """Whether a program talks to the broker there: not one that waits for its port, and no broker for its peers."""
    setting = found.destination.setting
    return (
        setting.workload is not found.reached.server
        and setting.container.role is not ContainerRole.INIT
        and setting.origin is not Origin.ARGUMENT
        and not _BROKER.isdisjoint(words_of(setting.key))
    )


# ---------------------------------------------------------------- the protocol


def _protocol_row(world: World, found: Found, listener: Listener) -> ListenerUse | None:
    wanted, setting = listener.protocol, found.destination.setting
    if wanted is None:
        return None
    said = _said(world, setting)
    if said is not None:
        spoken = reveal(said.value or "").strip().upper()
        if spoken == wanted:
            return _row(found, listener, "fits", "")
        return _row(found, listener, "differs", f"speaks {spoken} ({said.label}){_where(listener)}", said)
    switch = _switched_on(world, setting)
    if switch is not None:
        if wanted == _PLAIN:
            return _row(found, listener, "differs", f"logs in ({switch.label}){_where(listener)}", switch)
        return _row(found, listener, "fits", "")
    if wanted == _PLAIN:
        return _row(found, listener, "fits", "")
    reason = _may_know(world, found, wanted)
    if reason is not None:
        return _row(found, listener, "unknown", "", reason=reason)
    lacks = "has no login" if wanted.startswith("SASL") else "speaks no TLS"
    return _row(found, listener, "no-login", f"{lacks}{_where(listener)}")


def _where(listener: Listener) -> str:
    name = "" if listener.name == listener.protocol else f" {listener.name}"
    return f", where the listener{name} speaks {listener.protocol}"


def _said(world: World, setting: Setting) -> Setting | None:
    """The setting by which the client's container is told its protocol; None where several differ, too."""
    said = [
        each
        for each in settings_of(world, setting.workload, setting.container)
        if words_of(each.key)[-2:] == ("security", "protocol")
        and each.value is not None
        and not each.guessed
        and reveal(each.value).strip().upper() in PROTOCOLS
    ]
    values = {reveal(each.value or "").strip().upper() for each in said}
    return said[-1] if len(values) == 1 else None


def _switched_on(world: World, setting: Setting) -> Setting | None:
    """The setting that switches SASL on, where the client has such a one: KAFKA_SASL_ENABLED."""
    for each in settings_of(world, setting.workload, setting.container):
        on = each.value is not None and reveal(each.value).strip().lower() in _TRUE
        if on and words_of(each.key)[-2:] == ("sasl", "enabled"):
            return each
    return None


def _may_know(world: World, found: Found, wanted: str) -> str | None:
    """A clause that says how the client's pod may come to speak the protocol all the same."""
    workload = found.destination.setting.workload
    if reads_what_is_not_there(world, workload):
        return "a part of what it is told is not in the view"
    mark = _LOGIN if wanted.startswith("SASL") else _TLS
    for each in settings_of_workload(world, workload):
        words = frozenset(words_of(each.key))
        named = not _LOGIN_WORDS.isdisjoint(words) and (not _BROKER.isdisjoint(words) or words <= _LOGIN_WORDS)
        if named or mark.search(each.key):
            return f"{each.label} may be a part of it"
    if any(mark.search(text) for text in told_texts(world, workload)):
        return "a file or a word of its command speaks of it"
    return None


# ---------------------------------------------------------------- where it sends them on


def _address_row(world: World, found: Found, listener: Listener) -> ListenerUse | None:
    told, setting = listener.advertised, found.destination.setting
    if told is None or told.all_loopback:
        return None
    leads = resolve(told.host, setting.workload, world.cluster, world.config.cluster)
    where = f"{told.host}:{told.port} ({told.setting.label})"
    if leads.resolves == "unknown-service":
        space = setting.workload.id.namespace
        return _row(found, listener, "sent-on", f"is sent on to {where}, which is no Service of the namespace {space}")
    if leads.resolves == "self" and leads.plain:
        return _row(found, listener, "sent-on", f"is sent on to {where}, which is its own pod")
    service = leads.service
    translates = leads.resolves == "service" and service is not None and not service.headless
    if translates and service is not None and told.port not in {each.port for each in service.ports}:
        return _row(found, listener, "sent-on", f"is sent on to {where}, and that Service has no such port")
    return None


# ---------------------------------------------------------------- rows


def _row(
    found: Found,
    listener: Listener,
    verdict: str,
    problem: str,
    at: Setting | None = None,
    *,
    reason: str | None = None,
) -> ListenerUse:
    setting, server = found.destination.setting, found.reached.server
    assert server is not None
    advertised = listener.advertised if verdict == "sent-on" else None
    there = advertised.setting if advertised is not None else listener.setting
    return ListenerUse(
        object=setting.workload.id,
        container=setting.container.name,
        place=(at or setting).place,
        related=(Related(f"the listener of {server.id.kind} {server.id.name}", there.place, server.id),),
        linted=setting.workload.linted,
        client=f"{setting.workload.id.kind} {setting.workload.id.name}",
        server=f"{server.id.kind} {server.id.name}",
        settings=setting.label,
        host=found.destination.host,
        listener=listener.name,
        problem=problem,
        certain=is_certain(found.destination),
        verdict=verdict,
        reason=reason,
    )

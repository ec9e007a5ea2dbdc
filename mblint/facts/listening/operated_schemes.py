"""Calls of servers that an operator starts, in another way than these speak: http:// where they have TLS, or Kafka's.

What they speak is a table: rules/tables/operated-schemes.yaml. A client of Kafka says it by `security.protocol`.
Sources: https://kafka.apache.org/documentation/#brokerconfigs_listener.security.protocol.map ,
https://www.elastic.co/docs/deploy-manage/deploy/cloud-on-k8s/accessing-services
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from msgspec import Struct, convert

from mblint.cluster.kinds import value_at
from mblint.cluster.objects import Other
from mblint.cluster.secrets import reveal
from mblint.facts.callers.dependencies import Found, find
from mblint.facts.listening.rows import SchemeUse
from mblint.facts.rows import Related
from mblint.facts.told import settings_of
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.settings.role_table import words_of
from mblint.settings.rows import Setting
from mblint.settings.tables import load_table

_WEB = {"http": "plain HTTP (http://)", "https": "HTTPS (TLS, https://)"}
_KAFKA = {"SSL": "TLS", "SASL_SSL": "TLS", "PLAINTEXT": "no TLS", "SASL_PLAINTEXT": "no TLS"}


class _Row(Struct, frozen=True):
    group: str
    kind: str
    source: str
    port: int | None = None
    speaks: str = ""
    unless: str = ""
    listeners: str = ""


def operated_schemes(world: World) -> Iterator[SchemeUse]:
    """A row for each call of which both sides are known."""
    for found in find(world):
        maker = found.resolution.maker
        row = _rows().get((maker.api_version.rpartition("/")[0], maker.id.kind)) if maker is not None else None
        if maker is None or row is None or found.destination.hidden or not found.row.hard:
            continue
        if row.listeners:
            yield from _of_listeners(world, found, maker, row)
        elif row.port == found.destination.port and not value_at(maker.place.value, row.unless):
            setting, scheme = found.destination.setting, found.destination.scheme
            if scheme in _WEB:
                yield _use(found, maker, _WEB[scheme], _WEB[row.speaks], (setting.label, setting.place))


def _of_listeners(world: World, found: Found, maker: Other, row: _Row) -> Iterator[SchemeUse]:
    setting, there = found.destination.setting, value_at(maker.place.value, row.listeners)
    listeners = [one for one in there if isinstance(one, dict)] if isinstance(there, list) else []
    taken = [one for one in listeners if one.get("port") == found.destination.port]
    said = [one for one in settings_of(world, setting.workload, setting.container) if _says(one) is not None]
    if len(taken) == 1 and isinstance(taken[0].get("tls"), bool) and len({_says(one) for one in said}) == 1:
        (listener,), by = taken, said[0]
        speaks = "TLS" if listener["tls"] else "no TLS"
        yield _use(found, maker, _says(by) or "", speaks, (f"{by.label}={reveal(by.value or '')}", by.place))


def _says(setting: Setting) -> str | None:
    """What a client of Kafka is told to speak."""
    if words_of(setting.key)[-2:] != ("security", "protocol") or setting.value is None or setting.secret:
        return None
    return _KAFKA.get(reveal(setting.value).strip().upper())


def _use(found: Found, maker: Other, speaks: str, server_speaks: str, said: tuple[str, Place]) -> SchemeUse:
    setting = found.destination.setting
    client, shown = setting.workload, f"{maker.id.kind} {maker.id.name}"
    return SchemeUse(
        object=client.id,
        container=setting.container.name,
        place=said[1],
        related=(Related(f"{shown} says what it speaks", maker.place, maker.id),),
        linted=client.linted,
        caller=str(client.id),
        said_by=said[0],
        speaks=speaks,
        server=str(maker.id),
        port=found.destination.port or 0,
        server_speaks=server_speaks,
        because=f"{shown} says so",
        certain=True,
        verdict="agrees" if speaks == server_speaks else "differs",
    )


@cache
def _rows() -> Mapping[tuple[str, str], _Row]:
    rows = convert(load_table("operated-schemes", "servers"), tuple[_Row, ...])
    return {(row.group, row.kind): row for row in rows}

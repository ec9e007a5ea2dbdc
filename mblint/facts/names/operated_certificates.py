"""The certificate of a server that an operator starts: by the Secret that its resource names, or the operator's.

Which fields name it, and which Secret has the operator's authority, is a table:
rules/tables/operated-certificates.yaml.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from msgspec import Struct, convert

from mblint.cluster.cluster import Cluster
from mblint.cluster.kinds import texts_at
from mblint.cluster.objects import Other
from mblint.facts.names.authorities import Signers, signers
from mblint.facts.names.issued import alternative_names, writers_of
from mblint.facts.names.own_certificates import own_certificate
from mblint.facts.names.shape import Offered
from mblint.manifests.documents import Value
from mblint.settings.tables import load_table


class _Row(Struct, frozen=True):
    group: str
    kind: str
    source: str
    secret: tuple[str, ...]
    authority: str | None = None
    unless: tuple[str, ...] = ()


class Operated(Struct, frozen=True, eq=False):
    """What the servers of a custom resource show. `offered` None: nobody says its names; `by`: whose authority."""

    offered: Offered | None
    signed: Signers | None


def operated(cluster: Cluster, maker: Other) -> Operated | None:
    """None where the operator's servers have no certificate that is known."""
    row = _rows().get((maker.api_version.rpartition("/")[0], maker.id.kind))
    if row is None:
        return None
    value, namespace = maker.place.value, maker.id.namespace
    named = {name for path in row.secret for name in texts_at(value, path)}
    if len(named) == 1:
        (name,) = named
        return Operated(_offered(cluster, namespace, name), signers(cluster, namespace, name))
    if named or row.authority is None or any(_holds(value, path) for path in row.unless):
        return None
    secret = row.authority.format(name=maker.id.name)
    return Operated(None, Signers(frozenset(((namespace, secret),)), by=f"the authority of Secret {secret}"))


def _offered(cluster: Cluster, namespace: str, name: str) -> Offered | None:
    writers = writers_of(cluster, namespace, name)
    if len(writers) == 1 and writers[0].names:
        return Offered("host", writers[0].object, alternative_names(cluster, writers[0], or_common=True))
    return None if writers else own_certificate(cluster, namespace, name)


def _holds(value: Value, path: str) -> bool:
    """Whether anything stands at a path; `[*]` goes through a list."""
    step, _, rest = path.partition(".")
    inner = value.get(step.removesuffix("[*]")) if isinstance(value, dict) else None
    parts = inner if step.endswith("[*]") and isinstance(inner, list) else [inner]
    return any(each not in (None, {}, []) if not rest else _holds(each, rest) for each in parts)


@cache
def _rows() -> Mapping[tuple[str, str], _Row]:
    rows = convert(load_table("operated-certificates", "servers"), tuple[_Row, ...])
    return {(row.group, row.kind): row for row in rows}

"""The entries of TLS in routes, gateways and controllers: the Secret that each names, and the hosts that it is for.

Which kinds name one, where, and in which namespace it is read is a table: rules/tables/tls-secrets.yaml.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from msgspec import Struct, convert

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Object, Route, TextAt
from mblint.cluster.remembered import remembered
from mblint.facts.names.shape import Name
from mblint.manifests.nodes import Node
from mblint.manifests.partial import read_parts
from mblint.settings.tables import load_table


class TlsEntry(Struct, frozen=True, eq=False):
    """One entry of TLS: the Secret that it names, the namespace it is read from, and the hosts that it is for.

    `made`: a controller makes the Secret. `read_from`: why that namespace, as a clause. `guessed`: it is the one where
    such pods usually are. `lent`: another namespace must lend it.
    """

    by: Object
    secret: Name
    namespace: str
    hosts: tuple[Name, ...]
    made: bool = False
    read_from: str = "Secrets are read from the route's own"
    guessed: bool = False
    lent: bool = False


class _Usual(Struct, frozen=True):
    labels: Mapping[str, str]
    namespace: str


class _Row(Struct, frozen=True, rename="kebab"):
    """One row of the table."""

    kind: str
    groups: tuple[str, ...]
    at: str
    secret: str
    named: str = ""
    namespace: str | None = None
    qualified: bool = False
    namespace_annotation: str | None = None
    pods: str | None = None
    usual: _Usual | None = None
    hosts: str = ""
    routed: bool = False
    made: str = ""
    lent: bool = False


class _Read(Struct, frozen=True, eq=False):
    """What stands in one entry. `space`: the namespace that it names itself."""

    secret: Name
    space: str | None
    hosts: tuple[Name, ...]
    made: bool


@remembered
def tls_entries(cluster: Cluster) -> tuple[TlsEntry, ...]:
    """All entries of the view that name a Secret."""
    found: list[TlsEntry] = []
    for row in _rows():
        for each in cluster.of_kind(row.kind, *row.groups):
            entries, _ = read_parts(each.node, lambda node, row=row: tuple(_of_object(node, row)))  # type: ignore[misc]
            found += [_entry(cluster, each, row, one) for one in entries or ()]
    return (*found, *_of_options(cluster))


def names_at(hosts: Node, said_by: str) -> Iterator[Name]:
    """The names in a list."""
    for each in hosts.items():
        if host := each.text():
            yield Name(host, each.place, said_by)


# ---------------------------------------------------------------- objects


def _of_object(node: Node, row: _Row) -> Iterator[_Read]:
    for entry in _at(node, row.at):
        hosts = tuple(_hosts(entry, row.hosts)) if row.hosts else ()
        made = bool(row.made) and any(_at(entry, row.made))
        for named in _at(entry, row.named):
            secret = named.get(row.secret).text()
            if not secret or named.get("kind").text() not in (None, "", "Secret"):
                continue
            space = named.get(row.namespace).text() if row.namespace is not None else None
            if row.qualified and "/" in secret:
                space, _, secret = secret.partition("/")
            yield _Read(Name(secret, named.get(row.secret).place, row.secret), space, hosts, made)


def _at(node: Node, path: str) -> Iterator[Node]:
    """What stands at a path; `[*]` at the end of a step goes through a list."""
    step, _, rest = path.partition(".")
    if not path or node.absent:
        yield from () if node.absent else (node,)
        return
    inner = node.get(step.removesuffix("[*]"))
    for each in inner.items() if step.endswith("[*]") else (inner,):
        yield from _at(each, rest)


def _hosts(entry: Node, path: str) -> Iterator[Name]:
    """The hosts of an entry; Istio writes the namespace before one from which it takes routes."""
    said_by = "tls" if path == "hosts" else path
    for node in _at(entry, path):
        for each in node.items() if isinstance(node.value, list) else (node,):
            if (host := (each.text() or "").rpartition("/")[2]) not in ("", "*"):
                yield Name(host, each.place, said_by)


def _entry(cluster: Cluster, by: Object, row: _Row, read: _Read) -> TlsEntry:
    namespace, guessed = read.space or by.annotations.get(row.namespace_annotation or "") or by.id.namespace, False
    read_from = "Secrets are read from the route's own" if namespace == by.id.namespace else "that is the one it names"
    if row.pods is not None:
        labels, _ = read_parts(by.node, lambda node: next(_at(node, row.pods or ""), node).text_map())
        namespace, guessed = _of_pods(cluster, labels or {}, row, by)
        read_from = "Secrets are read from the namespace of the gateway's pods"
    hosts = read.hosts
    if row.routed and isinstance(by, Route):
        hosts = tuple(Name(host.text, host.place, "host") for host in by.hosts)
    lent = row.lent and namespace != by.id.namespace
    return TlsEntry(by, read.secret, namespace, hosts, read.made, read_from, guessed, lent)


def _of_pods(cluster: Cluster, labels: Mapping[str, str], row: _Row, by: Object) -> tuple[str, bool]:
    """The namespace of the pods with these labels, and whether that is only where such pods usually are."""
    for workload in cluster.workloads if labels else ():
        if all(workload.pod.labels.get(key) == value for key, value in labels.items()):
            return workload.id.namespace, False
    if row.usual is not None and labels == row.usual.labels:
        return row.usual.namespace, True
    return by.id.namespace, True


# ---------------------------------------------------------------- controllers


def _of_options(cluster: Cluster) -> Iterator[TlsEntry]:
    """The certificate that a controller shows where a route has none: `--default-ssl-certificate=NAMESPACE/NAME`."""
    for workload in cluster.workloads:
        for container in workload.pod.containers:
            for word, value in _said(container.words):
                namespace, slash, name = value.partition("/")
                if slash and "$" not in value:
                    secret = Name(name, word.place, word.text.partition("=")[0].lstrip("-"))
                    yield TlsEntry(workload, secret, namespace, (), read_from="that is the one it names")


def _said(words: Sequence[TextAt]) -> Iterator[tuple[TextAt, str]]:
    for index, word in enumerate(words):
        name, equals, value = word.text.partition("=")
        if name.startswith("-") and name.lstrip("-") in _options():
            if equals:
                yield word, value
            elif index + 1 < len(words):
                yield words[index + 1], words[index + 1].text


@cache
def _rows() -> tuple[_Row, ...]:
    return convert(load_table("tls-secrets", "objects"), tuple[_Row, ...])


@cache
def _options() -> frozenset[str]:
    return frozenset(str(row["option"]) for row in load_table("tls-secrets", "options"))

"""Callers that are no workload, as nodes of the graph, and what they call: routes, the API server, Prometheus."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from mblint.cluster.objects import Object, Workload
from mblint.facts.callers.call import Backend
from mblint.facts.callers.called import Traced, str_of
from mblint.facts.callers.called_rows import Called, RouteCall, WebhookCall
from mblint.facts.callers.graph import OUTSIDE, CallGraph, Edge, Group, Node
from mblint.facts.callers.routes import traced_routes
from mblint.facts.callers.scrapes import PROMETHEUS, traced_scrapes
from mblint.facts.callers.webhooks import traced_hooks
from mblint.facts.world import World


def callers_graph(world: World) -> CallGraph:
    """Their nodes, and their calls by caller, Service and port."""
    every = (*traced_routes(world), *traced_hooks(world), *traced_scrapes(world))
    nodes = {node.id: node for node in map(_node, every)}
    return CallGraph(tuple(nodes.values()), tuple(_edges(every)))


def _node(traced: Traced[Called]) -> Node:
    """The route, webhook or monitor. What annotations ask for, Prometheus itself does."""
    by = traced.by
    if _by_annotation(by):
        client = traced.answer.call.caller.client if traced.answer is not None else None
        if isinstance(client, Workload):
            own = client.id
            return Node(str(own), own.name, own.kind, own.namespace, _group(client), client.place)
        return Node(_id(traced), PROMETHEUS.shown, "outside", None, OUTSIDE, None, caller=True)
    return Node(str(by.id), by.id.name, by.id.kind, by.id.namespace or None, _group(by, traced), by.place, caller=True)


def _group(held: Object, traced: Traced[Called] | None = None) -> Group:
    """Where it is shown: what is of no namespace, with what it calls."""
    to = traced.answer.call.to if traced is not None and traced.answer is not None else None
    namespace = held.id.namespace or (to.namespace if isinstance(to, Backend) else "")
    return namespace, held.release or namespace or OUTSIDE[1]


def _by_annotation(by: Object) -> bool:
    return isinstance(by, Workload) or by.id.kind == "Service"


def _id(traced: Traced[Called]) -> str:
    if not _by_annotation(traced.by):
        return str(traced.by.id)
    client = traced.answer.call.caller.client if traced.answer is not None else None
    return str(client.id) if isinstance(client, Workload) else f"caller/{PROMETHEUS.shown}"


# ---------------------------------------------------------------- calls

_Key = tuple[str, str, str, str, int, str, str]


def _edges(every: Iterable[Traced[Called]]) -> Iterator[Edge]:
    for _, group in groupby(sorted(every, key=_key), key=_key):
        same = list(group)
        yield _edge(same)


def _key(traced: Traced[Called]) -> _Key:
    row = traced.row
    port = row.port or 0
    return _id(traced), _target(traced), _host(traced), row.asked_port or "", port, row.protocol, row.verdict


def _edge(same: list[Traced[Called]]) -> Edge:
    first = same[0]
    row = first.row
    return Edge(
        source=_id(first),
        target=_target(first),
        host=_host(first),
        port=row.port,
        pod_port=row.pod_port,
        protocol=row.protocol,
        verdict=row.verdict,
        settings=tuple(dict.fromkeys(word for one in same for word in _asked_by(one.row))),
        shared_by=(),
        place=row.place,
        about=row.about,
        facts=sum(one.row.linted for one in same),
        origin=first,
    )


def _host(traced: Traced[Called]) -> str:
    """The Service, or the pods' workload, as it is named."""
    to = traced.answer.call.to if traced.answer is not None else None
    if isinstance(to, Backend):
        return to.service
    return to.workload.id.name if to is not None and not isinstance(to, str) else "what it selects"


def _target(traced: Traced[Called]) -> str:
    """The id of the node that it leads to."""
    row, to = traced.row, traced.answer.call.to if traced.answer is not None else None
    if row.server is not None:
        return row.server
    return f"host/{str_of(to)}" if isinstance(to, Backend) else f"host/{traced.by.id}"


def _asked_by(row: Called) -> Iterable[str]:
    """What leads there, in the place of a setting's name."""
    if isinstance(row, RouteCall):
        return row.requests
    return (row.name,) if isinstance(row, WebhookCall) else (f"port {row.asked_port}",)

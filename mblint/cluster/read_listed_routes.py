"""Reads the routes of other projects, by the paths that the table of kinds has for them (`route`).

Only what is written as the table says is read: of other people's kinds nothing is refused here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mblint.cluster.kinds import RouteBackends, row_of
from mblint.cluster.objects import Backend, Object, Route, TextAt
from mblint.cluster.web_ports import WEB_PORTS
from mblint.manifests.nodes import Node
from mblint.regex import regex

_ADDRESS = regex(
    r"(?:(?P<scheme>https?)://)?(?P<name>[a-z0-9][a-z0-9-]*)(?:\.(?P<space>[a-z0-9][a-z0-9-]*))?"
    r"(?P<svc>\.svc(?:\.[a-z0-9.-]+)?)?\.?(?::(?P<port>\d{1,5}))?(?P<path>/.*)?"
)


def read_listed_route(base: Object, node: Node) -> Route | None:
    """A route of a kind that the table describes."""
    row = row_of(base.api_version, base.id.kind).route
    if row is None:
        return None
    hosts = [each for path in row.hosts for each in _at(node, path.split("."))]
    named = [TextAt(each.value, each.place) for each in hosts if isinstance(each.value, str) and each.value]
    every = any(host.text == "*" for host in named)
    return Route(
        *base.header,
        hosts=() if every else tuple(named),
        backends=tuple(found for backends in row.backends for found in _backends(base, node, backends)),
        web=row.web,
    )


def _at(node: Node, steps: Sequence[str]) -> Iterator[Node]:
    """What stands at a path, `[*]` at the end of a step goes through a list."""
    if not steps:
        if not node.absent:
            yield node
        return
    if not isinstance(node.value, dict):
        return
    step, rest = steps[0], steps[1:]
    inner = node.get(step.removesuffix("[*]"))
    if not step.endswith("[*]"):
        yield from _at(inner, rest)
    elif isinstance(inner.value, list):
        for each in inner.items():
            yield from _at(each, rest)


def _backends(base: Object, node: Node, row: RouteBackends) -> Iterator[Backend]:
    for each in _at(node, row.at.split(".")):
        if not isinstance(each.value, dict) or not _is_meant(each, row):
            continue
        named = each.get(row.service)
        if isinstance(named.value, str) and named.value:
            found = _addressed(base, named) if row.form == "address" else _named(base, each, named, row)
            if found is not None:
                yield found


def _is_meant(node: Node, row: RouteBackends) -> bool:
    """Whether what must stand beside the name does: `""` stands for a key that is absent."""
    return all(str(node.get(key).value or "") in values for key, values in row.where.items()) and (
        node.get("weight").value != 0
    )


def _named(base: Object, node: Node, named: Node, row: RouteBackends) -> Backend | None:
    space = node.get(row.namespace).value if row.namespace is not None else None
    port = next((found for key in row.port if not (found := node.get(key)).absent), node)
    value = port.value if isinstance(port.value, int | str) and not isinstance(port.value, bool) else None
    if isinstance(value, str) and value.isdecimal():
        value = int(value)
    if not isinstance(named.value, str) or not (space is None or isinstance(space, str)):
        return None
    return Backend(named.value, space or base.id.namespace, value, node.place, named.place, port.place)


def _addressed(base: Object, named: Node) -> Backend | None:
    """`web`, `web.shop:8080`, `http://web.shop.svc.cluster.local/x`; None where it is no name of a Service."""
    found = _ADDRESS.fullmatch(named.value) if isinstance(named.value, str) else None
    if found is None:
        return None
    port = int(found["port"]) if found["port"] else WEB_PORTS.get(found["scheme"])
    return Backend(found["name"], found["space"] or base.id.namespace, port, named.place, named.place, named.place)

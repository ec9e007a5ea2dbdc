"""Which labels a node must have for a pod: what nodeSelector and the required node affinity leave of each key.

A pod goes to a node that fits nodeSelector and one of the terms of its node affinity. Two labels have values that are
known: https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-arch (as Go names architectures,
https://go.dev/doc/install/source#environment) and `#kubernetes-io-os`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from mblint.cluster.pod_fields import PodFields
from mblint.manifests.documents import Place
from mblint.manifests.nodes import Node

_ARCHITECTURES = "386 amd64 arm arm64 loong64 mips mips64 mips64le mipsle ppc64 ppc64le riscv64 s390x"
_VALUES = {
    "kubernetes.io/os": frozenset(("linux", "windows")),
    "kubernetes.io/arch": frozenset(_ARCHITECTURES.split()),
}
_OTHER_NAMES = {"x86_64": "amd64", "x86-64": "amd64", "x64": "amd64", "aarch64": "arm64", "armv7": "arm", "i386": "386"}


class NodeLabels(Struct, frozen=True):
    """What a term leaves: for each key the values that a node may have, and what no node can fulfil."""

    allowed: Mapping[str, frozenset[str]]
    conflict: str | None  # a clause: "nodeSelector asks for disktype: ssd, and …"
    misnamed: bool = False  # a value that no node has, by its meaning


def terms_of(fields: PodFields) -> Iterator[tuple[Place, NodeLabels]]:
    """What each term of the node affinity leaves together with nodeSelector; nodeSelector alone where there is none."""
    required = fields.affinity.get("nodeAffinity").get("requiredDuringSchedulingIgnoredDuringExecution")
    terms = list(required.get("nodeSelectorTerms").items())
    if not terms:
        if fields.node_selector:
            yield fields.node.place.at("nodeSelector"), _left(fields.node_selector, None)
        return
    for term in terms:
        yield term.place, _left(fields.node_selector, term)


class _Key(Struct):
    """What is asked of one key so far. `asked`: who asked for the values that are allowed."""

    allowed: frozenset[str] | None = None
    excluded: frozenset[str] = frozenset()
    absent: bool = False
    asked: str = ""


def _left(selector: Mapping[str, str], term: Node | None) -> NodeLabels:
    keys = {
        key: _Key(frozenset((value,)), asked=f"nodeSelector asks for {key}: {value}") for key, value in selector.items()
    }
    for expression in () if term is None else term.get("matchExpressions").items():
        name = expression.get("key").text() or ""
        key = keys.setdefault(name, _Key())
        conflict = _narrow(key, name, expression)
        if conflict is not None:
            return NodeLabels({}, conflict)
    for name, known in _VALUES.items():
        held = keys.get(name)
        if held is not None and held.allowed and not held.allowed & known:
            value = min(held.allowed)
            meant = _OTHER_NAMES.get(value.lower(), value.lower() if value.lower() in known else None)
            told = "" if meant is None else f", which nodes call {meant}"
            return NodeLabels({}, f"{held.asked}{told}, and no node has it", misnamed=True)
    return NodeLabels({name: key.allowed for name, key in keys.items() if key.allowed is not None}, None)


def _narrow(key: _Key, name: str, expression: Node) -> str | None:
    """What a requirement leaves of a key; a clause where it leaves nothing."""
    operator = expression.get("operator").text()
    values = frozenset(expression.get("values").texts())
    asks = f"its node affinity asks for {name} {operator} {', '.join(sorted(values))}".rstrip()
    if operator == "In":
        left = values if key.allowed is None else key.allowed & values
        if key.absent or not left - key.excluded:
            return f"{key.asked}, and {asks}"
        key.allowed, key.asked = left, key.asked or asks
    elif operator == "NotIn":
        key.excluded |= values
        if key.allowed is not None and not key.allowed - key.excluded:
            return f"{key.asked}, and {asks}"
        key.asked = key.asked or asks
    elif operator == "DoesNotExist":
        if key.allowed is not None or (key.asked and not key.excluded):
            return f"{key.asked}, and {asks}"
        key.absent, key.asked = True, asks
    elif operator == "Exists":
        if key.absent:
            return f"{key.asked}, and {asks}"
        key.asked = key.asked or asks
    return None

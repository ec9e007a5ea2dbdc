"""Policies that allow exactly the calls of a render: every one has to stay silent, and each one cut has to be found.

Usage: python benchmarks/recall/closed_policies.py [--each N] [--missed] RENDER|FOLDER…

Renders with policies of their own are left out. In all others stand policies that close every pod of a call in both
directions, one for each way of each call, one for DNS: first as they are, then each of the ways of N calls left out.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mentions import namespace_of, template_of
from renders import Tree, ask, findings, load

_BLOCKED = ("egress-blocked", "ingress-blocked")
Labels = Mapping[str, str]


@dataclass(frozen=True)
class Pods:
    """The pods of a workload: where, and by which labels."""

    namespace: str
    labels: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Edge:
    """A call that gets there without policies."""

    client: Pods
    server: Pods
    port: int
    protocol: str


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("renders", nargs="+", type=Path)
    parser.add_argument("--each", type=int, default=3, help="calls of a render that are cut (default: 3)")
    parser.add_argument("--missed", action="store_true", help="list what is not silent, and what is not found")
    options = parser.parse_args()
    allowed = loud = cut = found = 0
    for path, objects in load(options.renders):
        if any(tree["kind"].endswith("NetworkPolicy") for tree in objects) or not (edges := _edges(objects)):
            continue
        blocked = _blocked([*objects, *_policies(edges)])
        allowed, loud = allowed + len(edges), loud + len(blocked)
        missed = []
        for edge in [each for each in edges if _is_alone(each, edges)][: options.each]:
            for direction in ("Egress", "Ingress"):
                cut += 1
                kept = [policy for policy in _policies(edges) if policy["metadata"]["name"] != _name(edge, direction)]
                if _blocked([*objects, *kept]) - blocked:
                    found += 1
                else:
                    missed.append(
                        f"{direction} of {dict(edge.client.labels)} to {dict(edge.server.labels)}:{edge.port}"
                    )
        print(f"{path.name}: {len(edges)} calls allowed, {len(blocked)} of them reported", flush=True)
        for line in (*sorted(blocked), *missed) if options.missed else ():
            print(f"       {line}")
    print(f"{allowed} allowed ways between pods, {loud} reported; {found} of {cut} cuts found")
    return int(loud > 0)


def _edges(objects: Sequence[Tree]) -> list[Edge]:
    """The calls between pods that get there, as mblint knows; no rule selects pods on their node's network."""
    pods = {
        (tree["kind"], tree["metadata"].get("name")): _pods(tree, template)
        for tree in objects
        if (template := template_of(tree)) is not None and not (template.get("spec") or {}).get("hostNetwork")
    }
    edges: dict[Edge, None] = {}
    for fact in ask(["facts", "--about", "dependency"], objects).get("facts", ()):
        server = (fact["server"] or "").split("/")
        if fact["verdict"] != "allowed" or len(server) != 3 or fact["pod_port"] is None:
            continue
        served = pods.get((server[1], server[2]))
        others = (other.partition(" (")[0].split("/") for other in fact["shared_by"])  # Jobs that are told the same
        for kind, name in ([fact["object"]["kind"], fact["object"]["name"]], *others):
            client = pods.get((kind, name))
            if client is None or served is None or not client.labels or not served.labels:
                continue
            if [kind, name] != server[1:]:  # a test may be labelled as what it calls
                edges[Edge(client, served, fact["pod_port"], fact["protocol"])] = None
    return list(edges)


def _pods(tree: Tree, template: Tree) -> Pods:
    labels = (template.get("metadata") or {}).get("labels") or {}
    return Pods(namespace_of(tree), tuple(sorted((str(key), str(value)) for key, value in labels.items())))


def _is_alone(edge: Edge, edges: Sequence[Edge]) -> bool:
    """True where no other call's policies allow it too."""
    return not any(
        other != edge
        and (other.port, other.protocol) == (edge.port, edge.protocol)
        and set(other.client.labels) <= set(edge.client.labels)
        and set(other.server.labels) <= set(edge.server.labels)
        for other in edges
    )


def _blocked(objects: Sequence[Mapping[str, Any]]) -> set[str]:
    """What is said of pods that policies can mean: those with labels, off the network of their node."""
    named = {
        (tree["kind"], tree["metadata"].get("name"))
        for tree in objects
        if (template := template_of(tree)) is not None
        and _pods(tree, template).labels
        and not (template.get("spec") or {}).get("hostNetwork")
    }
    return {
        finding["message"]
        for finding in findings(objects, _BLOCKED)
        if (finding["object"]["kind"], finding["object"]["name"]) in named
    }


# ---------------------------------------------------------------- policies


def _policies(edges: Sequence[Edge]) -> Iterator[Tree]:
    """Of pods without labels (Helm's tests, mostly) no policy can say that they alone may call; they stay open."""
    dns = [{"port": 53, "protocol": protocol} for protocol in ("UDP", "TCP")]
    for number, pods in enumerate(dict.fromkeys(pods for edge in edges for pods in (edge.client, edge.server))):
        labels = dict(pods.labels)
        yield _policy(f"closed-{number}", pods.namespace, labels, {"policyTypes": ["Ingress", "Egress"]})
        yield _policy(f"dns-{number}", pods.namespace, labels, {"policyTypes": ["Egress"], "egress": [{"ports": dns}]})
    for edge in edges:
        ports = [{"port": edge.port, "protocol": edge.protocol}]
        out = {"policyTypes": ["Egress"], "egress": [{"to": [_peer(edge.server, edge.client)], "ports": ports}]}
        into = {"policyTypes": ["Ingress"], "ingress": [{"from": [_peer(edge.client, edge.server)], "ports": ports}]}
        yield _policy(_name(edge, "Egress"), edge.client.namespace, dict(edge.client.labels), out)
        yield _policy(_name(edge, "Ingress"), edge.server.namespace, dict(edge.server.labels), into)


def _peer(pods: Pods, other: Pods) -> Tree:
    peer: Tree = {"podSelector": {"matchLabels": dict(pods.labels)}}
    if pods.namespace != other.namespace:
        peer["namespaceSelector"] = {"matchLabels": {"kubernetes.io/metadata.name": pods.namespace or "default"}}
    return peer


def _policy(name: str, namespace: str, labels: Labels, spec: Tree) -> Tree:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": metadata,
        "spec": {"podSelector": {"matchLabels": dict(labels)} if labels else {}, **spec},
    }


def _name(edge: Edge, direction: str) -> str:
    text = repr((edge.client, edge.server, edge.port, edge.protocol))
    return f"{direction.lower()}-{sum(ord(letter) * (place + 1) for place, letter in enumerate(text))}"


if __name__ == "__main__":
    raise SystemExit(main())

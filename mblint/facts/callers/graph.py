"""Who calls whom as a graph: what it consists of. `call_graph` makes it of settings, `callers_graph` of all others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from mblint.facts.callers.called import Traced
from mblint.facts.callers.called_rows import Called
from mblint.facts.callers.dependencies import Found
from mblint.manifests.documents import Place

Group = tuple[str, str]

CALLERS: Mapping[str, str] = {  # kinds of facts of which calls are made, by the word for those who call
    "settings": "dependency",
    "routes": "route-call",
    "webhooks": "webhook-call",
    "monitors": "scrape-call",
}
OUTSIDE: Group = ("", "outside the cluster")
ELSEWHERE: Group = ("", "not in these manifests")


class Node(Struct, frozen=True):
    """A workload; a `caller` that is none (a route, a webhook, a monitor); or what a call leads to that is neither.

    `place` None: it is in no manifest. `namespace` None: it is in none. `group`: what is shown together, as namespace
    and Helm release (without one, the namespace twice); a name that leads nowhere belongs to its clients, where these
    are of one group.
    """

    id: str
    name: str
    kind: str
    namespace: str | None
    group: Group
    place: Place | None
    caller: bool = False


class Edge(Struct, frozen=True):
    """A client's calls to one host and port, by however many settings. `origin`: what the first was made from.

    `about`: of which kind of facts they are; `facts`: how many of these are linted, as `lint` counts them.
    """

    source: str
    target: str
    host: str
    port: int | None
    pod_port: int | None
    protocol: str
    verdict: str
    settings: tuple[str, ...]
    shared_by: tuple[str, ...]
    place: Place
    about: str
    facts: int
    origin: Found | Traced[Called]


class CallGraph(Struct, frozen=True):
    """Nodes by group and id; edges in the order of their ends."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    def facts(self, about: str) -> int:
        """How many facts of a kind are in it, as `lint` counts them."""
        return sum(edge.facts for edge in self.edges if edge.about == about)

    def part(self, nodes: Iterable[str], edges: Iterable[Edge]) -> CallGraph:
        """The given part of it, in its order; ends of edges belong to it."""
        kept = tuple(edges)
        known = set(nodes) | {end for edge in kept for end in (edge.source, edge.target)}
        return CallGraph(tuple(node for node in self.nodes if node.id in known), kept)

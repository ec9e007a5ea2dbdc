"""What the pictures draw: groups of nodes, and one line for each pair of nodes and outcome."""

from __future__ import annotations

from itertools import groupby

from msgspec import Struct

from mblint.facts.callers.graph import CALLERS, CallGraph, Edge, Group, Node
from mblint.reports.graph.outcomes import Outcome, outcome_of
from mblint.reports.text import counted


class Line(Struct, frozen=True):
    """Calls from one node to another with one outcome."""

    source: str
    target: str
    outcome: Outcome
    edges: tuple[Edge, ...]

    @property
    def ports(self) -> str:
        """The ports at which it arrives, `80, 443`."""
        numbers = sorted({arrives for edge in self.edges if (arrives := edge.pod_port or edge.port) is not None})
        return ", ".join(map(str, numbers))

    @property
    def sentence(self) -> str:
        """What is called, by which settings, and what comes of it."""
        calls = [f"{edge.host}{f':{edge.port}' if edge.port else ''} {edge.verdict}" for edge in self.edges]
        settings = dict.fromkeys(setting for edge in self.edges for setting in edge.settings)
        return f"{'; '.join(dict.fromkeys(calls))} ({', '.join(settings)})"

    @property
    def facts(self) -> int:
        """How many facts stand behind it, as `lint` counts them."""
        return sum(edge.facts for edge in self.edges)


class Cluster(Struct, frozen=True):
    """Nodes that are shown together."""

    title: str
    nodes: tuple[Node, ...]


class Picture(Struct, frozen=True):
    """Everything that is drawn. A line that tells of trouble is drawn over one that does not."""

    clusters: tuple[Cluster, ...]
    lines: tuple[Line, ...]


def picture(graph: CallGraph) -> Picture:
    """The picture of a graph."""
    several = len({node.group[0] for node in graph.nodes if node.group[0]}) > 1
    clusters = [
        Cluster(_title(group, several), tuple(nodes))
        for group, nodes in groupby(graph.nodes, key=lambda node: node.group)
    ]
    return Picture(tuple(clusters), tuple(_lines(graph.edges)))


def summary(graph: CallGraph) -> str:
    """`4 workloads, 5 dependencies, 2 calls by routes`: numbers as `lint` has them."""
    workloads = sum(node.place is not None and not node.caller for node in graph.nodes)
    words = [counted(workloads, "workload"), counted(graph.facts(CALLERS["settings"]), "dependency")]
    for who, about in CALLERS.items():
        number = graph.facts(about)
        if who != "settings" and number:
            words.append(f"{counted(number, 'call')} by {who}")
    return ", ".join(words)


def _title(group: Group, several: bool) -> str:
    namespace, release = group
    return f"{release} · {namespace}" if several and namespace and namespace != release else release


def _lines(edges: tuple[Edge, ...]) -> list[Line]:
    together: dict[tuple[str, str, str], list[Edge]] = {}
    for edge in edges:
        together.setdefault((edge.source, edge.target, outcome_of(edge.verdict).id), []).append(edge)
    found = [
        Line(source, target, outcome_of(same[0].verdict), tuple(same)) for (source, target, _), same in together.items()
    ]
    return sorted(found, key=lambda line: (_TROUBLE_LAST.index(line.outcome.id), line.source, line.target))


_TROUBLE_LAST = ("allowed", "outside", "unknown", "nowhere", "plugin", "denied")

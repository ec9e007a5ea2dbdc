"""Questions about graphs, asked of networkx: what can be reached from some nodes, from where they can be
reached, and what hangs together.

Imported only by `graph`: networkx costs more time than linting does.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

import networkx as nx

Pair = tuple[str, str]


def directed(nodes: Iterable[str], pairs: Iterable[Pair]) -> nx.DiGraph[str]:
    """A graph of these nodes and edges."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(nodes)
    graph.add_edges_from(pairs)
    return graph


def after(graph: nx.DiGraph[str], starts: Collection[str]) -> set[str]:
    """The starts, and everything that can be reached from them."""
    return _spread(graph, starts, nx.descendants)


def before(graph: nx.DiGraph[str], ends: Collection[str]) -> set[str]:
    """The ends, and everything from which they can be reached."""
    return _spread(graph, ends, nx.ancestors)


def components(graph: nx.DiGraph[str]) -> list[list[str]]:
    """What hangs together, whichever way the edges point: by the first of its nodes, and nodes in their order."""
    place = {node: number for number, node in enumerate(graph)}
    found = [sorted(nodes, key=place.__getitem__) for nodes in nx.weakly_connected_components(graph)]
    return sorted(found, key=lambda nodes: place[nodes[0]])


def _spread(
    graph: nx.DiGraph[str], nodes: Collection[str], step: Callable[[nx.DiGraph[str], str], set[str]]
) -> set[str]:
    found = {node for node in nodes if node in graph}
    for node in tuple(found):
        found |= step(graph, node)
    return found

"""What the page shows, as plain values: groups, nodes with their places, lines with the ways of their calls."""

from __future__ import annotations

from collections import defaultdict

from mblint import __version__
from mblint.cluster.engine.connections import connections
from mblint.cluster.objects import Workload
from mblint.cluster.policies.objects import Direction
from mblint.facts.callers.call_graph import way_of
from mblint.facts.callers.graph import CALLERS, CallGraph, Edge, Node
from mblint.facts.way.steps.step import Step
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.manifests.locate import locate
from mblint.reports.graph.boxes import Box
from mblint.reports.graph.curves import curves, sampled
from mblint.reports.graph.first_view import first_view
from mblint.reports.graph.layered import Point
from mblint.reports.graph.layout import LONGEST_TITLE, lay_out, shown
from mblint.reports.graph.outcomes import OUTCOMES, Outcome
from mblint.reports.graph.picture import Line, picture, summary
from mblint.reports.printable import printable, printable_lines
from mblint.reports.values import Json

_MOST_PAIRS = 40_000  # of workloads, for which the page says whom policies let in
_NAMES_SHOWN = 40


def page_data(world: World, graph: CallGraph) -> Json:
    """Everything; the same for the same graph."""
    drawn = picture(graph)
    layout = lay_out(drawn)
    titles = {node.id: cluster.title for cluster in drawn.clusters for node in cluster.nodes}
    group_ids = {node.id: f"group {number}" for number, cluster in enumerate(drawn.clusters) for node in cluster.nodes}
    lets_in = _lets_in(world)
    workloads = {str(workload.id): workload for workload in world.cluster.workloads}
    return {
        "version": __version__,
        "summary": summary(graph),
        "callers": [
            {"id": about, "words": who, "facts": graph.facts(about)}
            for who, about in CALLERS.items()
            if graph.facts(about)
        ],
        "outcomes": [_outcome(outcome) for outcome in OUTCOMES],
        "groups": [
            {"id": f"group {number}", "title": printable(shown(cluster.title, LONGEST_TITLE)), **box.centred()}
            for number, (cluster, box) in enumerate(zip(drawn.clusters, layout.groups, strict=True))
        ],
        "nodes": [
            {
                **_node(node, layout.nodes[node.id], layout.ports.get(node.id, ())),
                "in": group_ids[node.id],
                "group": printable(titles[node.id]),
                "policies": _policies(world, workloads[node.id]) if node.id in workloads else [],
                "workload": node.id in workloads,
                "lets_in": lets_in.get(node.id),
            }
            for node in graph.nodes
        ],
        "first": first_view(graph, [(line.source, line.target, line.outcome.id) for line in drawn.lines]),
        "lines": [
            _line(world, f"line {number}", line, points)
            for number, (line, points) in enumerate(zip(drawn.lines, layout.lines, strict=True))
        ],
    }


def _outcome(outcome: Outcome) -> dict[str, Json]:
    return {
        "id": outcome.id,
        "words": outcome.words,
        "light": outcome.light,
        "dark": outcome.dark,
        "dashes": outcome.dashes,
        "width": outcome.width,
    }


# ---------------------------------------------------------------- nodes


def _node(node: Node, box: Box, ports: tuple[str, ...]) -> dict[str, Json]:
    below = f"{node.kind} :{' '.join(ports)}" if ports and ports != ("",) else node.kind
    name = printable(node.name)
    return {
        "id": node.id,
        "name": name,
        "kind": printable(node.kind),
        "caller": node.caller,
        "label": f"{printable(shown(node.name))}\n{printable(below)}",
        "search": printable(f"{node.id} {node.name}").lower(),
        "place": _place(node.place),
        **box.centred(),
    }


def _place(place: Place | None) -> str | None:
    if place is None:
        return None
    location = locate(place)
    return printable(f"{location.file}:{location.line}" + (f" ({location.source})" if location.source else ""))


def _policies(world: World, workload: Workload) -> list[Json]:
    found: list[Json] = []
    for policy in dict.fromkeys(
        policy for direction in Direction for policy in world.engine.policies_of(workload, direction)
    ):
        sides = [direction.value for direction in Direction if policy.rules(direction) is not None]
        name = printable(f"{policy.id.kind} {policy.id.name} ({', '.join(sides)})")
        found.append({"name": name, "place": _place(policy.place)})
    return found


def _lets_in(world: World) -> dict[str, list[Json]]:
    """For each workload whom policies let in on which ports; nothing for views that are too large to list."""
    number = len(world.cluster.workloads)
    if number * number > _MOST_PAIRS:
        return {}
    found: dict[str, defaultdict[str, list[str]]] = {
        str(workload.id): defaultdict(list) for workload in world.cluster.workloads
    }
    for connection in connections(world.engine):
        if isinstance(connection.target, Workload):
            source = connection.source.id.name if isinstance(connection.source, Workload) else "outside addresses"
            found[str(connection.target.id)][", ".join(connection.ports.names())].append(source)
    return {target: [_let_in(ports, sources) for ports, sources in by.items()] for target, by in found.items()}


def _let_in(ports: str, sources: list[str]) -> Json:
    names = list(dict.fromkeys(sources))
    more = f" and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else ""
    return {
        "ports": "every port" if ports == "ALL" else ports,
        "who": printable(", ".join(names[:_NAMES_SHOWN])) + more,
    }


# ---------------------------------------------------------------- lines


def _line(world: World, number: str, line: Line, points: tuple[Point, ...]) -> dict[str, Json]:
    calls = [_call(world, edge) for edge in line.edges]
    settings = " ".join(setting for edge in line.edges for setting in edge.settings)
    words = f"{line.source} {line.target} {settings} {' '.join(edge.host for edge in line.edges)} {line.outcome.words}"
    return {
        "id": number,
        "source": line.source,
        "target": line.target,
        "outcome": line.outcome.id,
        "search": printable(words).lower(),
        "points": [[round(x, 1), round(y, 1)] for x, y in sampled(list(curves(points)))],
        "calls": calls,
    }


def _call(world: World, edge: Edge) -> dict[str, Json]:
    way = way_of(world, edge)
    fix = None if way is None or way.fix is None else printable_lines(way.fix)
    return {
        "host": printable(edge.host),
        "port": edge.port,
        "pod_port": edge.pod_port,
        "protocol": edge.protocol,
        "verdict": edge.verdict,
        "about": edge.about,
        "facts": edge.facts,
        "settings": [printable(setting) for setting in edge.settings],
        "shared_by": [printable(name) for name in edge.shared_by],
        "place": _place(edge.place),
        "way": None if way is None else {"steps": [_step(step) for step in way.steps], "fix": fix},
    }


def _step(step: Step) -> dict[str, Json]:
    return {
        "stage": step.stage,
        "outcome": step.outcome,
        "message": printable(step.sentence),
        "place": _place(step.place),
        "related": [{"message": printable(related.message), "place": _place(related.place)} for related in step.also],
    }

"""Lines as curves: level through lanes, bent in between; out of a box to the right, into one from the left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from mblint.reports.graph.layered import Point

Curve = tuple[Point, Point, Point, Point]  # start, two control points, end: a cubic Bézier curve

_STEPS = 10


def curves(points: Sequence[Point]) -> Iterator[Curve]:
    """The curves of a line with these points, one between each two; between the two points of a lane it is straight."""
    for number, (start, end) in enumerate(pairwise(points)):
        bend = 0.0 if number % 2 else _bend(start, end)
        yield start, (start[0] + bend, start[1]), (end[0] - bend, end[1]), end


def loop(start: Point, end: Point) -> Curve:
    """Out of a box, around below it, and into it again."""
    below = max(start[1], end[1]) + 46
    return start, (start[0] + 34, below), (end[0] - 34, below), end


def sampled(line: Sequence[Curve]) -> list[Point]:
    """Points on it, close enough to look like it; its ends are the first and the last, and there are three at least."""
    points = [line[0][0]]
    for curve in line:
        points.extend(_at(step / _STEPS, curve) for step in ((5, 10) if is_level(curve) else range(1, _STEPS + 1)))
    return points


def is_level(curve: Curve) -> bool:
    """True for a straight line from left to right."""
    return len({y for _, y in curve}) == 1


def _bend(start: Point, end: Point) -> float:
    return max(abs(end[0] - start[0]) / 2, 40.0 if end[0] < start[0] + 20 else 14.0)


def _at(part: float, curve: Curve) -> Point:
    rest = 1 - part
    weights = (rest**3, 3 * rest**2 * part, 3 * rest * part**2, part**3)
    x, y = (sum(weight * corner[axis] for weight, corner in zip(weights, curve, strict=True)) for axis in (0, 1))
    return x, y

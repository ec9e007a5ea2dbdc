"""Boxes put together: layers of what hangs together, one below the other, and rows of what does not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import sqrt

from msgspec import Struct

from mblint.facts.callers.questions import components, directed
from mblint.reports.graph.layered import Lane, Size, layered
from mblint.reports.values import Json

IN, OUT = "\0in", "\0out"  # where lines come from and go to that have only one end among the boxes
_ASPECT = 1.6  # width to height of a page
_NOTHING: Size = (1.0, 1.0)


class Box(Struct, frozen=True):
    """A rectangle by its upper left corner."""

    x: float
    y: float
    width: float
    height: float

    def moved(self, x: float, y: float) -> Box:
        """The same elsewhere."""
        return Box(self.x + x, self.y + y, self.width, self.height)

    def centred(self) -> dict[str, Json]:
        """Its centre and its size, as the page reads them."""
        return {
            "x": round(self.x + self.width / 2, 1),
            "y": round(self.y + self.height / 2, 1),
            "width": round(self.width, 1),
            "height": round(self.height, 1),
        }


class Placed(Struct, frozen=True):
    """Boxes by key within a rectangle of some size, and by pair the lanes between boxes that lines pass through."""

    boxes: Mapping[str, Box]
    lanes: Mapping[tuple[str, str], tuple[Lane, ...]]
    size: Size

    def moved(self, x: float, y: float) -> Placed:
        """The same elsewhere."""
        return Placed(
            {key: box.moved(x, y) for key, box in self.boxes.items()},
            {pair: moved_lanes(lanes, x, y) for pair, lanes in self.lanes.items()},
            self.size,
        )


def moved_lanes(lanes: Sequence[Lane], x: float, y: float) -> tuple[Lane, ...]:
    """The same lanes elsewhere."""
    return tuple(((first[0] + x, first[1] + y), (last[0] + x, last[1] + y)) for first, last in lanes)


def together(sizes: Mapping[str, Size], pairs: Iterable[tuple[str, str]], gaps: Size) -> Placed:
    """Places boxes. Of a pair one end may be IN or OUT: such lines get a lane where they would cross a box.

    `gaps`: between layers, and between boxes of a layer.
    """
    every = sorted({pair for pair in pairs if pair[0] != pair[1]})
    kept = [pair for pair in every if pair[0] in sizes and pair[1] in sizes]
    blocks = [
        _block({key: sizes[key] for key in keys}, kept, every, gaps) for keys in components(directed(sizes, kept))
    ]
    single = [block for block in blocks if len(block.boxes) == 1]
    joined = [block for block in blocks if len(block.boxes) > 1]
    width = max([block.size[0] for block in joined], default=0.0)
    area = sum(block.size[0] * block.size[1] for block in single)
    return _stacked([*joined, *_rows(single, max(width, sqrt(area * _ASPECT) * 1.2), gaps[1])], gaps[1])


# ---------------------------------------------------------------- one block


def _block(
    sizes: Mapping[str, Size], kept: Sequence[tuple[str, str]], every: Sequence[tuple[str, str]], gaps: Size
) -> Placed:
    if len(sizes) == 1:
        ((key, size),) = sizes.items()
        return Placed({key: Box(0, 0, *size)}, {}, size)
    inside = [pair for pair in kept if pair[0] in sizes]
    first = _layers(sizes, inside, gaps)
    beyond = [pair for pair in every if _crosses(first.boxes, pair)]
    if not beyond:
        return first
    return _without_ends(
        _layers({**sizes, IN: _NOTHING, OUT: _NOTHING}, [*inside, *beyond, *_ends(first, inside)], gaps)
    )


def _layers(sizes: Mapping[str, Size], pairs: Sequence[tuple[str, str]], gaps: Size) -> Placed:
    placed = layered(sizes, pairs, gaps)
    boxes = {
        key: Box(x - sizes[key][0] / 2, y - sizes[key][1] / 2, *sizes[key]) for key, (x, y) in placed.centres.items()
    }
    return Placed(boxes, placed.lanes, placed.size)


def _crosses(boxes: Mapping[str, Box], pair: tuple[str, str]) -> bool:
    """Whether a box stands between one of them and the edge to which, or from which, a line goes."""
    source, target = pair
    if target == OUT and source in boxes:
        return any(box.x > boxes[source].x for box in boxes.values())
    return source == IN and target in boxes and any(box.x < boxes[target].x for box in boxes.values())


def _ends(placed: Placed, inside: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Pairs that put IN before and OUT behind everything."""
    reached = {target for _, target in inside}
    last = max(placed.boxes, key=lambda key: (placed.boxes[key].x, key))
    roots = [key for key in placed.boxes if key not in reached] or [
        min(placed.boxes, key=lambda key: placed.boxes[key].x)
    ]
    return [*((IN, key) for key in roots), (last, OUT)]


def _without_ends(placed: Placed) -> Placed:
    boxes = {key: box for key, box in placed.boxes.items() if key not in (IN, OUT)}
    left = min(box.x for box in boxes.values())
    right = max(box.x + box.width for box in boxes.values())
    return Placed(boxes, placed.lanes, (right - left, placed.size[1])).moved(-left, 0)


# ---------------------------------------------------------------- several


def _rows(blocks: Sequence[Placed], width: float, gap: float) -> list[Placed]:
    """Blocks side by side, in rows of at most that width."""
    rows: list[list[Placed]] = [[]]
    for block in blocks:
        if rows[-1] and sum(one.size[0] + gap for one in rows[-1]) + block.size[0] > width:
            rows.append([])
        rows[-1].append(block)
    return [_beside(row, gap) for row in rows if row]


def _beside(blocks: Sequence[Placed], gap: float) -> Placed:
    boxes: dict[str, Box] = {}
    x = 0.0
    for block in blocks:
        boxes.update(block.moved(x, 0).boxes)
        x += block.size[0] + gap
    return Placed(boxes, {}, (x - gap, max(block.size[1] for block in blocks)))


def _stacked(blocks: Sequence[Placed], gap: float) -> Placed:
    boxes: dict[str, Box] = {}
    lanes: dict[tuple[str, str], tuple[Lane, ...]] = {}
    y = 0.0
    for block in blocks:
        moved = block.moved(0, y)
        boxes.update(moved.boxes)
        lanes.update(moved.lanes)
        y += block.size[1] + gap
    return Placed(boxes, lanes, (max((block.size[0] for block in blocks), default=0.0), max(y - gap, 0.0)))

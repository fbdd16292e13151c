"""Where the boxes of the picture stand: in rows, owners above, with room in between for links that skip a row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

BOX: Final = (150, 44)
GAP: Final = (26, 84)
LANE: Final = 44
MARGIN: Final = 28
HEAD: Final = 84
NARROWEST: Final = 720
MOST_IN_A_ROW: Final = 8
_ROUNDS: Final = 6

Spot = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Lane:
    """The place in a row where a link passes on its way further down."""

    owner: str
    company: str
    row: int


Item = str | Lane


@dataclass(frozen=True)
class Layout:
    """The middle of each box, and the points each link passes, from the owner down; links against a loop have none."""

    spots: Mapping[str, Spot]
    ways: Mapping[tuple[str, str], tuple[Spot, ...]]
    width: float
    height: float


def laid_out(company: str, links: Sequence[tuple[str, str]]) -> Layout:
    """Rows by depth, lanes for the links that skip rows, an order with few crossings, and places for all."""
    between = sorted({(owner, held) for owner, held in links if owner != held})
    level = _levels(company, between)
    down = [link for link in between if level[link[0]] > level[link[1]]]
    rows: list[list[Item]] = [[] for _ in range(max(level.values()) + 1)]
    for node in sorted(level):
        rows[level[node]].append(node)
    for owner, held in down:
        for row in range(level[held] + 1, level[owner]):
            rows[row].append(Lane(owner, held, row))
    ordered = _few_crossings(rows, _neighbours(down, level))
    return _placed(ordered, down, level)


def _levels(company: str, links: Sequence[tuple[str, str]]) -> dict[str, int]:
    """Each node one row above the highest it holds; links that close a loop do not count. Full rows are split."""
    back = _closing(company, links)
    forward = [link for link in links if link not in back]
    level = {company: 0}
    for _ in range(len(links) + 1):
        before = dict(level)
        for owner, held in forward:
            if held in level:
                level[owner] = max(level.get(owner, 0), level[held] + 1)
        if level == before:
            break
    return _split(level)


def _closing(company: str, links: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """The links that lead back to a node below on the way up from the company."""
    above: dict[str, list[str]] = {}
    for owner, held in links:
        above.setdefault(held, []).append(owner)
    found: set[tuple[str, str]] = set()
    state = {company: 1}
    work = [(company, iter(above.get(company, ())))]
    while work:
        node, rest = work[-1]
        for owner in rest:
            if state.get(owner) == 1:
                found.add((owner, node))
            elif owner not in state:
                state[owner] = 1
                work.append((owner, iter(above.get(owner, ()))))
                break
        else:
            state[node] = 2
            work.pop()
    return found


def _split(level: Mapping[str, int]) -> dict[str, int]:
    rows: dict[int, list[str]] = {}
    for node in sorted(level):
        rows.setdefault(level[node], []).append(node)
    found: dict[str, int] = {}
    here = 0
    for row in sorted(rows):
        nodes = rows[row]
        for first in range(0, len(nodes), MOST_IN_A_ROW):
            found.update(dict.fromkeys(nodes[first : first + MOST_IN_A_ROW], here))
            here += 1
    return found


def _neighbours(
    links: Sequence[tuple[str, str]], level: Mapping[str, int]
) -> dict[Item, tuple[list[Item], list[Item]]]:
    """What each item is joined to in the row below and in the row above."""
    found: dict[Item, tuple[list[Item], list[Item]]] = {}
    for owner, held in links:
        way: list[Item] = [held, *(Lane(owner, held, r) for r in range(level[held] + 1, level[owner])), owner]
        for lower, upper in pairwise(way):
            found.setdefault(upper, ([], []))[0].append(lower)
            found.setdefault(lower, ([], []))[1].append(upper)
    return found


def _few_crossings(rows: list[list[Item]], joined: Mapping[Item, tuple[list[Item], list[Item]]]) -> list[list[Item]]:
    """Each row by the middle of what it is joined to: from the bottom up, then from the top down, a few times."""
    place = {item: (i + 0.5) / len(row) for row in rows for i, item in enumerate(row)}
    for round_ in range(_ROUNDS):
        side = round_ % 2
        for row in rows if side == 0 else reversed(rows):
            row.sort(key=lambda item: _middle(item, joined, place, side))
            place.update({item: (i + 0.5) / len(row) for i, item in enumerate(row)})
    return rows


def _middle(
    item: Item, joined: Mapping[Item, tuple[list[Item], list[Item]]], place: Mapping[Item, float], side: int
) -> tuple[float, float]:
    others = joined.get(item, ([], []))[side]
    here = place[item]
    return (sum(place[o] for o in others) / len(others) if others else here, here)


def _placed(rows: Sequence[Sequence[Item]], links: Sequence[tuple[str, str]], level: Mapping[str, int]) -> Layout:
    widths = [sum(LANE if isinstance(item, Lane) else BOX[0] + GAP[0] for item in row) for row in rows]
    width = max(NARROWEST, 2 * MARGIN + max(widths))
    height = HEAD + MARGIN + len(rows) * (BOX[1] + GAP[1]) - GAP[1] + MARGIN
    spots: dict[Item, Spot] = {}
    for number, row in enumerate(rows):
        y = height - MARGIN - BOX[1] / 2 - number * (BOX[1] + GAP[1])
        spare = (width - 2 * MARGIN - widths[number]) / max(len(row), 1)
        x = float(MARGIN)
        for item in row:
            room = (LANE if isinstance(item, Lane) else BOX[0] + GAP[0]) + spare
            spots[item] = (x + room / 2, y)
            x += room
    ways = {}
    for owner, held in links:
        lanes: list[Item] = [Lane(owner, held, r) for r in range(level[owner] - 1, level[held], -1)]
        ways[owner, held] = tuple(spots[item] for item in [owner, *lanes, held])
    nodes = {item: spot for item, spot in spots.items() if isinstance(item, str)}
    return Layout(nodes, ways, width, height)

"""Who holds the made-up companies: nine places a company, some held by companies before it, the rest by holders.

Companies are held by companies near by, as in a group, or by one of the first, the hubs; so a block needs to know of
the others only what the hubs are. Rings lie within eight neighbours. Whatever is drawn, the shares of a company add up
to the whole, and its foreign share follows from its owners, in whole numbers.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from luodi.world.draws import Draws, Spread, whole
from luodi.world.shape import Shape

PLACES: Final = 9
HUBS: Final = 512
WHOLE: Final = 10_000  # hundredths of a percent
UNIT: Final = 10**12  # of looked-through shares
COMPANY, FOREIGN, HMT, STATE, DOMESTIC, UNKNOWN = range(6)
KINDS: Final = ["company", "foreign", "hmt", "state", "domestic", "unknown"]
OWN_LETTERS: Final = np.frombuffer(b"pqrtuvwxz", np.uint8)  # holders who came with a company, by their place there
POOL_LETTERS: Final = np.frombuffer(b"cfmsdk", np.uint8)  # holders of many companies, by kind
POOL: Final = np.array([1, 400, 200, 300, 1500, 1])
_IN_POOL: Final = np.array([0, 0.25, 0.25, 0.85, 0.02, 0])
_RING_SIZES: Final = np.array([2, 2, 2, 3, 3, 3, 4, 4, 5, 6])
_RING_MOST, _OWN_MOST = 6_000, 500


@dataclass(frozen=True)
class Hubs:
    """Of the first companies: whether they can hold others, their foreign share, and whether it is open."""

    fit: Any
    share: Any
    open: Any


@dataclass(frozen=True)
class Held:
    """The owners of one block, a row a company and a column a place.

    `live`: there is such an owner. `kind`, `owner` (number of a company, holder or pool), `pooled`. `points`: shares in
    hundredths of a percent. `blank`: the share is not known. `nominee`: somebody else stands for the owner.
    """

    first: int
    live: Any
    kind: Any
    owner: Any
    pooled: Any
    points: Any
    blank: Any
    nominee: Any

    def direct(self, *kinds: int) -> Any:
        """Points held by owners of these kinds, a number a company."""
        return np.where(np.isin(self.kind, kinds) & self.live, self.points, 0).sum(axis=1)


def held_by(draws: Draws, shape: Shape, first: int, entity: Any, large: Any, hubs: Hubs | None) -> Held:
    """The owners of one block. `entity`: places among the kinds of company; `large`: many employees."""
    owning = _entities(shape, entity, "limited_company", "joint_stock_company", "partnership")
    capital = _entities(shape, entity, "limited_company", "joint_stock_company")
    joint = _entities(shape, entity, "joint_stock_company")
    ring, ahead = _rings(draws, first, capital)
    each = np.where(owning, _stakes_each(draws) + 2 * joint, 1)
    each = np.minimum(np.where(ring, np.maximum(each, 2), each), PLACES)
    live = np.arange(PLACES) < each[:, None]
    kind, owner = _companies(draws, shape.spreads["near"], first, live & capital[:, None], owning, hubs)
    _close(ring, ahead, kind, owner, first)
    points = _points(draws, shape.spreads["weight"], live, each)
    _least(points, ring, 1, _RING_MOST)
    own = draws.chance("own shares", 0.004) & capital & ~ring & (each >= 3)
    kind[own, 2], owner[own, 2] = COMPANY, first + np.flatnonzero(own)
    _least(points, own, 2, _OWN_MOST)
    return _with_holders(draws, shape.spreads["again"], first, live, kind, owner, points, capital, large)


def _entities(shape: Shape, entity: Any, *words: str) -> Any:
    return np.isin(entity, [shape.kinds.words.index(word) for word in words])


_EACH: Final = np.array([0.556, 0.802, 0.912, 0.961, 0.983, 0.992, 0.996, 0.998])


def _stakes_each(draws: Draws) -> Any:
    return 1 + _EACH.searchsorted(draws.evenly("stakes"), side="right")


def _rings(draws: Draws, first: int, capital: Any) -> tuple[Any, Any]:
    """Companies in a ring, and how far ahead (or back) the one is that holds them."""
    rows = draws.rows
    at = np.arange(rows)
    start = at // 8 * 8
    begun = draws.chance("ring", 0.019)[start]
    size = _RING_SIZES[draws.below("ring size", 10)[start]]
    place = at - start
    ring = begun & (place < size) & (start + size <= rows)
    if first == 0:
        ring &= start > 0
    ring &= ~_any_of_eight(ring & ~capital)[at // 8]
    return ring, np.where(place + 1 < size, 1, 1 - size)


def _any_of_eight(flags: Any) -> Any:
    padded = np.zeros((len(flags) + 7) // 8 * 8, np.bool_)
    padded[: len(flags)] = flags
    return padded.reshape(-1, 8).any(axis=1)


def _companies(draws: Draws, near_by: Spread, first: int, may: Any, owning: Any, hubs: Hubs | None) -> tuple[Any, Any]:
    """Places held by companies: half near by, half hubs, the first of them more often."""
    rows = draws.rows
    held = may & draws.chance("by a company", 0.13, PLACES)
    at = np.arange(rows)[:, None]
    near = at - whole(draws.spread("near", near_by, PLACES))
    evenly = draws.evenly("hub", PLACES)
    far = (evenly * evenly * np.minimum(first + at, HUBS)).astype(np.int64)
    is_near = draws.chance("near or hub", 0.5, PLACES) & (near >= 0)
    fit = owning if hubs is None else hubs.fit
    held &= np.where(is_near, owning[np.maximum(near, 0)], fit[np.minimum(far, len(fit) - 1)])
    held &= first + at > 0
    return np.where(held, COMPANY, DOMESTIC), np.where(held, np.where(is_near, first + near, far), -1)


def _close(ring: Any, ahead: Any, kind: Any, owner: Any, first: int) -> None:
    """The second place of each company of a ring goes to the next one; the first one to somebody outside."""
    rows = np.flatnonzero(ring)
    kind[rows, 0], owner[rows, 0] = DOMESTIC, -1
    kind[rows, 1], owner[rows, 1] = COMPANY, first + rows + ahead[rows]


def _points(draws: Draws, weight: Spread, live: Any, each: Any) -> Any:
    """Hundredths of a percent that add up to the whole; a third of the companies in steps of 5 %."""
    parts = whole(draws.spread("weight", weight, PLACES)) * live
    step = np.where(draws.chance("round shares", 1 / 3), 500, 1)
    left = WHOLE // step - each
    points = (1 + parts * left[:, None] // parts.sum(axis=1)[:, None]) * step[:, None] * live
    points[:, 0] += WHOLE - points.sum(axis=1)
    return points


def _least(points: Any, rows: Any, place: int, most: int) -> None:
    """At most so much at this place; what is more goes to the first."""
    over = np.where(rows, np.maximum(points[:, place] - most, 0), 0)
    points[:, place] -= over
    points[:, 0] += over


def _with_holders(
    draws: Draws, again: Spread, first: int, live: Any, kind: Any, owner: Any, points: Any, capital: Any, large: Any
) -> Held:
    rows = draws.rows
    outside = live & (kind != COMPANY)
    kind[outside] = _kinds(draws, outside, capital, large)[outside]
    pooled = outside & draws.chance("pooled", _IN_POOL[kind], PLACES)
    pool = draws.below("pool", POOL[kind], PLACES)
    own = np.broadcast_to(first + np.arange(rows)[:, None], (rows, PLACES))
    owner = np.where(outside, np.where(pooled, pool, own), owner)
    _again(draws, again, first, outside & ~pooled & (kind == DOMESTIC), owner)
    last = np.arange(PLACES) == live.sum(axis=1)[:, None] - 1
    blank = last & (draws.chance("blank", 0.006) & (points[:, 0] < WHOLE))[:, None]
    nominee = np.zeros((rows, PLACES), np.bool_)
    nominee[:, 0] = draws.chance("nominee", 0.006) & capital & outside[:, 0]
    return Held(first, live, kind, owner, pooled, points, blank, nominee)


def _kinds(draws: Draws, outside: Any, capital: Any, large: Any) -> Any:
    """Who the holders are: a few companies have foreign or HMT ones, others the state, most nobody but Chinese."""
    rows = draws.rows
    leading = outside & (outside.cumsum(axis=1) == 1)
    abroad = draws.chance("abroad", np.where(large, 0.1, 0.039)) & capital
    theirs = abroad[:, None] & (leading | draws.chance("abroad too", 0.55, PLACES))
    is_hmt = draws.chance("hmt", 0.4)[:, None] ^ draws.chance("hmt or not", 0.07, PLACES)
    state = draws.chance("state", np.where(large, 0.12, 0.006)) & capital
    states = state[:, None] & (leading | draws.chance("state too", 0.2, PLACES))
    unknown = draws.chance("unknown", 0.002, PLACES) & capital[:, None]
    rest = np.where(states, STATE, np.where(unknown, UNKNOWN, DOMESTIC))
    return np.where(theirs, np.where(is_hmt, HMT, FOREIGN), rest).reshape(rows, PLACES)


def _again(draws: Draws, again: Spread, first: int, may: Any, owner: Any) -> None:
    """Some holders have a company near by as well: the first holder there, if it came with that company."""
    near = np.arange(draws.rows) - whole(draws.spread("again near", again))
    rows = np.flatnonzero(draws.chance("again", 0.12) & may[:, 0] & (near >= 0))
    rows = rows[may[near[rows], 0]]
    came_with = owner[:, 0] == first + np.arange(draws.rows)
    rows = rows[came_with[near[rows]]]
    moved = owner[near[rows], 0]
    keeps = ~np.isin(near[rows], rows)  # whom they join must not move away
    owner[rows[keeps], 0] = moved[keeps]


# ---- looked through


def looked_through(held: Held, hubs: Hubs | None) -> tuple[Any, Any]:
    """The foreign and HMT share of each company in units of 10^-12, rounded up, and whether it is open.

    Owners are asked again and again until nothing changes; in whole numbers that only rise, that comes to an end.
    """
    abroad = np.isin(held.kind, (FOREIGN, HMT)) & held.live
    steady = np.where(abroad & ~held.blank, held.points, 0).sum(axis=1) * UNIT
    open_ = ((abroad & held.blank) | ((held.kind == UNKNOWN) & held.live)).any(axis=1)
    share, found = np.zeros(len(steady), np.int64), open_.copy()
    links = [_links(held, hubs, place) for place in range(PLACES)]
    while True:
        carried, opened = steady.copy(), open_.copy()
        for rows, owners, inside, points, blank in links:
            of, is_open = _of_owners(owners, inside, share, found, hubs)
            carried[rows] += np.where(blank, 0, points * of)
            opened[rows] |= is_open | (blank & (of > 0))
        new = -(-carried // WHOLE)
        if (new == share).all() and (opened == found).all():
            return share, found
        share, found = new, opened


def _links(held: Held, hubs: Hubs | None, place: int) -> tuple[Any, Any, Any, Any, Any]:
    """The companies held by a company at this place: rows, owners, which owners are of this block, shares."""
    rows = np.flatnonzero((held.kind[:, place] == COMPANY) & held.live[:, place])
    owners = held.owner[rows, place]
    inside = owners >= held.first
    return (
        rows,
        np.where(inside, owners - held.first, owners),
        inside,
        held.points[rows, place],
        held.blank[rows, place],
    )


def _of_owners(owners: Any, inside: Any, share: Any, found: Any, hubs: Hubs | None) -> tuple[Any, Any]:
    if hubs is None:
        return share[owners], found[owners]
    here, there = np.where(inside, owners, 0), np.where(inside, 0, owners)
    return np.where(inside, share[here], hubs.share[there]), np.where(inside, found[here], hubs.open[there])

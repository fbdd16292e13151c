"""The tables `nodes` and `stakes` of a block, with what was before and what is agreed for later."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from luodi.world.cells import decimals, names_of
from luodi.world.draws import Draws
from luodi.world.stakes import COMPANY, DOMESTIC, KINDS, OWN_LETTERS, PLACES, POOL, POOL_LETTERS, WHOLE, Held

NODES: Final = pa.schema(
    [("id", pa.string()), ("kind", pa.dictionary(pa.int32(), pa.string())), ("person", pa.bool_())]
)
STAKES: Final = pa.schema(
    [
        ("owner", pa.string()),
        ("company", pa.string()),
        ("share", pa.decimal128(5, 4)),
        ("votes", pa.decimal128(6, 5)),
        ("nominee_for", pa.string()),
        ("from", pa.date32()),
        ("to", pa.date32()),
    ]
)
_NOMINEE, _BEFORE, _LATER = (ord(letter) for letter in "noy")
_COMPANY: Final = ord("c")
_KINDS: Final = pa.array(KINDS)


@dataclass(frozen=True)
class Holders:
    """Letters and numbers of holders new in this block, with their kind; and which of the pools were used."""

    letters: Any
    numbers: Any
    kinds: Any
    pools: Any


@dataclass(frozen=True)
class Past:
    """Companies whose first place changed hands, and those where that is agreed; the day of either."""

    sold: Any
    agreed: Any
    day: Any


def past_of(draws: Draws, held: Held, founded: Any, on: int) -> Past:
    """Some first places changed hands on a day since the company was founded, others will within a year."""
    sold = draws.chance("sold", 0.03)
    agreed = draws.chance("agreed", 0.004) & ~sold
    since = founded + 1 + draws.below("sold on", np.maximum(on - founded, 1))
    later = on + 1 + draws.below("agreed for", 365)
    return Past(sold, agreed, np.where(sold, np.minimum(since, on), later))


def stakes_table(draws: Draws, held: Held, past: Past, founded: Any) -> pa.Table:
    """One row a stake: those of the day company by company, then the former and the future ones."""
    rows, places = np.nonzero(held.live)
    company = names_of(np.full(len(rows), _COMPANY), held.first + rows)
    ids = names_of(_letters(held)[rows, places], held.owner[rows, places])
    nominee = held.nominee[rows, places]
    owner = ids
    if nominee.any():
        owner = pc.if_else(pa.array(nominee), names_of(np.full(len(rows), _NOMINEE), held.first + rows), ids)
    begins, begins_not, ends, ends_not = _days(draws, rows, places, past, founded)
    return pa.table(
        {
            "owner": owner,
            "company": company,
            "share": decimals(held.points[rows, places], 4, held.blank[rows, places], 5),
            "votes": _votes(draws, held, rows, places),
            "nominee_for": pc.if_else(pa.array(nominee), ids, pa.scalar(None, pa.string())),
            "from": _day(begins, begins_not),
            "to": _day(ends, ends_not),
        },
        schema=STAKES,
    )


def other_days_table(held: Held, past: Past) -> pa.Table:
    """Stakes of other days: the owner before, up to the day of sale, and the one after."""
    rows = np.flatnonzero(past.sold | past.agreed)
    before = past.sold[rows]
    none = pa.nulls(len(rows))
    return pa.table(
        {
            "owner": names_of(np.where(before, _BEFORE, _LATER), held.first + rows),
            "company": names_of(np.full(len(rows), _COMPANY), held.first + rows),
            "share": decimals(held.points[rows, 0], 4, held.blank[rows, 0], 5),
            "votes": none.cast(STAKES.field("votes").type),
            "nominee_for": none.cast(pa.string()),
            "from": _day(past.day[rows], before),
            "to": _day(past.day[rows], ~before),
        },
        schema=STAKES,
    )


def _letters(held: Held) -> Any:
    return np.where(
        held.kind == COMPANY, _COMPANY, np.where(held.pooled, POOL_LETTERS[held.kind], OWN_LETTERS[np.arange(PLACES)])
    )


def _votes(draws: Draws, held: Held, rows: Any, places: Any) -> pa.Array:
    """In a few companies the first owner has half of all votes beside half of those of its share."""
    dual = (draws.chance("two classes", 0.006) & ~held.blank.any(axis=1))[rows]
    votes = held.points[rows, places] * 5 + np.where(places == 0, WHOLE * 5, 0)
    return decimals(votes, 5, ~dual, 6)


def _days(draws: Draws, rows: Any, places: Any, past: Past, founded: Any) -> tuple[Any, Any, Any, Any]:
    """First day and day of the end of each stake, each with where there is none."""
    leading = places == 0
    bought, leaves = leading & past.sold[rows], leading & past.agreed[rows]
    dated = draws.chance("dated", 0.2)[rows] & ~bought
    begins = np.where(bought, past.day[rows], founded[rows])
    return begins, ~(bought | dated), past.day[rows], ~leaves


def _day(days: Any, empty: Any) -> pa.Array:
    return pa.array(days.astype(np.int32), mask=empty).cast(pa.date32())


# ---- nodes


def holders_of(draws: Draws, held: Held, past: Past) -> Holders:
    """Holders that came with a company of this block, each once."""
    own = held.first + np.arange(draws.rows)
    outside = held.live & (held.kind != COMPANY)
    rows, places = np.nonzero(outside & ~held.pooled & (held.owner == own[:, None]))
    parts = [(OWN_LETTERS[places], own[rows], held.kind[rows, places])]
    for letter, flags in ((_NOMINEE, held.nominee[:, 0]), (_BEFORE, past.sold), (_LATER, past.agreed)):
        found = np.flatnonzero(flags)
        parts.append((np.full(len(found), letter), own[found], np.full(len(found), DOMESTIC)))
    pools = np.zeros((len(POOL), int(POOL.max())), np.bool_)
    pools[held.kind[held.pooled], held.owner[held.pooled]] = True
    letters, numbers, kinds = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Holders(letters, numbers, kinds, pools)


_PERSONS: Final = np.array([0, 0.15, 0.35, 0, 0.72, 0.5])


def nodes_table(draws: Draws, first: int, holders: Holders) -> pa.Table:
    """The companies of a block, then its new holders."""
    companies = draws.rows
    kinds = np.concatenate([np.full(companies, COMPANY), holders.kinds])
    letters = np.concatenate([np.full(companies, _COMPANY), holders.letters])
    numbers = np.concatenate([first + np.arange(companies), holders.numbers])
    person = np.zeros(len(kinds), np.bool_)
    odds = (holders.numbers * 2654435761 + holders.letters * 40503) % 65_536  # of the holder, wherever it stands
    person[companies:] = odds < _PERSONS[holders.kinds] * 65_536
    return _nodes(letters, numbers, kinds, person)


def pools_table(pools: Any) -> pa.Table:
    """The holders of many companies that were used at all."""
    kinds, numbers = np.nonzero(pools)
    return _nodes(POOL_LETTERS[kinds], numbers, kinds, np.zeros(len(kinds), np.bool_))


def _nodes(letters: Any, numbers: Any, kinds: Any, person: Any) -> pa.Table:
    coded = pa.DictionaryArray.from_arrays(pa.array(kinds.astype(np.int32)), _KINDS)
    columns = {"id": names_of(letters, numbers), "kind": coded, "person": pa.array(person)}
    return pa.table(columns, schema=NODES)

"""One block of the world: its companies, nodes and stakes as tables."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from luodi.profiles.vocabulary import Kind
from luodi.world.cells import array_of, names_of, schema_of
from luodi.world.draws import Draws
from luodi.world.firms import Firms, what_they_are, what_they_report, where_they_are, who_owns_them
from luodi.world.names import put_names
from luodi.world.register import holders_of, nodes_table, other_days_table, past_of, stakes_table
from luodi.world.shape import NAMING, Shape
from luodi.world.stakes import HUBS, Held, Hubs, held_by, looked_through
from luodi.world.traits import data, dates, described, people, recognitions, rights

BLOCK = 65_536


def count_blocks(companies: int) -> int:
    return -(-companies // BLOCK)


@dataclass(frozen=True)
class Block:
    """Tables of one block; `pools` are the holders of many companies that it used, `hubs` what later blocks need."""

    companies: pa.Table
    nodes: pa.Table
    stakes: pa.Table
    pools: Any
    hubs: Hubs


def block(shape: Shape, seed: int, number: int, companies: int, on: int, hubs: Hubs | None = None) -> Block:
    """The block with this number of a world of so many companies. `hubs`: those of block 0."""
    first = number * BLOCK
    draws = Draws(seed, number, min(BLOCK, companies - first))
    firms = Firms(draws, shape, first, on)
    founded = what_they_are(firms)
    where_they_are(firms)
    entity = firms.values("entity_type")
    held = held_by(draws, shape, first, entity, firms.flags["large"], hubs)
    share, open_ = looked_through(held, hubs)
    who_owns_them(firms, held, share, open_)
    what_they_report(firms)
    for step in (people, described, recognitions, rights, data, dates):
        step(firms)
    past = past_of(draws, held, founded, on)
    holders = holders_of(draws, held, past)
    stakes = pa.concat_tables([stakes_table(draws, held, past, founded), other_days_table(held, past)])
    return Block(
        _table(firms), nodes_table(draws, first, holders), stakes, holders.pools, _hubs(held, firms, share, open_)
    )


def _hubs(held: Held, firms: Firms, share: Any, open_: Any) -> Hubs:
    return Hubs(firms.flags["holding"][:HUBS], share[:HUBS], open_[:HUBS])


def _table(firms: Firms) -> pa.Table:
    """The companies: id, names, then the attributes in the order of the vocabulary."""
    shape = firms.shape
    ordered = {name: firms.columns[name] for name in shape.vocabulary.attributes if name in firms.columns}
    fields = schema_of(ordered, shape.vocabulary)
    zh, en = put_names(firms)
    ids = names_of(np.full(firms.rows, ord("c")), firms.first + np.arange(firms.rows))
    columns = {"id": ids, "company_name_zh": zh, "name_en": en}
    firms.columns.clear()
    for name in fields.names:  # each is let go as soon as it is a column
        columns[name] = array_of(name, ordered.pop(name), firms.draws, shape.rate(name), shape.vocabulary)
    fixed = pa.schema([(name, pa.string()) for name in NAMING])
    return pa.table(columns, schema=pa.schema([*fixed, *fields]))


def text_columns(shape: Shape, table: pa.Schema) -> list[str]:
    """Columns that are stored as dictionaries: texts of which there are few."""
    vocabulary = shape.vocabulary
    texts = (Kind.STRING, Kind.ENUM)
    found = [name for name in table.names if name in vocabulary and vocabulary[name].kind in texts]
    sets = [f"{name}.list.element" for name in table.names if name in vocabulary and vocabulary[name].kind is Kind.SET]
    return [name for name in found if name not in NAMING] + sets

"""Reading a register from a pair of tables, CSV or Parquet: stakes and nodes, checked as a whole.

Stakes have `owner, company, share` and may have `votes, nominee_for, proxy_to, from, to`; nodes have `id, kind` and may
have `group, person, name`. Ids are text or int64. Whatever is wrong is reported with its count and the first places.
"""

from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from luodi.errors import DuplicateKey, MissingKey, UnknownValue, WrongType, did_you_mean
from luodi.ownership import sweep as kernel
from luodi.ownership.columns import SHOWN, Table, shares, whole
from luodi.ownership.reading import UnknownNode
from luodi.ownership.register import NO_CONTRACTS, ORDER, Held, Register

STAKE_COLUMNS: Final = ("owner", "company", "share", "votes", "nominee_for", "proxy_to", "from", "to", "source")
CONTRACT_COLUMNS: Final = ("controller", "company", "from", "to", "how")
NODE_COLUMNS: Final = ("id", "kind", "group", "person", "name", "country")
_SAMPLE: Final = 10_000


def read_register(stakes: Path, nodes: "Path | Nodes", *, on: date, contracts: Path | None = None) -> Register:
    """The register of one day. Raises errors that name the file, the column and the first rows that are wrong."""
    numbered = nodes if isinstance(nodes, Nodes) else Nodes(nodes)
    table = Table(stakes, STAKE_COLUMNS, ("owner", "company", "share"))
    table.only_on(on)
    owner = numbered.numbers(table, "owner")
    company = numbered.numbers(table, "company")
    if "nominee_for" in table.columns:
        owner = numbered.instead(owner, table, "nominee_for")
    low, high, written = shares(table["share"], table, "share")
    held = Held(owner, company, low, high, written)
    return Register(
        ids=numbered.ids,
        ends=numbered.ends,
        capital=held,
        votes=_votes(table, held, numbered),
        extras=numbered.extras,
        table=numbered.table,
        first=numbered.first,
        name=stakes.name,
        contracts=NO_CONTRACTS if contracts is None else _contracts(contracts, numbered, on),
    )


def _contracts(path: Path, nodes: "Nodes", on: date) -> tuple[Any, Any]:
    table = Table(path, CONTRACT_COLUMNS, ("controller", "company"))
    table.only_on(on)
    return nodes.numbers(table, "controller"), nodes.numbers(table, "company")


def _votes(table: Table, held: Held, numbered: "Nodes") -> Held | None:
    if not table.columns & {"votes", "proxy_to"}:
        return None
    owner = numbered.instead(held.owner, table, "proxy_to") if "proxy_to" in table.columns else held.owner
    if "votes" not in table.columns:
        return Held(owner, held.company, held.low, held.high, held.written)
    votes = table["votes"]
    given = votes.is_valid().to_numpy(zero_copy_only=False)
    low, high, written = shares(votes, table, "votes")
    least, greatest = np.where(given, low, held.low), np.where(given, high, held.high)
    same = bool((least == greatest).all())
    return Held(owner, held.company, least, least if same else greatest, _Either(given, written, held.written))


class _Either:
    """The votes of a row as written, or its share where none are written."""

    def __init__(self, given: Any, votes: Any, share: Any) -> None:
        self.given = given
        self.votes = votes
        self.share = share

    def __getitem__(self, row: int) -> Any:
        return self.votes[row] if self.given[row] else self.share[row]


class Nodes:
    """The nodes, numbered: companies first, then holders by kind, each in the order of the file."""

    def __init__(self, path: Path) -> None:
        self.file = Table(path, NODE_COLUMNS, ("id", "kind"))
        ids = self.file["id"]
        if not (pa.types.is_string(ids.type) or pa.types.is_large_string(ids.type) or pa.types.is_integer(ids.type)):
            raise WrongType(f"ids are text or int64, not {ids.type}", at=self.file.at("id"))
        if ids.null_count:
            raise MissingKey(f"{ids.null_count:,} nodes have no id", at=self.file.at("id"))
        ranks = self._ranks()
        self.ends = {kind: int((ranks <= place).sum()) for place, kind in enumerate(ORDER)}
        order = None if bool((ranks[1:] >= ranks[:-1]).all()) else np.argsort(ranks, kind="stable")
        self.ids = _sorted(whole(ids), order)
        extras = [name for name in NODE_COLUMNS[2:] if name in self.file.columns]
        self.extras: dict[str, Any] = {name: _extra(self.file[name], name, order) for name in extras}
        self.first, self.table = self._table()
        self._unique()

    @property
    def text(self) -> bool:
        return not pa.types.is_integer(self.ids.type)

    def _ranks(self) -> Any:
        coded = self.file["kind"]
        if not pa.types.is_dictionary(coded.type):
            coded = coded.dictionary_encode()
        coded = coded.unify_dictionaries()
        words = coded.chunk(0).dictionary.to_pylist() if coded.num_chunks else []
        ranks = {kind.value: place for place, kind in enumerate(ORDER)}
        known = np.array([ranks.get(word, -1) for word in words] + [-1], np.int8)
        codes = np.concatenate([_codes(chunk) for chunk in _chunks(coded)] or [np.empty(0, np.int32)])
        found = known[codes]
        if (found < 0).any():
            row = int(np.argmax(found < 0))
            word = None if codes[row] < 0 else words[codes[row]]
            near = did_you_mean(str(word), ranks)
            raise UnknownValue(f"`{word}` is no kind of node ({', '.join(ranks)}).{near}", at=self.file.at("kind", row))
        return found

    def _table(self) -> tuple[int, Any]:
        """For ids that are numbers and lie close: the number of each, without searching."""
        if self.text or not len(self.ids):
            return 0, None
        values = self.ids.cast(pa.int64()).to_numpy()
        first, last = int(values.min()), int(values.max())
        if last - first >= 4 * len(values) + 1000:
            return 0, None
        table = np.full(last - first + 1, -1, np.int32)
        table[values - first] = np.arange(len(values), dtype=np.int32)
        return first, table

    def _unique(self) -> None:
        different = int((self.table >= 0).sum()) if self.table is not None else pc.count_distinct(self.ids).as_py()
        if different != len(self.ids):
            counted = pc.value_counts(self.ids)
            often = counted.field("values").filter(pc.greater(counted.field("counts"), 1))
            shown = ", ".join(str(value) for value in often[:SHOWN].to_pylist())
            raise DuplicateKey(f"{len(often):,} ids stand twice, such as {shown}", at=self.file.at("id"))

    def numbers(self, table: Table, column: str) -> Any:
        """The numbers of a column of ids. Raises `UnknownNode` with the first that the nodes do not have."""
        return self._found(table[column], table, column)

    def _found(self, ids: Any, table: Table, column: str, rows: Any = None) -> Any:
        found = np.empty(len(ids), np.int32)
        place = 0
        ids = self._same_kind(ids, table, column)
        for chunk in _chunks(ids):
            found[place : place + len(chunk)] = self._search(chunk)
            place += len(chunk)
        missing = found < 0
        if missing.any():
            at = int(np.argmax(missing))
            word = ids[at].as_py()
            near = did_you_mean(str(word), [str(i) for i in self.ids[:_SAMPLE].to_pylist()])
            total = int(missing.sum())
            more = f" ({total:,} such rows)" if total > 1 else ""
            row = at if rows is None else int(rows[at])
            raise UnknownNode(f"`{word}` is no node of {self.file.name}.{near}{more}", at=table.at(column, row))
        return found

    def _same_kind(self, ids: Any, table: Table, column: str) -> Any:
        text = not pa.types.is_integer(ids.type) and not pa.types.is_null(ids.type)
        if text == self.text:
            return ids
        raise WrongType(f"ids are {ids.type} here and {self.ids.type} in {self.file.name}", at=table.at(column))

    def _search(self, chunk: Any) -> Any:
        if self.table is not None and not chunk.null_count:
            out = np.empty(len(chunk), np.int32)
            kernel.translate(chunk.cast(pa.int64()).to_numpy(), self.first, self.table, out)
            return out
        found = pc.index_in(chunk.cast(self.ids.type), value_set=self.ids, skip_nulls=True)
        return pc.fill_null(found, -1).to_numpy(zero_copy_only=False)

    def instead(self, owner: Any, table: Table, column: str) -> Any:
        """The owners, with those replaced for whom the column names another."""
        others = table[column]
        rows = np.flatnonzero(others.is_valid().to_numpy(zero_copy_only=False))
        if not len(rows):
            return owner
        found = np.array(owner)
        found[rows] = self._found(others.drop_null(), table, column, rows)
        return found


def _chunks(column: Any) -> list[Any]:
    return column.chunks if isinstance(column, pa.ChunkedArray) else [column]


def _codes(chunk: Any) -> Any:
    return pc.fill_null(chunk.indices, -1).to_numpy(zero_copy_only=False)


def _sorted(column: Any, order: Any) -> Any:
    return column if order is None else column.take(pa.array(order))


def _extra(column: Any, name: str, order: Any) -> Any:
    column = _sorted(whole(column), order)
    if name == "person" and not pa.types.is_boolean(column.type):
        return column.cast(pa.string()).cast(pa.bool_())
    return column

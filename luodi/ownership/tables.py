"""Reading a register from tables, CSV or Parquet: stakes, nodes and, if there are any, contracts, checked as a whole.

Stakes have `owner, company, share` and may have `votes, nominee_for, proxy_to, from, to`; nodes have `id, kind` and may
have `group, person, name, country`. Ids are text or int64. Whatever is wrong is told with its count and first places.
"""

from copy import copy
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from luodi.errors import DuplicateKey, MissingKey, UnknownValue, WrongType, did_you_mean
from luodi.message import Message, joined
from luodi.ownership.columns import Table, is_text, rows_told, shares, told, whole
from luodi.ownership.faults import SHOWN, Faults
from luodi.ownership.ids import Ids
from luodi.ownership.records import UnknownNode
from luodi.ownership.register import NO_CONTRACTS, NOBODY, NOT_MOVED, ORDER, Either, Held, Register, Some
from luodi.ownership.rests import followed
from luodi.ownership.stakes import Kind

STAKE_COLUMNS: Final = ("owner", "company", "share", "votes", "nominee_for", "proxy_to", "from", "to", "source")
CONTRACT_COLUMNS: Final = ("controller", "company", "from", "to", "how")
NODE_COLUMNS: Final = ("id", "kind", "group", "person", "name", "country")
_SAMPLE: Final = 10_000


def read_register(stakes: Path, nodes: Path, *, on: date, contracts: Path | None = None) -> Register:
    """The register of one day. Raises errors that name file, column, how many rows are wrong, and the first of them."""
    faults = Faults(f"{stakes.name} and {nodes.name}")
    found = read_with(Nodes(nodes, faults), stakes, contracts, on, faults)
    faults.check()
    return found


def read_with(numbered: "Nodes", stakes: Path, contracts: Path | None, on: date, faults: Faults) -> Register:
    """The same with nodes that were read before; what is wrong is left in `faults`."""
    capital, votes, moved = _stakes(stakes, numbered, on, faults)
    ruled = NO_CONTRACTS if contracts is None else _contracts(contracts, numbered, on, faults)
    if numbered.lenient:
        capital, votes, ruled = numbered.without_gone(capital), numbered.without_gone(votes), numbered.present(ruled)
    return Register(
        ids=numbered.ids,
        ends=numbered.ends,
        capital=capital,
        votes=votes,
        extras=numbered.extras,
        table=numbered.known.table,
        first=numbered.known.first,
        name=stakes.name,
        contracts=ruled,
        moved=moved,
    )


def _stakes(
    path: Path, nodes: "Nodes", on: date, faults: Faults
) -> tuple[Held, Held | None, tuple[Any, Any, Any, Any]]:
    table = Table(path, STAKE_COLUMNS, ("owner", "company", "share"))
    table.only_on(on, faults)
    registered = nodes.numbers(table, "owner", faults)
    company = nodes.numbers(table, "company", faults)
    behind, proxy = (nodes.others(table, name, faults) for name in ("nominee_for", "proxy_to"))
    owner = _instead(registered, behind)
    low, high, written = shares(table["share"], table, "share", faults)
    held, size = Held(owner, company, low, high, written), len(nodes.ids) + 1
    votes = _votes(table, held, _instead(owner, proxy), faults)
    voted = None if votes is None else followed(votes, size)
    return followed(held, size), voted, _moved(registered, behind, proxy)


def _votes(table: Table, held: Held, owner: Any, faults: Faults) -> Held | None:
    if "votes" not in table.columns:
        return None if owner is held.owner else Held(owner, held.company, held.low, held.high, held.written)
    votes = table["votes"]
    given = votes.is_valid().to_numpy(zero_copy_only=False)
    low, high, written = shares(votes, table, "votes", faults)
    least, greatest = np.where(given, low, held.low), np.where(given, high, held.high)
    same = bool((least == greatest).all())
    return Held(owner, held.company, least, least if same else greatest, Either(given, written, held.written))


def _instead(owner: Any, others: tuple[Any, Any]) -> Any:
    """The owners, with those replaced for whom another is named."""
    rows, numbers = others
    if not len(rows):
        return owner
    found = np.array(owner)
    found[rows] = numbers
    return found


def _moved(owner: Any, behind: tuple[Any, Any], proxy: tuple[Any, Any]) -> tuple[Any, Any, Any, Any]:
    """The rows with a nominee or a proxy, ascending: row, owner, whom it holds for, who votes."""
    rows = np.union1d(behind[0], proxy[0])
    if not len(rows):
        return NOT_MOVED
    columns = np.full((2, len(rows)), NOBODY, np.int32)
    for column, (some, numbers) in zip(columns, (behind, proxy), strict=True):
        column[np.searchsorted(rows, some)] = numbers
    return rows, owner[rows], columns[0], columns[1]


def _contracts(path: Path, nodes: "Nodes", on: date, faults: Faults) -> tuple[Any, Any]:
    table = Table(path, CONTRACT_COLUMNS, ("controller", "company"))
    table.only_on(on, faults)
    return nodes.numbers(table, "controller", faults), nodes.numbers(table, "company", faults)


class Nodes:
    """The nodes, numbered: companies first, then holders by kind, each in the order of the file."""

    lenient = False

    def __init__(self, path: Path, faults: Faults) -> None:
        self.file = Table(path, NODE_COLUMNS, ("id", "kind"))
        ids = self.file["id"]
        if not (is_text(ids.type) or pa.types.is_integer(ids.type)):
            raise WrongType("ownership.ids-text-or-int64-not", kind=ids.type, at=self.file.at("id"))
        empty = np.flatnonzero(ids.is_null().to_numpy(zero_copy_only=False))
        if len(empty):
            faults.add(
                MissingKey("ownership.no-id", rows=rows_told(empty), at=self.file.at("id", empty[0])), len(empty)
            )
        ranks = self._ranks(faults)
        self.ends = {kind: int((ranks <= place).sum()) for place, kind in enumerate(ORDER)}
        order = None if bool((ranks[1:] >= ranks[:-1]).all()) else np.argsort(ranks, kind="stable")
        self.ids = _sorted(whole(ids), order)
        self.known = Ids(self.ids)
        if not len(empty):
            self._unique(order, faults)
        extras = [name for name in NODE_COLUMNS[2:] if name in self.file.columns]
        self.extras: dict[str, Any] = {name: self._extra(name, order, faults) for name in extras}

    def _ranks(self, faults: Faults) -> Any:
        coded = self.file["kind"]
        if not pa.types.is_dictionary(coded.type):
            coded = coded.dictionary_encode()
        coded = coded.unify_dictionaries()
        words = coded.chunk(0).dictionary.to_pylist() if coded.num_chunks else []
        ranks = {kind.value: place for place, kind in enumerate(ORDER)}
        known = np.array([ranks.get(word, -1) for word in words] + [-1], np.int8)
        codes = np.concatenate([_codes(chunk) for chunk in coded.chunks] or [np.empty(0, np.int32)])
        found = known[codes]
        for code in np.flatnonzero(known < 0).tolist():
            rows = np.flatnonzero(codes == (code if code < len(words) else -1))
            if len(rows):
                word = words[code] if code < len(words) else None
                near = did_you_mean(str(word), ranks)
                text = Message("ownership.no-kind-node-2", word=word, ranks=ranks, near=near, told=told(rows))
                faults.add(UnknownValue(text, at=self.file.at("kind", rows[0])), len(rows))
        return np.where(found < 0, ORDER.index(ORDER[-1]), found)

    def _unique(self, order: Any, faults: Faults) -> None:
        doubles = self.known.doubles
        if len(doubles):
            rows = doubles if order is None else np.sort(order[doubles])
            words = ", ".join(dict.fromkeys(str(self.ids[int(place)].as_py()) for place in doubles[: 10 * SHOWN]))
            text = Message("ownership.ids-stand-twice-such", count=len(doubles), names=words, rows=rows_told(rows))
            faults.add(DuplicateKey(text, at=self.file.at("id", rows[0])), len(doubles))

    def _extra(self, name: str, order: Any, faults: Faults) -> Any:
        column = _sorted(whole(self.file[name]), order)
        if name != "person" or pa.types.is_boolean(column.type):
            return column
        lower = pc.utf8_lower(column.cast(pa.string()))
        wrong = pc.fill_null(pc.invert(pc.is_in(lower, value_set=pa.array(["true", "false"]))), False)
        wrong = np.flatnonzero(pc.and_(wrong, column.is_valid()).to_numpy(zero_copy_only=False))
        if len(wrong):
            rows = wrong if order is None else np.sort(order[wrong])
            text = Message("ownership.person-true-or-false-not", value=column[int(wrong[0])].as_py(), told=told(rows))
            faults.add(WrongType(text, at=self.file.at("person", rows[0])), len(rows))
            return pa.nulls(len(column), pa.bool_())
        return lower.cast(pa.bool_())

    def numbers(self, table: Table, column: str, faults: Faults) -> Any:
        """The numbers of a column of ids; those that the nodes do not have are told, and are 0 here."""
        return self._found(table[column], table, column, faults)

    def _found(self, ids: Any, table: Table, column: str, faults: Faults, rows: Any = None) -> Any:
        if pa.types.is_dictionary(ids.type):
            ids = ids.cast(ids.type.value_type)
        if len(ids) > ids.null_count and not (is_text(ids.type) if self.known.text else pa.types.is_integer(ids.type)):
            text = Message("ownership.ids", kind=ids.type, kind2=self.ids.type, file=self.file.name)
            faults.add(WrongType(text, at=table.at(column)), len(ids))
            return np.zeros(len(ids), np.int32)
        found = self.known.find(ids) if len(ids) > ids.null_count else np.full(len(ids), -1, np.int32)
        missing = np.flatnonzero(found < 0)
        if self.lenient:
            found[missing] = len(self.ids)
        elif len(missing):
            where = table.rows(missing if rows is None else rows[missing])
            word = ids[int(missing[0])].as_py()
            near = did_you_mean(str(word), [str(i) for i in self.ids[:_SAMPLE].to_pylist()])
            words = (
                Message("ownership.no-id-here")
                if word is None
                else Message("ownership.no-node-2", word=word, file=self.file.name, near=near)
            )
            faults.add(
                UnknownNode(joined((words, told(where)), ""), at=table.place(column, int(where[0]))),
                len(missing),
            )
            found[missing] = 0
        return found

    def earlier(self) -> "Nodes":
        """The same numbers for tables of an earlier day: a node that is gone since has the number after the last."""
        found = copy(self)
        found.lenient = True
        return found

    def without_gone(self, held: Held | None) -> Any:
        """Rows of companies that are still there."""
        if held is None or (held.company < len(self.ids)).all():
            return held
        rows = np.flatnonzero(held.company < len(self.ids))
        low = held.low[rows]
        return Held(
            held.owner[rows], held.company[rows], low, held.high[rows] if held.open else low, Some(held.written, rows)
        )

    def present(self, contracts: tuple[Any, Any]) -> tuple[Any, Any]:
        rows = contracts[1] < len(self.ids)
        return contracts[0][rows], contracts[1][rows]

    def renewed_since(self, before: "Nodes") -> Any:
        """Marks nodes that the earlier ones do not have, or have under another kind."""
        places = before.known.find(self.ids)
        now, then = (
            np.searchsorted([*nodes.ends.values()], range(len(nodes.ids)), "right") for nodes in (self, before)
        )
        return (places < 0) | (then[places] != now if len(then) else True)

    def gone_since(self, before: "Nodes") -> Any:
        """The ids of companies that the earlier nodes have and these do not have as companies."""
        companies = before.ids[: before.ends[Kind.COMPANY]]
        places = self.known.find(companies)
        return companies.filter(pa.array((places < 0) | (places >= self.ends[Kind.COMPANY])))

    def others(self, table: Table, column: str, faults: Faults) -> tuple[Any, Any]:
        """The rows in which a column names somebody, and the numbers of these."""
        if column not in table.columns:
            return np.empty(0, np.int64), np.empty(0, np.int32)
        named = table[column]
        rows = np.flatnonzero(named.is_valid().to_numpy(zero_copy_only=False))
        return rows, self._found(named.drop_null(), table, column, faults, rows)


def _codes(chunk: Any) -> Any:
    return pc.fill_null(chunk.indices, -1).to_numpy(zero_copy_only=False)


def _sorted(column: Any, order: Any) -> Any:
    return column if order is None else column.take(pa.array(order))

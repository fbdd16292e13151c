"""What changed since an earlier result: rules that still ask the same are copied, and differences become a list.

A rule is the same when its fingerprint is. Its answers can be copied when the table is the same too and no row that was
refused then could be answered now. Only the others are evaluated again.
"""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from luodi.errors import BadInput
from luodi.files import CannotWrite, settle
from luodi.matching.batch import BLOCK, Flags, Ints, Words
from luodi.matching.blocks import Blocks
from luodi.matching.ids import rows_of_ids
from luodi.matching.pairs import set_bits
from luodi.matching.program import Program

CHANGES: Final = ("newly matching", "no longer matching")


class Since:
    """An earlier result beside the program of now. `places` and `again` speak of the program's rules in their order."""

    def __init__(
        self,
        old: Blocks,
        program: Program,
        *,
        book: str,
        rows: int | None,
        input_print: str,
        columns: dict[str, str],
        ids: dict[str, str] | None,
    ) -> None:
        """`book`: the id of today's; `rows`: of the table, if that is known before it is read."""
        self.old = old
        if old.document["book"]["name"] != book:
            raise BadInput(
                f"the earlier result is of the book `{old.document['book']['name']}`, not `{book}`", at=old.name
            )
        if rows is not None:
            self.check_rows(rows)
        before, old_place = old.fingerprints, {rule: at for at, rule in enumerate(old.rules)}
        document = old.document
        shared = {name: column for name, column in document["columns"].items() if name in columns}
        fits = document["columns"] == columns or (not document["rejected"] and shared.items() <= columns.items())
        same = document["input"] == input_print and document["ids"] == ids
        self.same_table = bool(input_print) and same and fits
        self.again: list[str] = []
        kept: list[tuple[int, int]] = []
        changed: list[tuple[str, int, int]] = []
        for at, (rule, print_) in enumerate(zip(program.ids, program.fingerprints, strict=True)):
            if self.same_table and before.get(rule) == print_:
                kept.append((at, old_place[rule]))
            else:
                self.again.append(rule)
                changed.append((rule, at, old_place.get(rule, -1)))
        now = set(program.ids)
        changed += [(rule, -1, at) for rule, at in old_place.items() if rule not in now]
        self.changed = changed
        self.rules = len(program.rules)
        self.kept = np.array(kept, np.int64).reshape(-1, 2)

    def check_ids(self, row: int, ids: tuple[Words, Flags] | None, rows: int) -> None:
        """Raises `BadInput` where rows from `row` on are of other companies than in the earlier result."""
        if self.same_table:
            return
        old = slice(row // BLOCK, -(-(row + rows) // BLOCK))
        kept = self.old.ids[old]
        if (ids is not None) != self.old.head.has_ids or (
            ids is not None and not np.array_equal(rows_of_ids(*ids), kept)
        ):
            raise BadInput(
                f"from row {row:,} on the companies are others than in the earlier result, or in another order; "
                "ask for the whole result without --since, and compare both by id",
                at=self.old.name,
            )

    def check_rows(self, rows: int) -> None:
        """Raises `BadInput` where the table does not have the rows of the earlier result."""
        if rows != self.old.rows:
            raise BadInput(
                f"the earlier result has {self.old.rows:,} rows and this table {rows:,}; "
                "differences need the same companies in the same order",
                at=self.old.name,
            )

    def copy(self, row: int, words: Words) -> None:
        """Fill in what stayed, for blocks from a row on."""
        self.old.check(row // BLOCK, len(words))
        if not len(self.kept):
            return
        new, old = self.kept[:, 0], self.kept[:, 1]
        rules = self.old.head.rules
        here = self.old.words[row // BLOCK : row // BLOCK + len(words)]
        words[:, 1 + new] = here[:, 1 + old]
        words[:, 1 + self.rules + new] = here[:, 1 + rules + old]

    def differences(self, row: int, words: Words, end: int) -> tuple[Ints, Ints, Ints]:
        """Rows, places in `changed` and which change, of blocks from a row on; `end` is the row after the last."""
        found: list[tuple[Ints, Ints, Ints]] = []
        self.old.check(row // BLOCK, len(words))
        for at, block in enumerate(words):
            place = row // BLOCK + at
            new = self._yes(block, [new for _, new, _ in self.changed], self.rules)
            past = self.old.words[place] if place < self.old.head.blocks else np.zeros_like(self.old.words[0])
            old = self._yes(past, [old for _, _, old in self.changed], self.old.head.rules)
            for which, bits in enumerate((new & ~old, old & ~new)):
                rules, places = set_bits(bits)
                found.append((places + (row + at * BLOCK), rules, np.full(len(rules), which, np.int64)))
        rows, rules, changes = (np.concatenate([part[at] for part in found]) for at in range(3))
        exist = rows < end
        return rows[exist], rules[exist], changes[exist]

    def _yes(self, block: Words, places: Sequence[int], rules: int) -> Words:
        at = np.array(places, np.int64)
        bits: Words = block[1 + at] & block[1 + rules + at]
        bits[at < 0] = 0
        return bits


class ChangeList:
    """The companies to notify, as Parquet: row, their id where the table has one, rule, change."""

    def __init__(self, path: Path | None, since: Since, id_type: pa.DataType | None) -> None:
        self.since = since
        self.counts = np.zeros((len(since.changed), 2), np.int64)
        self.path = path
        fields: list[Any] = [("row", pa.int64())] + ([("id", id_type)] if id_type is not None else [])
        self.schema = pa.schema([*fields, ("rule", pa.string()), ("change", pa.string())])
        self.beside = None if path is None else path.with_name(f"{path.name}.partial")
        self.writer = None if path is None else self._open(path)

    def _open(self, path: Path) -> pq.ParquetWriter:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            return pq.ParquetWriter(self.beside, self.schema, compression="zstd")
        except OSError as problem:
            raise CannotWrite.because(problem, path) from None

    def add(self, first: int, found: tuple[Ints, Ints, Ints], ids: Any) -> None:
        rows, rules, which = found
        np.add.at(self.counts, (rules, which), 1)
        if self.writer is None or not len(rows):
            return
        order = np.lexsort((which, rules, rows))
        rows, rules, which = rows[order], rules[order], which[order]
        columns = [pa.array(rows)]
        if ids is not None:
            columns.append(ids.take(pa.array(rows - first)))
        names = pa.array([rule for rule, _, _ in self.since.changed], pa.string())
        columns += [names.take(pa.array(rules)), pa.array(CHANGES).take(pa.array(which))]
        try:
            self.writer.write_table(pa.table(columns, schema=self.schema))
        except OSError as problem:
            assert self.path is not None
            raise CannotWrite.because(problem, self.path) from None

    def seal(self) -> None:
        """Write the list to its end."""
        if self.writer is None or self.path is None:
            return
        try:
            self.writer.close()
        except OSError as problem:
            raise CannotWrite.because(problem, self.path) from None

    def close(self, *, rows: int | None) -> None:
        """Give the list its name; `rows` None throws it away."""
        if self.writer is None or self.beside is None or self.path is None:
            return
        try:
            if rows is not None:
                settle(self.beside, self.path)
        except OSError as problem:
            raise CannotWrite.because(problem, self.path) from None
        finally:
            with suppress(OSError):
                self.writer.close()
            self.beside.unlink(missing_ok=True)

    def as_json(self) -> dict[str, Any]:
        rules = [
            {"id": rule, "newly_matching": int(gained), "no_longer_matching": int(lost)}
            for (rule, _, _), (gained, lost) in zip(self.since.changed, self.counts.tolist(), strict=True)
        ]
        return {
            "same_table": self.since.same_table,
            "evaluated_again": self.since.again,
            "rules": [rule for rule in rules if rule["newly_matching"] or rule["no_longer_matching"]],
            "to": None if self.path is None else str(self.path),
        }

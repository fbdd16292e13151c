"""What changed since an earlier result: rules that still ask the same are copied, and differences become a list.

A rule is the same when its fingerprint is. Its answers can be copied when the table is the same too and no row that was
refused then could be answered now. Only the others are evaluated again. In another table companies are found by their
id; by their place only where neither table has ids.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from luodi.errors import BadInput
from luodi.matching.batch import BLOCK, Ints, Words
from luodi.matching.blocks import Blocks
from luodi.matching.by_id import Before, ById
from luodi.matching.changes import ChangeList, Changes
from luodi.matching.pairs import set_bits
from luodi.matching.program import Program


class Since:
    """An earlier result beside the program of now. `again` speaks of the program's rules in their order."""

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
        """`book`: the id of today's; `rows`: of the table, if that is known before it is read; `ids`: who names it."""
        self.old = old
        if old.document["book"]["name"] != book:
            raise BadInput(
                "matching.earlier-result-book-not", name=old.document["book"]["name"], book=book, at=old.name
            )
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
        self.new_places, self.old_places = [new for _, new, _ in changed], [past for _, _, past in changed]
        self.rules = len(program.rules)
        self.kept = np.array(kept, np.int64).reshape(-1, 2)
        self.by_id: ById | None = None
        self.new = self.nameless = 0
        self.ids = ids
        self.is_by_id = not self.same_table and self._have_ids()
        if rows is not None:
            self.check_rows(rows)

    def _have_ids(self) -> bool:
        """Whether both tables name their companies; raises `BadInput` where only one does."""
        then, now = self.old.document["ids"], self.ids
        if then is not None and now is None:
            problem = f"the earlier result knows companies by the column `{then['column']}`, and this table has no ids"
            raise BadInput("matching.name-column-with-id", problem=problem, at=self.old.name)
        if then is None and now is not None:
            problem = f"this table knows companies by the column `{now['column']}`, and the earlier result has no ids"
            raise BadInput("matching.ask-whole-result-once-more", problem=problem, at=self.old.name)
        return now is not None

    def open(self) -> None:
        """Get ready to find companies; takes a while for many."""
        if self.is_by_id and self.ids is not None:
            self.by_id = ById(self.old, is_whole=self.ids["hashed_as"] == "integer")

    def check_rows(self, rows: int) -> None:
        """Raises `BadInput` where rows are compared by place and the table has others than the earlier result."""
        if rows != self.old.rows and not self.is_by_id:
            raise BadInput(
                "matching.earlier-result-rows-table",
                rows=self.old.rows,
                rows2=rows,
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

    # -- differences

    def find(self, table: pa.Table, first: int) -> Before | None:
        """Where the companies of a batch were, if they are found by id. `first`: the row of the first."""
        if self.by_id is None or self.ids is None:
            return None
        return self.by_id.find(table.column(self.ids["column"]), first)

    def differences(self, row: int, words: Words, end: int, before: Before | None, batch: int) -> Changes:
        """Of blocks from a row on; `end` is the row after the last. `before`: of the batch that begins with a row."""
        found: list[Changes] = []
        for at, block in enumerate(words):
            first = row + at * BLOCK
            new = self._yes(block, self.new_places, self.rules)
            if before is None:
                old, rows = self._at_place(first // BLOCK), np.arange(first, first + BLOCK)
            else:
                rows, named = before.block((first - batch) // BLOCK)
                old, new = self._by_id(rows), new & named
            found.append(_differ(new, old, np.arange(first, first + BLOCK), rows))
        whole = Changes.joined(found)
        return whole.take(np.flatnonzero(whole.rows < end))

    def gone(self) -> list[Changes]:
        """Of companies that are there no more, once all rows were found."""
        if self.by_id is None:
            return []
        found = []
        for block, bits, words in self.by_id.gone_blocks():
            old = self._yes(words, self.old_places, self.old.head.rules) & bits
            rows = np.arange(block * BLOCK, (block + 1) * BLOCK)
            found.append(_differ(np.zeros_like(old), old, np.full(BLOCK, -1, np.int64), rows))
        return found

    def _at_place(self, block: int) -> Words:
        self.old.check(block, 1)
        past = self.old.words[block] if block < self.old.head.blocks else np.zeros(self.old.words.shape[1:], np.uint64)
        return self._yes(past, self.old_places, self.old.head.rules)

    def _by_id(self, rows: Ints) -> Words:
        assert self.by_id is not None
        return self.by_id.yes(rows, self.old_places)

    def _yes(self, block: Words, places: Sequence[int], rules: int) -> Words:
        at = np.array(places, np.int64)
        bits: Words = block[1 + at] & block[1 + rules + at]
        bits[at < 0] = 0
        return bits

    def names(self, changes: Changes, kind: pa.DataType) -> Any:
        """The ids of gone companies; null where they are known by a hash alone."""
        assert self.by_id is not None
        return self.by_id.names(changes.old_rows, kind)

    # -- the list

    def change_list(self, path: Path | None, id_type: pa.DataType | None) -> ChangeList:
        return ChangeList(path, [rule for rule, _, _ in self.changed], id_type)

    def as_json(self, changes: ChangeList) -> dict[str, Any]:
        by_id = self.by_id
        return {
            "same_table": self.same_table,
            "compared_by": "place" if by_id is None else "id",
            "evaluated_again": self.again,
            "companies": {"new": self.new, "gone": 0 if by_id is None else int(np.count_nonzero(by_id.gone))},
            "not_compared": {"now": self.nameless, "then": 0 if by_id is None else by_id.nameless},
            "rules": changes.as_json(),
            "to": None if changes.path is None else str(changes.path),
        }


def _differ(new: Words, old: Words, rows: Ints, old_rows: Ints) -> Changes:
    """Of one block, who matches in one of both and not in the other."""
    found = []
    for which, bits in enumerate((new & ~old, old & ~new)):
        rules, at = set_bits(bits)
        found.append(Changes(rows[at], old_rows[at], rules, np.full(len(rules), which, np.int64)))
    return Changes.joined(found)

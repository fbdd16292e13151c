"""The list of companies to notify: who newly matches a rule and who no longer does."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from luodi.files import CannotWrite, settle
from luodi.matching.batch import Ints
from luodi.matching.ids import is_whole

CHANGES: Final = ("newly matching", "no longer matching")
COMPANIES: Final = ("stayed", "new", "gone")


@dataclass(frozen=True)
class Changes:
    """One entry a company and rule: its row now, its row then (-1: there is none), place of the rule, which change."""

    rows: Ints
    old_rows: Ints
    rules: Ints
    which: Ints

    @classmethod
    def joined(cls, parts: "list[Changes]") -> "Changes":
        def whole(name: str) -> Ints:
            return np.concatenate([np.zeros(0, np.int64), *(getattr(part, name) for part in parts)])

        return cls(whole("rows"), whole("old_rows"), whole("rules"), whole("which"))

    def take(self, at: Ints) -> "Changes":
        return Changes(self.rows[at], self.old_rows[at], self.rules[at], self.which[at])

    @property
    def companies(self) -> Ints:
        """By place in `COMPANIES`."""
        return np.where(self.rows < 0, 2, np.where(self.old_rows < 0, 1, 0))


def type_in_list(kind: pa.DataType) -> pa.DataType:
    """The type that ids of a type have in the list."""
    plain = kind.value_type if pa.types.is_dictionary(kind) else kind
    return pa.int64() if is_whole(plain) else plain


class ChangeList:
    """The list as Parquet. `rules`: their ids by place; `id_type`: of the ids in it, where the table has any."""

    def __init__(self, path: Path | None, rules: list[str], id_type: pa.DataType | None) -> None:
        self.rules = rules
        self.counts = np.zeros((len(rules), 2), np.int64)
        self.apart = np.zeros((len(rules), 2), np.int64)  # of these, companies that are new or gone
        self.path, self.id_type = path, id_type
        fields: list[Any] = [("row", pa.int64())] + ([("id", id_type)] if id_type is not None else [])
        more = [("rule", pa.string()), ("change", pa.string()), ("company", pa.string()), ("old_row", pa.int64())]
        self.schema = pa.schema([*fields, *more])
        self.beside = None if path is None else path.with_name(f"{path.name}.partial")
        self.writer = None if path is None else self._open(path)

    def _open(self, path: Path) -> pq.ParquetWriter:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            return pq.ParquetWriter(self.beside, self.schema, compression="zstd")
        except OSError as problem:
            raise CannotWrite.because(problem, path) from None

    def add(self, found: Changes, ids: Callable[[Changes], Any]) -> None:
        """`ids`: gives the id of each entry; asked only where the table has any."""
        np.add.at(self.counts, (found.rules, found.which), 1)
        apart = np.flatnonzero(found.companies)
        np.add.at(self.apart, (found.rules[apart], found.which[apart]), 1)
        if self.writer is None or not len(found.rows):
            return
        found = found.take(np.lexsort((found.which, found.rules, found.old_rows, found.rows)))
        columns = [_rows(found.rows)]
        if self.id_type is not None:
            columns.append(ids(found).cast(self.id_type))
        names = pa.array(self.rules, pa.string())
        columns += [names.take(pa.array(found.rules)), pa.array(CHANGES).take(pa.array(found.which))]
        columns += [pa.array(COMPANIES).take(pa.array(found.companies)), _rows(found.old_rows)]
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

    def as_json(self) -> list[dict[str, Any]]:
        """The rules with changes, counted."""
        columns = zip(self.rules, self.counts.tolist(), self.apart.tolist(), strict=True)
        return [
            {
                "id": rule,
                "newly_matching": gained,
                "no_longer_matching": lost,
                "of_new_companies": new,
                "of_gone_companies": gone,
            }
            for rule, (gained, lost), (new, gone) in columns
            if gained or lost
        ]


def _rows(rows: Ints) -> pa.Array:
    return pa.array(rows, mask=rows < 0)

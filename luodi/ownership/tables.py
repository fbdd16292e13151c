"""Reading a register from a pair of tables, CSV or Parquet: stakes and nodes, checked as a whole.

Stakes have `owner, company, share` and may have `votes, nominee_for, proxy_to, from, to`; nodes have `id, kind` and may
have `group, person, name`. Ids are text or int64. Whatever is wrong is reported with its count and the first places.
"""

from datetime import date
from pathlib import Path
from typing import Any, Final

from luodi.errors import (
    DuplicateKey,
    LuodiError,
    MissingKey,
    OutOfRange,
    UnknownKey,
    UnknownValue,
    UnreadableFile,
    WrongType,
    did_you_mean,
)
from luodi.ownership.interval import parse_share
from luodi.ownership.reading import UnknownNode
from luodi.ownership.register import ORDER, Held, Register

STAKE_COLUMNS: Final = ("owner", "company", "share", "votes", "nominee_for", "proxy_to", "from", "to", "source")
NODE_COLUMNS: Final = ("id", "kind", "group", "person", "name")
_SHOWN: Final = 3


def read_register(stakes: Path, nodes: "Path | Nodes", *, on: date) -> Register:
    """The register of one day. Raises errors that name the file, the column and the first rows that are wrong."""
    numbered = nodes if isinstance(nodes, Nodes) else Nodes(nodes)
    rows = _Rows(_scan(stakes, STAKE_COLUMNS, ("owner", "company", "share")), on, stakes.name)
    owner = numbered.numbers(rows["owner"], stakes.name, "owner")
    company = numbered.numbers(rows["company"], stakes.name, "company")
    if "nominee_for" in rows.columns:
        owner = numbered.instead(owner, rows["nominee_for"], stakes.name, "nominee_for")
    written = rows["share"]
    low, high = _shares(written, stakes.name, "share")
    held = Held(owner, company, low, high, written)
    votes = _votes(rows, held, numbered, stakes.name)
    return Register(
        ids=numbered.ids,
        ends=numbered.ends,
        capital=held,
        votes=votes,
        extras=numbered.extras,
        table=numbered.table,
        first=numbered.first,
        name=stakes.name,
    )


def _votes(rows: "_Rows", held: Held, numbered: "Nodes", name: str) -> Held | None:
    import polars as pl

    columns = rows.columns
    if not columns & {"votes", "proxy_to"}:
        return None
    owner = numbered.instead(held.owner, rows["proxy_to"], name, "proxy_to") if "proxy_to" in columns else held.owner
    if "votes" not in columns:
        return Held(owner, held.company, held.low, held.high, held.written)
    votes, share = (column.cast(pl.String) for column in (rows["votes"], held.written))
    written = pl.select(pl.coalesce(votes, share)).to_series()
    low, high = _shares(written, name, "votes")
    return Held(owner, held.company, low, high, written)


def _scan(path: Path, known: tuple[str, ...], needed: tuple[str, ...]) -> Any:
    """A table that is read when its columns are known to be ours."""
    import polars as pl

    try:
        if path.is_dir() or not path.exists():
            raise UnreadableFile("there is no such file", at=path.name)
        table = pl.scan_csv(path, infer_schema=False) if path.suffix.lower() == ".csv" else pl.scan_parquet(path)
        columns = table.collect_schema().names()
    except (pl.exceptions.PolarsError, OSError) as problem:
        raise UnreadableFile(f"no readable table ({str(problem).splitlines()[0][:200]})", at=path.name) from None
    for column in columns:
        if column not in known:
            raise UnknownKey(f"there is no column `{column}`.{did_you_mean(column, known)}", at=path.name)
    for column in needed:
        if column not in columns:
            raise MissingKey(f"the column `{column}` is missing", at=path.name)
    return table


def _read(table: Any, name: str) -> Any:
    import polars as pl

    try:
        return table.collect(engine="streaming")
    except (pl.exceptions.PolarsError, OSError) as problem:
        raise UnreadableFile(f"no readable table ({str(problem).splitlines()[0][:200]})", at=name) from None


class _Rows:
    """The stakes of one day, from `from` and before `to`: a column is read when it is asked for, so that no more than
    one is in memory beside what was made of the others."""

    def __init__(self, table: Any, on: date, name: str) -> None:
        import polars as pl

        self.name = name
        schema = table.collect_schema()
        self.columns = set(schema.names())
        for column in ("from", "to"):
            if column not in self.columns:
                continue
            kind = schema[column].base_type()
            if kind not in (pl.String, pl.Date, pl.Datetime, pl.Null):
                raise WrongType(f"`{column}` holds {schema[column]}, not days", at=f"{name}, column `{column}`")
            day = pl.col(column)
            if kind == pl.String:
                day = day.replace({"": None}).str.to_date("%Y-%m-%d")
            day = day.cast(pl.Date)
            table = table.filter(day.is_null() | (day <= on if column == "from" else day > on))
        self.table = table

    def __getitem__(self, column: str) -> Any:
        import polars as pl

        found = _read(self.table.select(column), self.name)[column]
        if found.dtype == pl.String and self.name.lower().endswith(".csv"):
            found = found.replace({"": None})
        return found


class Nodes:
    """The nodes, numbered: companies first, then holders by kind, each in the order of the file."""

    def __init__(self, path: Path) -> None:
        import numpy as np
        import polars as pl

        self.name = path.name
        table = _scan(path, NODE_COLUMNS, ("id", "kind"))
        self.ids = _read(table.select("id"), path.name)["id"]
        if self.ids.dtype not in (pl.String, pl.Int64, pl.Int32):
            raise WrongType(f"ids are text or int64, not {self.ids.dtype}", at=f"{path.name}, column `id`")
        ranks = self._ranks(table)
        counts = np.array([int((ranks == place).sum()) for place in range(len(ORDER))]).cumsum()
        self.ends = {kind: int(end) for kind, end in zip(ORDER, counts, strict=True)}
        order = None if bool((ranks[1:] >= ranks[:-1]).all()) else np.argsort(ranks, kind="stable")
        self.ids = self.ids if order is None else self.ids[order]
        named = [name for name in NODE_COLUMNS[2:] if name in table.collect_schema().names()]
        extras = {name: _read(table.select(name), path.name)[name] for name in named}
        self.extras = {name: _extra(c if order is None else c[order], name) for name, c in extras.items()}
        self.first, self.table = self._table()
        self._unique()

    def _ranks(self, table: Any) -> Any:
        import polars as pl

        ranks = {kind.value: place for place, kind in enumerate(ORDER)}
        kinds = pl.col("kind").cast(pl.String)
        number = kinds.replace_strict(ranks, default=None, return_dtype=pl.Int8)
        found = _read(table.select(number), self.name)["kind"]
        if found.null_count():
            place = int(found.is_null().arg_max() or 0)
            word = str(_read(table.select(kinds), self.name)["kind"][place])
            near = did_you_mean(word, ranks)
            at = f"{self.name}, row {place + 1}, column `kind`"
            raise UnknownValue(f"`{word}` is no kind of node ({', '.join(ranks)}).{near}", at=at)
        return found.to_numpy()

    def _table(self) -> tuple[int, Any]:
        """For ids that are numbers and lie close: the number of each, without searching."""
        import numpy as np
        import polars as pl

        if self.ids.dtype == pl.String or not len(self.ids):
            return 0, None
        self.ids = self.ids.cast(pl.Int64)
        first, last = int(self.ids.min()), int(self.ids.max())
        if last - first >= 4 * len(self.ids) + 1000:
            return 0, None
        table = np.full(last - first + 1, -1, np.int32)
        table[self.ids.to_numpy() - first] = np.arange(len(self.ids), dtype=np.int32)
        return first, table

    def _unique(self) -> None:
        if self.ids.null_count():
            raise MissingKey(f"{self.ids.null_count():,} nodes have no id", at=f"{self.name}, column `id`")
        if self.table is not None:
            twice = int((self.table >= 0).sum()) != len(self.ids)
        else:
            twice = self.ids.n_unique() != len(self.ids)
        if twice:
            import polars as pl

            often = self.ids.filter(self.ids.is_duplicated()).unique().head(_SHOWN).cast(pl.String).to_list()
            raise DuplicateKey(f"ids stand twice, such as {', '.join(often)}", at=f"{self.name}, column `id`")

    def numbers(self, ids: Any, name: str, column: str) -> Any:
        """The numbers of a column of ids. Raises `UnknownNode` with the first that the nodes do not have."""
        found, missing = self._find(ids, name, column)
        if missing is not None:
            total = int((found < 0).sum())
            near = did_you_mean(str(ids[missing]), [str(i) for i in self.ids.head(10_000)])
            message = f"`{ids[missing]}` is no node of {self.name}.{near}"
            more = f" ({total:,} such rows)" if total > 1 else ""
            raise UnknownNode(message + more, at=f"{name}, row {missing + 1}, column `{column}`")
        return found

    def _find(self, ids: Any, name: str, column: str) -> tuple[Any, int | None]:
        import numpy as np
        import polars as pl

        if (ids.dtype == pl.String) != (self.ids.dtype == pl.String):
            if self.ids.dtype != pl.String and name.endswith(".csv"):
                ids = ids.cast(self.ids.dtype, strict=False)
            else:
                kinds = f"ids are {ids.dtype} here and {self.ids.dtype} in {self.name}"
                raise WrongType(kinds, at=f"{name}, column `{column}`")
        if self.table is not None and not ids.null_count():
            from luodi.ownership.sweep import translate

            found = np.empty(len(ids), np.int32)
            missing = translate(ids.cast(pl.Int64).to_numpy(), self.first, self.table, found)
            return found, None if missing < 0 else int(missing)
        keys = pl.DataFrame({"id": self.ids, "number": np.arange(len(self.ids), dtype=np.int32)})
        joined = pl.DataFrame({"id": ids.cast(self.ids.dtype)}).join(keys, on="id", how="left", maintain_order="left")
        numbers = joined["number"].fill_null(-1).to_numpy()
        below = numbers < 0
        return numbers, int(below.argmax()) if below.any() else None

    def instead(self, owner: Any, others: Any, name: str, column: str) -> Any:
        """The owners, with those replaced for whom another is named."""
        import numpy as np

        named = others.is_not_null().to_numpy()
        if not named.any():
            return owner
        found = np.array(owner)
        found[named] = self.numbers(others.filter(others.is_not_null()), name, column)
        return found


def _extra(column: Any, name: str) -> Any:
    import polars as pl

    if name == "person" and column.dtype == pl.String:
        return column.replace_strict({"true": True, "false": False, "": None}, default=None, return_dtype=pl.Boolean)
    return column


def _shares(column: Any, name: str, word: str) -> tuple[Any, Any]:
    """Least and greatest share of each row as floats; one array where nothing is open."""
    import numpy as np
    import polars as pl

    at = f"{name}, column `{word}`"
    if column.dtype == pl.String:
        return _written_shares(column, name, word)
    if not column.dtype.is_numeric():
        raise WrongType(f"shares are decimals or text, not {column.dtype}", at=at)
    values = column.cast(pl.Float64)
    open_rows = values.is_null() | values.is_nan()
    known = values.fill_nan(None).fill_null(0.0).to_numpy()
    if len(known) and not (known.min() >= 0.0 and known.max() <= 1.0):
        outside = (known < 0.0) | (known > 1.0)
        _refuse_shares([(int(i), column[int(i)]) for i in np.flatnonzero(outside)[:_SHOWN]], int(outside.sum()), at)
    if not open_rows.any():
        return known, known
    high = np.array(known)
    high[open_rows.to_numpy()] = 1.0
    return known, high


def _refuse_shares(rows: list[tuple[int, Any]], total: int, at: str) -> None:
    shown = ", ".join(f"row {row + 1}: {value}" for row, value in rows)
    raise OutOfRange(f"{total:,} shares lie outside 0 to 1, such as {shown}", at=at)


def _written_shares(column: Any, name: str, word: str) -> tuple[Any, Any]:
    """Each different text is read once; plain decimals are read in one go."""
    import numpy as np
    import polars as pl

    plain = column.cast(pl.Float64, strict=False)
    odd = (plain.is_null() | ~plain.is_between(0.0, 1.0)).fill_null(True)
    low = plain.fill_null(0.0).to_numpy().copy()
    if not odd.any():
        return low, low
    rows = np.flatnonzero(odd.to_numpy())
    texts = column.gather(rows)
    ends: dict[str | None, tuple[float, float]] = {}
    for text in texts.unique().to_list():
        try:
            share = parse_share(text)
        except LuodiError as problem:
            row = int(rows[(texts == text).arg_max() or 0])
            raise problem.located(f"{name}, row {row + 1}, column `{word}`") from None
        ends[text] = float(share.low), float(share.high)
    pairs = [ends[text] for text in texts.to_list()]
    low[rows] = [pair[0] for pair in pairs]
    if all(a == b for a, b in ends.values()):
        return low, low
    high = low.copy()
    high[rows] = [pair[1] for pair in pairs]
    return low, high

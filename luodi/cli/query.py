"""Tables of companies that a database answers with: DuckDB and PostgreSQL, batch by batch."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from luodi.errors import BadInput, UnreadableFile
from luodi.extras import require
from luodi.matching.inputs import of_batches
from luodi.matching.parquet_files import ROWS
from luodi.matching.table import Input
from luodi.message import Message

_POSTGRESQL: Final = ("postgresql://", "postgres://")
_TYPES: Final = {  # PostgreSQL's numbers of its types
    16: pa.bool_(),
    20: pa.int64(),
    21: pa.int16(),
    23: pa.int32(),
    701: pa.float64(),
    1082: pa.date32(),
    25: pa.string(),
    1042: pa.string(),
    1043: pa.string(),
    1009: pa.list_(pa.string()),
    1015: pa.list_(pa.string()),
    2950: pa.string(),
    114: pa.string(),
    3802: pa.string(),
}
_NUMERIC: Final = 1700
_DECIMALS: Final = 9


def query_input(companies: str | None, sql: str) -> Input:
    """The answer of a query: on a PostgreSQL address, a DuckDB file, or DuckDB alone, which reads files by name."""
    if companies is not None and companies.startswith(_POSTGRESQL):
        return _postgresql(companies, sql)
    return _duckdb(companies, sql)


def _duckdb(companies: str | None, sql: str) -> Input:
    require("duckdb", Message("cli.query-on-duckdb"))
    import duckdb

    if companies is not None and not Path(companies).is_file():
        raise UnreadableFile("cli.no-such-database", at=companies)
    try:
        database = duckdb.connect(companies or ":memory:", read_only=companies is not None)
    except duckdb.Error as problem:
        raise UnreadableFile(
            "cli.duckdb-cannot-open-database",
            problem=str(problem).splitlines()[0],
            at=companies or "--query",
        ) from None
    try:
        answer = database.sql(sql)
        if answer is None:
            raise BadInput("cli.no-query", at="--query")
        reader = answer.to_arrow_reader(ROWS)
    except duckdb.Error as problem:
        raise BadInput("cli.duckdb-says", problem=str(problem).splitlines()[0], at="--query") from None
    paths = () if companies is None else (Path(companies),)
    return of_batches("query", reader.schema, reader, paths=paths)


def _postgresql(address: str, sql: str) -> Input:
    require("postgresql", Message("cli.query-on-postgresql"))
    import psycopg

    try:
        connection = psycopg.connect(address)
        cursor = connection.cursor(name="luodi")
        cursor.execute(sql)
    except psycopg.Error as problem:
        raise BadInput("cli.postgresql-says", problem=str(problem).splitlines()[0], at="--query") from None
    schema = pa.schema([(column.name, _type(column)) for column in cursor.description or ()])
    return of_batches("query", schema, _told(_rows(cursor, schema)))


def _type(column: Any) -> pa.DataType:
    if column.type_code == _NUMERIC:
        return pa.decimal128(38, column.scale if column.scale is not None else _DECIMALS)
    found = _TYPES.get(column.type_code)
    if found is None:
        raise BadInput("cli.column-type-not-read", column=column.name, at="--query")
    return found


def _rows(cursor: Any, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    while rows := cursor.fetchmany(ROWS):
        columns = zip(*rows, strict=True)
        arrays = [_array(values, field) for values, field in zip(columns, schema, strict=True)]
        yield pa.record_batch(arrays, schema=schema)


def _told(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """An answer that breaks off, in one sentence."""
    from psycopg import Error

    rows = 0
    try:
        for batch in batches:
            rows += batch.num_rows
            yield batch
    except Error as problem:
        raise BadInput(
            "cli.after-rows-postgresql-says", rows=rows, problem=str(problem).splitlines()[0], at="--query"
        ) from None


def _array(values: tuple[Any, ...], field: pa.Field) -> pa.Array:
    if field.type == pa.string():
        values = tuple(None if value is None else str(value) for value in values)
    try:
        return pa.array(values, field.type)
    except (pa.ArrowException, ValueError, TypeError) as problem:
        raise BadInput(
            "cli.column-does-not-fit", field=field.name, kind=field.type, problem=problem, at="--query"
        ) from None

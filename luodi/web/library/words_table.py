"""The index of words inside the database: FTS5 in SQLite, tsvector with GIN in PostgreSQL, both holding our tokens.

Neither database splits or stems anything here: `tokens` did, so that both find the same. A row has the position of
its text and two columns, the words of the title and all of its words.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from luodi.web.library.tokens import Term, tokens

BATCH: Final = 500
CREATE: Final = {
    "sqlite": (
        "CREATE VIRTUAL TABLE library_words USING fts5("
        "title, body, content='', tokenize='ascii', detail='column', prefix='2 3')",
    ),
    "postgresql": (
        "CREATE TABLE library_words (position integer PRIMARY KEY, title tsvector NOT NULL, body tsvector NOT NULL)",
        # Words lie beside the row, so that reading the positions of many rows reads little.
        "ALTER TABLE library_words ALTER COLUMN title SET STORAGE EXTERNAL, ALTER COLUMN body SET STORAGE EXTERNAL",
        "ALTER TABLE library_words SET (toast_tuple_target = 128)",
        "CREATE INDEX library_words_title ON library_words USING gin (title) WITH (fastupdate = off)",
        "CREATE INDEX library_words_body ON library_words USING gin (body) WITH (fastupdate = off)",
    ),
}
DROP: Final = "DROP TABLE library_words"
_CLEAR: Final = {
    "sqlite": "INSERT INTO library_words(library_words) VALUES ('delete-all')",
    "postgresql": "DELETE FROM library_words",
}
_ANY: Final = {
    "sqlite": "SELECT rowid FROM library_words LIMIT 1",
    "postgresql": "SELECT position FROM library_words LIMIT 1",
}
_INSERT: Final = {
    "sqlite": "INSERT INTO library_words(rowid, title, body) VALUES (%s, %s, %s)",
    "postgresql": "INSERT INTO library_words(position, title, body) VALUES "
    "(%s, array_to_tsvector(%s::text[]), array_to_tsvector(%s::text[]))",
}
#: All positions as one value: a hundred thousand rows would cost more to fetch than to find.
_FIND: Final = {
    "sqlite": "SELECT group_concat(rowid, ' ') FROM library_words WHERE library_words MATCH %s",
    "postgresql": "SELECT string_agg(int4send(position), ''::bytea) FROM library_words WHERE {column} @@ %s::tsquery",
}


def vendor() -> str:
    """Raises `KeyError` later on for a database that is neither of the two."""
    return str(connection.vendor)


def clear() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_CLEAR[vendor()])


def is_empty() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_ANY[vendor()])
        return cursor.fetchone() is None


def write(rows: Iterable[tuple[int, str, str]]) -> None:
    """Put in rows of a position, a title and a body."""
    batch: list[tuple[int, Any, Any]] = []
    for position, title, body in rows:
        batch.append((position, *_columns(title, body)))
        if len(batch) == BATCH:
            _insert(batch)
            batch = []
    _insert(batch)


def _columns(title: str, body: str) -> tuple[Any, Any]:
    first = dict.fromkeys(tokens(title))
    whole = dict.fromkeys([*first, *tokens(body)])
    return (" ".join(first), " ".join(whole)) if vendor() == "sqlite" else (list(first), list(whole))


def _insert(batch: Sequence[tuple[int, Any, Any]]) -> None:
    if batch:
        with connection.cursor() as cursor:
            cursor.executemany(_INSERT[vendor()], batch)


def find(asked: Sequence[Term], column: str) -> NDArray[np.int64]:
    """The positions of the texts that fulfil all wishes, in `title` or in `body` (which has the title's words too).

    No wish finds nothing: what that should mean is for the one who asks.
    """
    if not asked:
        return np.zeros(0, dtype=np.int64)
    sql = _FIND[vendor()].format(column={"title": "title", "body": "body"}[column])
    query = _fts5(asked, column) if vendor() == "sqlite" else _tsquery(asked)
    with connection.cursor() as cursor:
        cursor.execute(sql, [query])
        return _numbers(cursor.fetchone()[0])


def _numbers(packed: Any) -> NDArray[np.int64]:
    if packed is None:
        return np.zeros(0, dtype=np.int64)
    if isinstance(packed, str):
        return np.fromstring(packed, dtype=np.int64, sep=" ")
    return np.frombuffer(packed, dtype=">i4").astype(np.int64)


def _fts5(asked: Sequence[Term], column: str) -> str:
    """Such as `body : (("数据") AND ("cloud" OR "cloud" *))`; tokens are letters and digits, nothing to escape."""
    wishes = " AND ".join(_either(term, " OR ", '"{}"', '"{}" *') for term in asked)
    return f"{column} : ({wishes})"


def _tsquery(asked: Sequence[Term]) -> str:
    return " & ".join(_either(term, " | ", "'{}'", "'{}':*") for term in asked)


def _either(term: Term, joint: str, exact: str, prefix: str) -> str:
    parts = [exact.format(token) for token in term.exact]
    if term.prefix is not None:
        parts.append(prefix.format(term.prefix))
    return f"({joint.join(parts)})"

"""The index of words inside the database: FTS5 in SQLite, lists of positions in PostgreSQL, both holding our tokens.

Neither database splits or stems anything here: `tokens` did, so that both find the same. FTS5 has a row for each text
with two columns, the words of the title and all of its words; PostgreSQL a row for each token, see `postings`.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from luodi.web.library import postings
from luodi.web.library.tokens import Term, tokens

BATCH: Final = 500
CREATE: Final = {
    "sqlite": (
        "CREATE VIRTUAL TABLE library_words USING fts5("
        "title, body, content='', tokenize='ascii', detail='column', prefix='2 3')",
    ),
    "postgresql": postings.CREATE,
}
DROP: Final = "DROP TABLE library_words"
_CLEAR: Final = {
    "sqlite": "INSERT INTO library_words(library_words) VALUES ('delete-all')",
    "postgresql": "DELETE FROM library_words",
}
_ANY: Final = {
    "sqlite": "SELECT rowid FROM library_words LIMIT 1",
    "postgresql": "SELECT token FROM library_words LIMIT 1",
}
_INSERT: Final = "INSERT INTO library_words(rowid, title, body) VALUES (%s, %s, %s)"
#: All positions as one value: a hundred thousand rows would cost more to fetch than to find.
_FIND: Final = "SELECT group_concat(rowid, ' ') FROM library_words WHERE library_words MATCH %s"


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
    """Put in rows of a position, a title and a body, positions ascending."""
    split = ((position, *_columns(title, body)) for position, title, body in rows)
    if vendor() == "postgresql":
        postings.write(split)
        return
    batch: list[tuple[int, str, str]] = []
    for position, first, whole in split:
        batch.append((position, " ".join(first), " ".join(whole)))
        if len(batch) == BATCH:
            _insert(batch)
            batch = []
    _insert(batch)


def _columns(title: str, body: str) -> tuple[list[str], list[str]]:
    first = dict.fromkeys(tokens(title))
    return list(first), list(dict.fromkeys([*first, *tokens(body)]))


def _insert(batch: Sequence[tuple[int, str, str]]) -> None:
    if batch:
        with connection.cursor() as cursor:
            cursor.executemany(_INSERT, batch)


def find(asked: Sequence[Term]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The positions of the texts that fulfil all wishes, anywhere, and of those that do so in their titles alone.

    No wish finds nothing: what that should mean is for the one who asks.
    """
    if not asked:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    if vendor() == "postgresql":
        return postings.find(asked)
    return _positions(_fts5(asked, "body")), _positions(_fts5(asked, "title"))


def _positions(query: str) -> NDArray[np.int64]:
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [query])
        packed = cursor.fetchone()[0]
    return np.zeros(0, dtype=np.int64) if packed is None else np.fromstring(packed, dtype=np.int64, sep=" ")


def _fts5(asked: Sequence[Term], column: str) -> str:
    """Such as `body : (("数据") AND ("cloud" OR "cloud" *))`; tokens are letters and digits, nothing to escape."""
    wishes = " AND ".join(_either(term, " OR ", '"{}"', '"{}" *') for term in asked)
    return f"{column} : ({wishes})"


def _either(term: Term, joint: str, exact: str, prefix: str) -> str:
    parts = [exact.format(token) for token in term.exact]
    if term.prefix is not None:
        parts.append(prefix.format(term.prefix))
    return f"({joint.join(parts)})"

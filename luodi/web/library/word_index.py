"""The index of words in the database: for each token and part of a text the positions, as one packed value.

A row is fetched by its key, and the rows of a query are joined in memory: a common word of a hundred thousand texts is
one value of some hundred kilobytes, where a row for each text would be read row by row. SQLite and PostgreSQL hold the
same rows.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from django.db import connection

from luodi.search.postings import HIGHEST, WHOLE, Row, Split, gathered, is_latin

CREATE: Final = {
    "sqlite": (
        "CREATE TABLE library_words (token text NOT NULL, part integer NOT NULL, positions blob NOT NULL,"
        " PRIMARY KEY (token, part))",
    ),
    "postgresql": (
        'CREATE TABLE library_words (token text COLLATE "C", part smallint, positions bytea NOT NULL,'
        " PRIMARY KEY (token, part))",
        "ALTER TABLE library_words ALTER COLUMN positions SET STORAGE EXTERNAL",  # packed numbers hardly shrink
    ),
}
DROP: Final = "DROP TABLE library_words"
BATCH: Final = 2000
_NUMBERS: Final = np.dtype("<i4")


def clear() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM library_words")


def is_empty() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT token FROM library_words LIMIT 1")
        return cursor.fetchone() is None


def write(splits: Iterable[Split]) -> None:
    """Put in the words of texts, positions ascending."""
    rows = sorted(
        (token, part, np.asarray(positions, dtype=_NUMBERS).tobytes())
        for (token, part), positions in gathered(splits).items()
    )
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy("COPY library_words (token, part, positions) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        for start in range(0, len(rows), BATCH):
            cursor.executemany(
                "INSERT INTO library_words (token, part, positions) VALUES (%s, %s, %s)", rows[start : start + BATCH]
            )


class InDatabase:
    """The index as one state of the database has it; `state` is what the index was made from."""

    def __init__(self, state: Hashable) -> None:
        self.state = state

    def rows(self, exact: Sequence[str], prefixes: Sequence[str]) -> Iterator[Row]:
        """Every row of the tokens, by one request."""
        either = [f"token IN ({', '.join(['%s'] * len(exact))})"] if exact else []
        either += ["token BETWEEN %s AND %s"] * len(prefixes)
        if not either:
            return
        ends = [end for prefix in prefixes for end in (prefix, prefix + HIGHEST)]
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT token, part, positions FROM library_words WHERE {' OR '.join(either)}", [*exact, *ends]
            )
            for token, part, packed in cursor.fetchall():
                yield token, part, np.frombuffer(packed, dtype=_NUMBERS)

    def latin(self) -> Mapping[str, int]:
        return _latin(self.state)


@lru_cache(maxsize=1)
def _latin(state: Hashable) -> dict[str, int]:
    """Read with the first misspelt word, since few questions have one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT token, length(positions) FROM library_words WHERE part = %s AND token BETWEEN 'a' AND '{'", [WHOLE]
        )
        return {token: size // _NUMBERS.itemsize for token, size in cursor.fetchall() if is_latin(token)}

"""The index of words in PostgreSQL: for each token the positions of the texts that have it, as one packed value.

A row is fetched by its key, and wishes are joined in memory: a common word of a hundred thousand texts is one value of
some hundred kilobytes, where a row for each text would be read row by row.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from luodi.web.library.tokens import Term

TITLE, WHOLE = 0, 1  # parts of a text
CREATE: Final = (
    'CREATE TABLE library_words (token text COLLATE "C", part smallint, positions bytea NOT NULL,'
    " PRIMARY KEY (token, part))",
    "ALTER TABLE library_words ALTER COLUMN positions SET STORAGE EXTERNAL",  # packed numbers hardly shrink
)
_NUMBERS: Final = np.dtype("<i4")
_HIGHEST: Final = "\U0010ffff"  # after every other character in the order of the index
Row = tuple[str, int, NDArray[np.int32]]


def write(rows: Iterable[tuple[int, Sequence[str], Sequence[str]]]) -> None:
    """Put in rows of a position, the tokens of its title and all of its tokens; positions ascend."""
    found: dict[tuple[str, int], array[int]] = defaultdict(lambda: array("i"))
    for position, title, whole in rows:
        for part, tokens in ((TITLE, title), (WHOLE, whole)):
            for token in tokens:
                found[token, part].append(position)
    with connection.cursor() as cursor, cursor.copy("COPY library_words (token, part, positions) FROM STDIN") as copy:
        for (token, part), positions in found.items():
            copy.write_row((token, part, np.asarray(positions, dtype=_NUMBERS).tobytes()))


def find(asked: Sequence[Term]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The positions of the texts that fulfil all wishes, and of those that do so in their titles."""
    rows = list(_rows(asked))
    size = max((int(positions[-1]) for _, _, positions in rows), default=-1) + 1
    return _joined(asked, rows, WHOLE, size), _joined(asked, rows, TITLE, size)


def _rows(asked: Sequence[Term]) -> Iterator[Row]:
    """Every row that a wish speaks of, by one request."""
    prefixes = [term.prefix for term in asked if term.prefix is not None]
    ranges = " OR token BETWEEN %s AND %s" * len(prefixes)
    exact = [token for term in asked for token in term.exact]
    ends = [end for prefix in prefixes for end in (prefix, prefix + _HIGHEST)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT token, part, positions FROM library_words WHERE token = ANY(%s){ranges}", [exact, *ends]
        )
        for token, part, packed in cursor.fetchall():
            yield token, part, np.frombuffer(packed, dtype=_NUMBERS)


def _joined(asked: Sequence[Term], rows: Sequence[Row], part: int, size: int) -> NDArray[np.int64]:
    holds = np.ones(size, dtype=bool)
    for term in asked:
        one = np.zeros(size, dtype=bool)
        for token, of, positions in rows:
            if of == part and _fulfils(token, term):
                one[positions] = True
        holds &= one
    return np.flatnonzero(holds)


def _fulfils(token: str, term: Term) -> bool:
    return token in term.exact or (term.prefix is not None and token.startswith(term.prefix))

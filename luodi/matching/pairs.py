"""From bits to rows: every company and rule with an answer other than no, as columns."""

from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from luodi.matching.batch import BLOCK, Ints, Words
from luodi.matching.engine import WORDS

ANSWERS: Final = ("yes", "unknown", "error")
SCHEMA: Final = pa.schema(
    [
        ("row", pa.int64()),
        ("rule", pa.dictionary(pa.int32(), pa.string())),
        ("answer", pa.dictionary(pa.int8(), pa.string())),
    ]
)


def set_bits(bits: Words) -> tuple[Ints, Ints]:
    """Of rows of one block: the row and the place of each set bit, row by row."""
    rows = np.flatnonzero(bits.any(axis=1))
    flags = np.unpackbits(np.ascontiguousarray(bits[rows]).view(np.uint8), bitorder="little").view(np.bool_)
    at = np.flatnonzero(flags)
    return rows[at // BLOCK], at % BLOCK


def pairs_of(first: int, words: Words, rules: pa.Array) -> pa.Table:
    """The pairs of some blocks, by block, answer, rule and row. `first`: the row that the first block begins with."""
    count = len(rules)
    found: list[tuple[Ints, Ints, int]] = []
    for at, block in enumerate(words):
        certain, possible = block[1 : 1 + count], block[1 + count :]
        for answer, bits in enumerate((certain & possible, possible & ~certain, certain & ~possible)):
            if bits.any():
                rule, place = set_bits(bits)
                found.append((place + (first + at * BLOCK), rule, answer))
    if not found:
        return SCHEMA.empty_table()
    answers = np.concatenate([np.full(len(rule), answer, np.int8) for _, rule, answer in found])
    return pa.table(
        [
            pa.array(np.concatenate([row for row, _, _ in found])),
            _named(np.concatenate([rule for _, rule, _ in found]).astype(np.int32), rules),
            _named(answers, pa.array(ANSWERS)),
        ],
        schema=SCHEMA,
    )


def _named(places: NDArray[Any], names: pa.Array) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(places), names)


def columns_of(words: Words, rows: int, names: list[str]) -> pa.Table:
    """A column a rule: true, false, and null where the answer is unknown, an error, or refused."""
    count = len(names)
    by_rule = np.ascontiguousarray(words.transpose(1, 0, 2).reshape(1 + 2 * count, len(words) * WORDS))
    certain, possible = by_rule[1 : 1 + count], by_rule[1 + count :]
    valid = ~(certain ^ possible) & by_rule[0]
    arrays = [
        pa.Array.from_buffers(pa.bool_(), rows, [pa.py_buffer(valid[at]), pa.py_buffer(certain[at])])
        for at in range(count)
    ]
    return pa.table(arrays, names=names)

"""Companies that stand twice or have no name: by a hash of their id, in parts that go to the disk when they grow, so
that memory stays small."""

import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from luodi.errors import WrongType
from luodi.files import CannotWrite
from luodi.matching.batch import BLOCK, Flags, Ints, Words, pack, unpack

_PARTS: Final = 64
_IN_MEMORY: Final = 1 << 16  # bytes of a part before it goes to the disk
_SHOWN: Final = 10  # rows that a report shows
_SHIFT: Final = np.uint64(58)
_MIX: Final = np.uint64(0x9E3779B97F4A7C15)
_UNMIX: Final = np.uint64(pow(0x9E3779B97F4A7C15, -1, 1 << 64))
_WEIGHTS: Final = np.array(
    [int.from_bytes(sha256(f"luodi id {at}".encode()).digest()[:8], "little") | 1 for at in range(64)], np.uint64
)
_LOW_BYTES: Final = np.array([(1 << 8 * size) - 1 for size in range(9)], np.uint64)


@dataclass(frozen=True)
class Twice:
    """How many rows have an id that stood before, the first of them with the row where it did; how many have none."""

    count: int = 0
    first: tuple[tuple[int, int], ...] = ()
    nameless: int = 0
    first_nameless: tuple[int, ...] = ()


@dataclass(frozen=True)
class Hashed:
    """Of one batch: hash and row of each id, by part; the rows that have none."""

    both: Words
    nameless: Ints


def check_id_type(column: str, kind: pa.DataType) -> None:
    """Raises `WrongType` for a column that cannot name a company."""
    plain = kind.value_type if pa.types.is_dictionary(kind) else kind
    if pa.types.is_nested(plain) and not isinstance(plain, pa.ExtensionType):
        raise WrongType("matching.column-type-id-text-or", column=column, kind=kind)


class Ids:
    """Takes ids batch by batch; `twice` then says which rows have an id that stood before."""

    def __init__(self) -> None:
        self.nameless, self.first_nameless = 0, list[int]()
        self.parts: list[IO[bytes]] = [tempfile.SpooledTemporaryFile(_IN_MEMORY) for _ in range(_PARTS)]  # noqa: SIM115

    def sorted(self, hashes: Words, known: Flags, first: int) -> Hashed:
        """Hash and row of each id, by part; from any thread. `first`: the row of the first id."""
        rows = np.arange(first, first + len(hashes), dtype=np.uint64)
        nameless = np.zeros(0, np.int64)
        if not known.all():
            nameless = rows[~known].astype(np.int64)
            hashes, rows = hashes[known], rows[known]
        order = np.argsort((hashes >> _SHIFT).astype(np.uint8), kind="stable")
        return Hashed(np.stack([hashes[order], rows[order]], axis=1), nameless)

    def add(self, hashed: Hashed) -> None:
        """Batches in the order of their rows."""
        both = hashed.both
        ends = np.searchsorted(both[:, 0] >> _SHIFT, np.arange(_PARTS + 1, dtype=np.uint64))
        try:
            for at, file in enumerate(self.parts):
                file.write(both[ends[at] : ends[at + 1]].tobytes())
        except OSError as problem:
            raise CannotWrite.because(problem, Path(tempfile.gettempdir())) from None
        self.nameless += len(hashed.nameless)
        self.first_nameless += hashed.nameless[: _SHOWN - len(self.first_nameless)].tolist()

    def twice(self) -> Twice:
        count, first = 0, np.zeros((0, 2), np.int64)
        for file in self.parts:
            file.seek(0)
            both = np.frombuffer(file.read(), np.uint64).reshape(-1, 2)
            ordered = np.sort(both[:, 0])
            if not (ordered[1:] == ordered[:-1]).any():
                continue  # as a rule nobody stands twice, and this is seen soonest
            order = np.lexsort((both[:, 1], both[:, 0]))
            hashes, rows = both[order, 0], both[order, 1].astype(np.int64)
            same = np.flatnonzero(hashes[1:] == hashes[:-1]) + 1
            count += len(same)
            same = same[np.argsort(rows[same], kind="stable")[:_SHOWN]]
            pairs = np.stack([rows[same], rows[np.searchsorted(hashes, hashes[same])]], axis=1)
            first = np.concatenate([first, pairs])
        first = first[np.argsort(first[:, 0], kind="stable")[:_SHOWN]]
        shown = tuple((int(row), int(before)) for row, before in first)
        return Twice(count, shown, self.nameless, tuple(self.first_nameless))

    def ordered(self) -> Iterator[tuple[Words, Words]]:
        """Hashes and rows, a part at a time: by hash, and where these are equal by row."""
        for file in self.parts:
            file.seek(0)
            both = np.frombuffer(file.read(), np.uint64).reshape(-1, 2)
            order = np.lexsort((both[:, 1], both[:, 0]))
            yield both[order, 0], both[order, 1]

    def close(self) -> None:
        for file in self.parts:
            with suppress(OSError):  # what a full disk did not take
                file.close()


def _bytes(ids: pa.ChunkedArray) -> pa.ChunkedArray:
    """Ids as bytes: two are the same where their texts are."""
    kind = ids.type.value_type if pa.types.is_dictionary(ids.type) else ids.type
    if isinstance(kind, pa.BaseExtensionType):
        ids, kind = pa.chunked_array([chunk.storage for chunk in ids.chunks], kind.storage_type), kind.storage_type
    is_binary = pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind)
    if is_binary or pa.types.is_binary_view(kind):
        return ids.cast(kind).cast(pa.large_binary())
    return ids.cast(pa.large_string()).cast(pa.large_binary())


# ---- hashes, which stand in files of blocks: they may not change without the version of those


def is_whole(kind: pa.DataType) -> bool:
    """Whether ids of a type are hashed as whole numbers of 64 bits, and not as texts."""
    return bool(pa.types.is_integer(kind)) and not pa.types.is_uint64(kind)


def hashes_of(ids: pa.ChunkedArray, *, whole: bool) -> tuple[Words, Flags]:
    """A hash of each id, 0 where it is blank; which rows have one. `whole`: numbers are hashed as such.

    Of a whole number the hash is the number times a constant, so that `wholes` has it back.
    """
    known = pc.is_valid(ids).to_numpy()
    if whole:
        return pc.fill_null(ids, 0).cast(pa.int64()).to_numpy().view(np.uint64) * _MIX, known
    text = pc.fill_null(_bytes(ids), b"").combine_chunks()
    text = text.combine_chunks() if isinstance(text, pa.ChunkedArray) else text
    return _text_hashes(text), known & (pc.binary_length(text).to_numpy() > 0)


def wholes(hashes: Words) -> Ints:
    """The whole numbers whose hashes these are."""
    return (hashes * _UNMIX).view(np.int64)


def _text_hashes(text: pa.Array) -> Words:
    """Every eight bytes times a weight of their place: texts of one length differ wherever only one of these do."""
    starts = np.frombuffer(text.buffers()[1], np.int64)[text.offset : text.offset + len(text) + 1]
    data = np.frombuffer(text.buffers()[2] or b"", np.uint8)[starts[0] : starts[-1]]
    data = np.concatenate([data, np.zeros(8, np.uint8)])
    word_at: Words = np.ndarray((len(data) - 7,), "<u8", data, strides=(1,))  # the word from any byte on
    lengths, starts = np.diff(starts), starts[:-1] - starts[0]
    found = lengths.astype(np.uint64) * _MIX
    for place in range(0, int(lengths.max(initial=0)), 8):
        long_enough = slice(None) if lengths.min() > place else np.flatnonzero(lengths > place)
        left = np.minimum(lengths[long_enough] - place, 8)
        word = word_at[starts[long_enough] + place] & _LOW_BYTES[left]
        so_far = (found[long_enough] + word) * _WEIGHTS[place // 8 % len(_WEIGHTS)]
        found[long_enough] = so_far ^ (so_far >> np.uint64(29))
    return found * _MIX


# ---- as rows of a block


ROWS_OF_IDS: Final = 65  # of 1,024 bytes: 64 of hashes, and one of bits that says who has an id


def rows_of_ids(hashes: Words, known: Flags, *, before: int = 0) -> Words:
    """What blocks keep of ids; `before`: rows of the first block that others fill in."""
    blocks = -(-(before + len(hashes)) // BLOCK)
    rows = np.zeros((blocks, ROWS_OF_IDS, BLOCK // 64), np.uint64)
    inside, flags = np.zeros(blocks * BLOCK, np.uint64), np.zeros(blocks * BLOCK, np.bool_)
    inside[before : before + len(hashes)] = np.where(known, hashes, 0)
    flags[before : before + len(hashes)] = known
    rows[:, :-1] = inside.reshape(blocks, ROWS_OF_IDS - 1, -1)
    rows[:, -1] = pack(flags).view(np.uint64).reshape(blocks, -1)
    return rows


def ids_of_rows(rows: Words) -> tuple[Words, Flags]:
    """Hash, and whether there is an id, of every row of some blocks."""
    hashes = np.ascontiguousarray(rows[:, :-1]).reshape(-1)
    bits = np.ascontiguousarray(rows[:, -1]).view(np.uint8).reshape(-1)
    return hashes, unpack(bits, len(hashes))

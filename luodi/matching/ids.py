"""Companies that stand twice: by a hash of their id, sorted into parts on disk, so that memory stays small."""

import tempfile
from collections.abc import Iterator
from contextlib import suppress
from typing import IO, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from luodi.matching.batch import Words

_PARTS: Final = 64
_SHIFT: Final = np.uint64(58)
_MIX: Final = np.uint64(0x9E3779B97F4A7C15)
_LOW_BYTES: Final = np.array([(1 << 8 * size) - 1 for size in range(9)], np.uint64)


class Ids:
    """Takes ids batch by batch; `twice` then gives each row whose id stood before, with the row where it did."""

    def __init__(self) -> None:
        self.parts: list[IO[bytes]] = [tempfile.TemporaryFile() for _ in range(_PARTS)]  # noqa: SIM115
        self.weights = np.random.default_rng(20260302).integers(1, 1 << 63, 64, np.uint64) | np.uint64(1)

    def sorted(self, ids: pa.ChunkedArray, first: int) -> Words:
        """Hash and row of each id, by part; from any thread. `first`: the row of the first id."""
        hashes, known = self._hashes(ids)
        rows = np.arange(first, first + len(hashes), dtype=np.uint64)
        if not known.all():
            hashes, rows = hashes[known], rows[known]
        order = np.argsort((hashes >> _SHIFT).astype(np.uint8), kind="stable")
        return np.stack([hashes[order], rows[order]], axis=1)

    def add(self, both: Words) -> None:
        ends = np.searchsorted(both[:, 0] >> _SHIFT, np.arange(_PARTS + 1, dtype=np.uint64))
        for at, file in enumerate(self.parts):
            file.write(both[ends[at] : ends[at + 1]].tobytes())

    def _hashes(self, ids: pa.ChunkedArray) -> tuple[Words, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
        known = pc.is_valid(ids).to_numpy()
        if pa.types.is_integer(ids.type):
            return pc.fill_null(ids, 0).cast(pa.int64(), safe=False).to_numpy().view(np.uint64) * _MIX, known
        text = pc.fill_null(ids.cast(pa.large_string()), "").combine_chunks()
        text = text.combine_chunks() if isinstance(text, pa.ChunkedArray) else text
        return self._text_hashes(text), known & (pc.binary_length(text).to_numpy() > 0)

    def _text_hashes(self, text: pa.Array) -> Words:
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
            so_far = (found[long_enough] + word) * self.weights[place // 8 % len(self.weights)]
            found[long_enough] = so_far ^ (so_far >> np.uint64(29))
        return found * _MIX

    def twice(self) -> Iterator[tuple[int, int]]:
        for file in self.parts:
            file.seek(0)
            both = np.frombuffer(file.read(), np.uint64).reshape(-1, 2)
            ordered = np.sort(both[:, 0])
            if not (ordered[1:] == ordered[:-1]).any():
                continue  # as a rule nobody stands twice, and this is seen soonest
            order = np.lexsort((both[:, 1], both[:, 0]))
            hashes, rows = both[order, 0], both[order, 1]
            same = np.flatnonzero(hashes[1:] == hashes[:-1]) + 1
            first = np.searchsorted(hashes, hashes[same])
            yield from zip(rows[same].tolist(), rows[first].tolist(), strict=True)

    def close(self) -> None:
        for file in self.parts:
            with suppress(OSError):  # what a full disk did not take
                file.close()

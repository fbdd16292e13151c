"""Answers as bits on disk, block by block: made to be written as fast as they are found, and read by anything.

The file: 4,096 bytes of head, the blocks, then a JSON document that says what they are. A block is 1 + 2 * rules rows
of bits, each 1,024 bytes, one bit a company, the first company lowest: `answered`, then `certain` of every rule, then
`possible` of every rule; behind them, where the table names its companies, a 64-bit hash of each name. Of a company
and rule

    certain and possible: yes    possible alone: unknown    neither: no    certain alone: the rule is in error

and where `answered` is not set the company was refused, or the row does not exist. Byte by byte, with an example and a
reader of twenty lines that needs nothing of ours: docs/methods/matching.md.
"""

import json
import os
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import numpy as np
from zlib_ng import zlib_ng as zlib  # the CRC-32 of zlib, four times as fast

from luodi.errors import OutOfRange, UnknownKey, UnreadableFile, did_you_mean
from luodi.matching.batch import BLOCK, Flags, Ints, Words, unpack
from luodi.matching.engine import WORDS, Counts
from luodi.matching.ids import ROWS_OF_IDS
from luodi.message import Message, system_words

MAGIC: Final = b"LUODIBLK"
VERSION: Final = 2
HEAD: Final = 4096
ANSWERS: Final = ("no", "unknown", "error", "yes")  # by possible + 2 * certain


@dataclass(frozen=True)
class Head:
    """What a reader has to know before the blocks."""

    rules: int
    blocks: int
    rows: int
    document_at: int
    document_size: int
    document_hash: bytes
    has_ids: bool

    def packed(self) -> bytes:
        numbers = (VERSION, BLOCK, self.rules, self.blocks, self.rows, self.document_at, self.document_size)
        words = b"".join(number.to_bytes(8, "little") for number in numbers)
        ids = (ROWS_OF_IDS * self.has_ids).to_bytes(8, "little")
        return (MAGIC + words + self.document_hash + ids).ljust(HEAD, b"\0")

    @classmethod
    def read(cls, raw: bytes, name: str) -> "Head":
        numbers = [int.from_bytes(raw[at : at + 8], "little") for at in range(8, 64, 8)]
        if raw[:8] != MAGIC or len(raw) < HEAD:
            raise UnreadableFile("matching.no-file-blocks", at=name)
        if numbers[:2] != [VERSION, BLOCK]:
            raise UnreadableFile(_other_version(numbers[0]), at=name)
        rules, blocks, rows, document_at, size = numbers[2:]
        ids = int.from_bytes(raw[96:104], "little")
        head = cls(rules, blocks, rows, document_at, size, raw[64:96], bool(ids))
        end = HEAD + blocks * block_bytes(rules, ids=bool(ids))
        if blocks != -(-rows // BLOCK) or document_at != end or ids not in (0, ROWS_OF_IDS):
            raise UnreadableFile("matching.head-blocks-damaged", at=name)
        return head


def _other_version(version: int) -> str:
    advice = (
        Message("matching.ask-whole-result-once-more-2")
        if version < VERSION
        else Message("matching.newer-luodi-wrote-them")
    )
    return Message("matching.blocks-version-reader-knows", version=version, version2=VERSION, advice=advice)


def block_bytes(rules: int, *, ids: bool = False) -> int:
    """`ids`: whether blocks keep who the companies are."""
    return (1 + 2 * rules + ROWS_OF_IDS * ids) * WORDS * 8


class Writer:
    """Blocks into an open file, in any order and from many threads; `finish` makes it readable."""

    def __init__(self, file: int, rules: int, *, ids: bool) -> None:
        self.file, self.rules, self.ids, self.size = file, rules, ids, block_bytes(rules, ids=ids)
        self.checks: dict[int, int] = {}
        self.lock = threading.Lock()

    def put(self, first: int, words: Words) -> None:
        """Whole blocks from block `first` on, with what they keep of ids."""
        checks = {first + at: zlib.crc32(block) for at, block in enumerate(words)}
        with self.lock:
            self.checks.update(checks)
        self._write(words.view(np.uint8).reshape(-1).data, HEAD + first * self.size)

    def finish(self, rows: int, document: Mapping[str, Any]) -> None:
        blocks = -(-rows // BLOCK)
        checks = [self._check(block) for block in range(blocks)]
        text = json.dumps({**document, "crc32": checks}, ensure_ascii=False).encode()
        head = Head(self.rules, blocks, rows, HEAD + blocks * self.size, len(text), sha256(text).digest(), self.ids)
        self._write(text, head.document_at)
        os.ftruncate(self.file, head.document_at + len(text))
        self._write(head.packed(), 0)

    def _write(self, data: Any, at: int) -> None:
        view = memoryview(data)
        while view:
            written = os.pwrite(self.file, view, at)
            view, at = view[written:], at + written

    def _check(self, block: int) -> int:
        """Of a block of this run, or of an earlier one that this run went on from."""
        found = self.checks.get(block)
        return zlib.crc32(os.pread(self.file, self.size, HEAD + block * self.size)) if found is None else found


class Blocks:
    """A file of answers, mapped into memory: only what is asked is read."""

    def __init__(self, path: Path) -> None:
        self.path, self.name = path, str(path)
        try:
            with path.open("rb") as file:
                self.head = Head.read(file.read(HEAD), self.name)
                file.seek(self.head.document_at)
                text = file.read(self.head.document_size)
            shape = (self.head.blocks, block_bytes(self.head.rules, ids=self.head.has_ids) // (WORDS * 8), WORDS)
            if self.head.blocks:
                self.whole: Words = np.memmap(path, np.uint64, "r", HEAD, shape)
            else:
                self.whole = np.zeros(shape, np.uint64)
        except OSError as problem:
            raise UnreadableFile("matching.cannot-read", problem=system_words(problem), at=self.name) from None
        except (ValueError, OverflowError):
            raise UnreadableFile("matching.file-cut-off", at=self.name) from None
        if len(text) != self.head.document_size:
            raise UnreadableFile("matching.file-cut-off", at=self.name)
        if sha256(text).digest() != self.head.document_hash:
            raise UnreadableFile("matching.what-file-says-itself-damaged", at=self.name)
        self.document: dict[str, Any] = json.loads(text)
        if (self.document["rows"], len(self.document["rules"])) != (self.head.rows, self.head.rules):
            raise UnreadableFile("matching.head-blocks-damaged", at=self.name)
        self.checked: set[int] = set()
        rows = 1 + 2 * self.head.rules
        self.words, self.ids = self.whole[:, :rows], self.whole[:, rows:]

    def check(self, first: int = 0, blocks: int | None = None) -> None:
        """Read blocks and compare them with their checksums; all of them if left out. Raises `UnreadableFile`."""
        until = self.head.blocks if blocks is None else min(first + blocks, self.head.blocks)
        for block in range(first, until):
            if block in self.checked:
                continue
            if zlib.crc32(self.whole[block].data) != self.document["crc32"][block]:
                last = min((block + 1) * BLOCK, self.rows) - 1
                raise UnreadableFile(
                    "matching.block-rows-damaged", block=block, block2=block * BLOCK, last=last, at=self.name
                )
            self.checked.add(block)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, at: TracebackType | None
    ) -> None:
        del self.words, self.ids, self.whole

    @property
    def rows(self) -> int:
        return self.head.rows

    @property
    def rules(self) -> tuple[str, ...]:
        """The ids of the rules, in the order of the bits."""
        return tuple(rule["id"] for rule in self.document["rules"])

    @property
    def fingerprints(self) -> dict[str, str]:
        """What each rule asked: equal where it asks the same."""
        return {rule["id"]: rule["fingerprint"] for rule in self.document["rules"]}

    def _place(self, rule: str) -> int:
        if rule not in self.rules:
            raise UnknownKey("matching.no-rule-file", rule=rule, meant=did_you_mean(rule, self.rules), at=self.name)
        return self.rules.index(rule)

    def _flags(self, row: int) -> Flags:
        packed = np.ascontiguousarray(self.words[:, row]).view(np.uint8).reshape(-1)
        return unpack(packed, self.rows)

    def answered(self) -> Flags:
        """For each company whether it was answered at all."""
        return self._flags(0)

    def certain(self, rule: str) -> Flags:
        return self._flags(1 + self._place(rule))

    def possible(self, rule: str) -> Flags:
        return self._flags(1 + self.head.rules + self._place(rule))

    def yes(self, rule: str) -> Ints:
        """The rows that match, from 0."""
        return np.flatnonzero(self.certain(rule) & self.possible(rule))

    def unknown(self, rule: str) -> Ints:
        """The rows of which facts are missing."""
        return np.flatnonzero(self.possible(rule) & ~self.certain(rule))

    def answers(self, row: int) -> dict[str, str] | None:
        """What every rule says of one company; None where it was refused."""
        if not 0 <= row < self.rows:
            raise OutOfRange("matching.no-row", row=row, rows=self.rows, at=self.name)
        block, inside = divmod(row, BLOCK)
        self.check(block, 1)
        bits = self.words[block, :, inside // 64] >> np.uint64(inside % 64) & np.uint64(1)
        if not bits[0]:
            return None
        pairs = zip(bits[1 : 1 + self.head.rules], bits[1 + self.head.rules :], strict=True)
        return {rule: ANSWERS[int(p + 2 * c)] for rule, (c, p) in zip(self.rules, pairs, strict=True)}

    def counts(self) -> Counts:
        found = Counts.none(self.head.rules)
        for _, words in self:
            found.add(counted(words))
        found.refused = self.rows - found.rows
        return found

    def __iter__(self) -> Iterator[tuple[int, Words]]:
        """Each block with the first of its rows. Raises `UnreadableFile` for a damaged one."""
        for block in range(self.head.blocks):
            self.check(block, 1)
            yield block * BLOCK, self.words[block : block + 1]


def counted(words: Words) -> Counts:
    """The answers in some blocks."""
    rules = (words.shape[1] - 1) // 2
    certain, possible = words[:, 1 : 1 + rules], words[:, 1 + rules :]

    def count(bits: Words) -> Ints:
        found: Ints = np.bitwise_count(bits).sum(axis=(0, 2), dtype=np.int64)
        return found

    yes = count(certain & possible)
    return Counts(yes, count(possible) - yes, count(certain) - yes, int(np.bitwise_count(words[:, 0]).sum()))


def read(path: Path | str) -> Blocks:
    """Open a file of blocks.

    >>> with read("answers.blocks") as found:   # doctest: +SKIP
    ...     found.yes("bj-b13-2021"), found.answers(17)
    """
    return Blocks(Path(path))

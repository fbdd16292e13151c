"""The file of blocks as its page describes it: read with nothing but the page."""

import re
import struct
import zlib
from datetime import date
from hashlib import sha256
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from luodi.matching.asked import Out, RunOptions, compiled
from luodi.matching.batch import BLOCK
from luodi.matching.derived import derivations_of
from luodi.matching.ids import hashes_of, wholes
from luodi.matching.inputs import open_input
from luodi.matching.run import bulk
from luodi.matching.test_run import companies, expected, word, write_book
from luodi.rules.book_reading import read_book
from luodi.rules.library import book_names, load_book

DAY = date(2026, 3, 2)
PAGE = (Path(__file__).parents[2] / "docs" / "methods" / "matching.md").read_text(encoding="utf-8")


@pytest.fixture
def answers():
    """The reader that stands on the page."""
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.S)
    home = {}
    exec(code, home)
    return home["answers"]


def test_the_reader_on_the_page_reads_what_the_walk_says(answers, tmp_path):
    import pyarrow.parquet as pq

    rows = 2 * BLOCK + 100
    pq.write_table(companies(rows), tmp_path / "c.parquet")
    options = RunOptions(DAY, Out.BLOCKS, to=tmp_path / "a.blocks")
    bulk(write_book(tmp_path / "book"), open_input(tmp_path / "c.parquet"), options)
    wanted = {rule: [word(truth) for truth in truths] for rule, truths in expected(rows).items()}
    assert answers(tmp_path / "a.blocks") == wanted


@pytest.fixture
def example(tmp_path):
    """The example of the page, made."""
    folder = tmp_path / "book"
    (folder / "rules").mkdir(parents=True)
    (folder / "book.yaml").write_text(
        "id: little\ntitle: little\nversion: '1'\nattributes:\n- {name: employees, type: integer}\n"
        "- {name: size, type: enum, allowed: [large, small]}\n"
    )
    rules = re.search(r"\(`(\w+)`: `(.+?)`, `(\w+)`: `(.+?)`\)", PAGE).groups()
    text = "".join(
        f"- {{id: {name}, title: r, basis: b, when: ['{clause}']}}\n"
        for name, clause in zip(rules[::2], rules[1::2], strict=True)
    )
    (folder / "rules" / "all.yaml").write_text(text)
    (table,) = re.findall(r"```text\n(id,.*?)```", PAGE, re.S)
    (tmp_path / "c.csv").write_text(table)
    options = RunOptions(DAY, Out.BLOCKS, to=tmp_path / "a.blocks", rejects=tmp_path / "r")
    bulk(read_book(folder, None), open_input(tmp_path / "c.csv"), options)
    return tmp_path / "a.blocks"


def test_every_byte_of_the_example_is_where_the_page_says(example, answers):
    raw = example.read_bytes()
    _, _, _, rules, blocks, rows, at, size = struct.unpack_from("<8s7Q", raw)
    assert (rules, blocks, rows, at, len(raw)) == (2, 1, 4, 75_776, 75_776 + size)
    assert "4,096 + 71,680 = 75,776" in PAGE
    assert raw[96:4096] == (65).to_bytes(8, "little") + bytes(3992)
    rows_of_bits = re.findall(r"^\| ((?:answered|certain|possible|named).*?) \| `(\w\w)` \|", PAGE, re.M)
    assert len(rows_of_bits) == 6
    for place, (name, byte) in zip([0, 1, 2, 3, 4, 69], rows_of_bits, strict=True):
        row = raw[4096 + place * 1024 : 4096 + (place + 1) * 1024]
        assert row == bytes.fromhex(byte).ljust(1024, b"\0"), name
    assert answers(example) == {"many": ["yes", "unknown", "no", None], "large": ["yes", "no", "unknown", None]}


def hash_of_the_page(text):
    """What the page says in words, once more in Python."""
    mix, mask = 0x9E3779B97F4A7C15, (1 << 64) - 1
    assert f"`{mix:X}`" in PAGE
    found = len(text) * mix & mask
    for at in range(0, len(text), 8):
        weight = int.from_bytes(sha256(f"luodi id {at // 8 % 64}".encode()).digest()[:8], "little") | 1
        found = (found + int.from_bytes(text[at : at + 8], "little")) * weight & mask
        found ^= found >> 29
    return found * mix & mask


def test_hashes_of_ids_are_those_of_the_page(example):
    raw = example.read_bytes()
    hashes = [hash_of_the_page(name) for name in (b"a", b"b", b"c", b"d")]
    assert struct.unpack_from("<4Q", raw, 9216) == tuple(hashes)
    assert raw[9216 + 32 : 9216 + 65_536] == bytes(65_504)
    assert f"`{hashes[0]:016X}`: at byte 4,096 + 5,120 = 9,216" in PAGE
    for text in (b"", b"91110000M", "公司".encode() * 99, b"x" * 16):
        assert hashes_of(pa.chunked_array([[text]]), whole=False)[0][0] == hash_of_the_page(text)
    wanted = [number * 0x9E3779B97F4A7C15 % 2**64 for number in (7, -7)]
    found, _ = hashes_of(pa.chunked_array([[7, -7]]), whole=True)
    assert (found.tolist(), wholes(found).tolist()) == (wanted, [7, -7])


def test_checks_are_those_of_the_page(example):
    raw = example.read_bytes()
    at, size = struct.unpack_from("<2Q", raw, 48)
    assert raw[64:96] == sha256(raw[at : at + size]).digest()
    assert f'"crc32": [{zlib.crc32(raw[4096:at])}]'.encode() in raw[at:]


@pytest.mark.parametrize("at", [5_000, 10_000])
def test_a_reader_notices_a_bit_that_fell_over(example, answers, at):
    raw = bytearray(example.read_bytes())
    raw[at] ^= 1
    example.write_bytes(raw)
    with pytest.raises(AssertionError):
        answers(example)


def test_the_table_of_books_on_the_page_is_true():
    found = {}
    for name in book_names():
        book = load_book(name)
        if book.rules:
            program = compiled(book, DAY, derivations_of(book, DAY))
            assert not program.refused, name
            found[name] = (len(program.rules), len(program.literals), len(program.nodes), program.rows)
    rows = re.findall(r"^ +\| ([a-z-]+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", PAGE, re.M)
    assert {name: tuple(map(int, numbers)) for name, *numbers in rows} == found


def test_numbers_of_the_page_are_those_of_the_code():
    from luodi.matching import blocks

    assert (blocks.HEAD, BLOCK, blocks.VERSION, np.dtype(np.uint64).itemsize * blocks.WORDS) == (4096, 8192, 2, 1024)

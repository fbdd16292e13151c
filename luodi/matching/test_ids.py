"""Ids become hashes: equal where they are, and nowhere else among many alike."""

import numpy as np
import pyarrow as pa
import pytest

from luodi.matching.ids import hashes_of


def hashes(texts):
    return hashes_of(pa.chunked_array([pa.array(texts)]), whole=False)[0]


@pytest.mark.parametrize("length", [1, 7, 8, 9, 15, 16, 17, 18, 64, 700])
def test_texts_that_differ_in_one_byte_have_different_hashes(length):
    plain = "0" * length
    texts = [plain, *(plain[:at] + letter + plain[at + 1 :] for at in range(length) for letter in "19AZ")]
    assert len(set(hashes(texts).tolist())) == len(texts)


def test_a_text_and_its_beginnings_have_different_hashes():
    texts = ["\0" * length for length in range(1, 40)] + ["公司" * length for length in range(1, 40)]
    assert len(set(hashes(texts).tolist())) == len(texts)


def test_a_hash_depends_on_the_text_and_not_on_what_stands_around_it():
    texts = ["91110000M000000001", "9", "", "91110000M0000000012", "公司", "9111000"]
    together = hashes(texts).tolist()
    assert together == [hashes([text])[0] for text in texts]
    whole = pa.array(["before", *texts, "after"])
    assert hashes_of(pa.chunked_array([whole.slice(1, len(texts))]), whole=False)[0].tolist() == together


def test_a_million_ids_that_count_up_have_a_million_hashes():
    texts = np.char.mod("91110000M%09d", np.arange(1_000_000)).tolist()
    assert len(np.unique(hashes(texts))) == 1_000_000

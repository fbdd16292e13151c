"""Ids of tables, sparse or close, numbers or texts, are found where they first stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("numba")
pytest.importorskip("pyarrow")
pytest.importorskip("polars")
import pyarrow as pa

from luodi.ownership.ids import Ids


@pytest.mark.parametrize("numbers", [[5, 9, 5_000_000_000, -7], [3, 1, 2, 0]])
def test_sparse_and_close_numbers_are_found(numbers):
    ids = Ids(pa.array(numbers))
    asked = pa.chunked_array([[numbers[2], None, 77], [numbers[0]]], pa.int64())
    assert (ids.find(asked).tolist(), ids.doubles.tolist()) == ([2, -1, -1, 0], [])


@given(st.lists(st.text(max_size=3)), st.lists(st.text(max_size=3)))
def test_texts_are_found_where_they_first_stand(texts, asked):
    ids = Ids(pa.array(texts, pa.large_string()))
    first = {}
    doubles = [place for place, text in enumerate(texts) if first.setdefault(text, place) != place]
    assert ids.find(pa.array(asked, pa.string())).tolist() == [first.get(text, -1) for text in asked]
    assert ids.doubles.tolist() == doubles

"""Room for what is worked on: enough for any book, and let go of as soon as rows are answered."""

import gc
import weakref
from itertools import combinations

import pyarrow as pa
import pytest

from luodi.matching.asked import Asked, RunOptions
from luodi.matching.coding import Coder
from luodi.matching.compile import compile_rules
from luodi.matching.conftest import in_columns, table_of, walked
from luodi.matching.kernel_numba import GROUP, Numba
from luodi.profiles.facts import Facts
from luodi.rules.library import load_book
from luodi.rules.lower import lower
from luodi.rules.strategies import DAY, WORDS, rule_of


def asking_one_set(count):
    """Rules that ask one set in that many ways."""
    pairs = list(combinations([f"m{at}" for at in range(32)], 2))[:count]
    texts = [f'scope.exists(s, s in ["{one}", "{other}"])' for one, other in pairs]
    return tuple(rule_of([lower(text, WORDS)], id=text) for text in texts)


def test_a_set_may_be_asked_in_any_number_of_ways(kernel):
    rules = asking_one_set(400)
    facts = [Facts(WORDS, {"scope": frozenset((f"m{at}", f"m{at * 5 % 32}"))}) for at in range(32)]
    assert in_columns(rules, WORDS, table_of(WORDS, facts), DAY, kernel) == walked(rules, facts, DAY)


@pytest.mark.parametrize("size", [1, 2, 8, 9, 40])
def test_literals_of_few_and_of_many_members_have_their_own_ways(size, kernel):
    """Few are put together from the rows of each member; of many, or of any but those named, bytes are read."""
    names = [f"m{at}" for at in range(70)]
    texts = [f"scope.exists(s, s in {names[at : at + size]})".replace("'", '"') for at in range(0, 70 - size, 3)]
    texts += [f"!({text})" for text in texts] + [f"scope.exists(s, !(s in {names[:size]}))".replace("'", '"')]
    rules = tuple(rule_of([lower(text, WORDS)], id=text) for text in texts)
    facts = [Facts(WORDS, {"scope": frozenset((f"m{at}", f"m{at * 5 % 70}"))}) for at in range(72)]
    facts += [Facts(WORDS, {"scope": frozenset()}), Facts(WORDS, {})]
    assert in_columns(rules, WORDS, table_of(WORDS, facts), DAY, kernel) == walked(rules, facts, DAY)


def test_the_kernel_has_room_for_every_row_that_a_source_fills():
    """A kernel writes without looking whether there is room, so that too little would harm other memory."""
    names = [f"m{at}" for at in range(32)]
    texts = [f"scope.exists(s, s in {names[at : at + 9]})".replace("'", '"') for at in range(23)]
    texts += [f"employees >= {at}" for at in range(300)]
    program = compile_rules(tuple(rule_of([lower(text, WORDS)], id=text) for text in texts), WORDS, DAY)
    kernel = Numba(program)
    assert (kernel.slots_of[:, 1] - kernel.slots_of[:, 0]).max() == 23
    assert len(kernel.room) == 128 + GROUP * (2 + 300 + 2)


BOOK = """
id: small
title: {zh: 小册, en: Small}
version: "1"
attributes: [{name: staff, type: integer, label_zh: 人数, label_en: staff}]
"""
RULES = """
- {id: many, title: {zh: 多, en: Many}, when: [staff >= 5], basis: [{instrument: made-up}]}
"""


def test_a_batch_is_let_go_of_at_once(tmp_path):
    """One that held on to itself would stay until Python looks for such, and so would its columns."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "book.yaml").write_text(BOOK, encoding="utf-8")
    (tmp_path / "rules" / "all.yaml").write_text(RULES, encoding="utf-8")
    book, table = load_book(tmp_path), pa.table({"staff": pa.array([5, None])})
    asked = Asked.of(book, table.schema, RunOptions(on=DAY))
    gc.disable()
    try:
        batch, _ = asked.batch(Coder(book.vocabulary, asked.mapped.columns), table, 0)
        assert batch.row_facts(0).given["staff"] == 5
        seen = weakref.ref(batch)
        del batch
        assert seen() is None
    finally:
        gc.enable()

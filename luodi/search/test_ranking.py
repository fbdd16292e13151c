"""What stands first, told over a handful of texts; the law's own questions are in luodi/web/library."""

import numpy as np
import pytest

from luodi.search.postings import InMemory, Split
from luodi.search.ranking import Held, held, named, phrases
from luodi.search.words import compact

TEXTS = [  # name, title, body
    ("seal", "Company seal", "A seal is engraved by a licensed engraver. Bring the business licence."),
    ("licence", "Business licence", "The company is registered; a seal may be engraved after it."),
    ("cloud", "云计算 Cloud computing", "外资 may take part in data centres."),
    ("notice", "Notice on pilots", "〔2024〕107号 on data centres"),
]


def index() -> InMemory:
    return InMemory(Split.of(n, (name,), title, body) for n, (name, title, body) in enumerate(TEXTS))


def ask(query: str) -> Held:
    return held(query, index(), len(TEXTS))


def complete(query: str) -> set[int]:
    return set(np.flatnonzero(ask(query).complete).tolist())


def test_every_word_must_occur_and_a_beginning_is_enough() -> None:
    assert complete("seal licence") == {0, 1}
    assert complete("engrav comp") == {0, 1}
    assert complete("seal cloud") == set()


def test_a_word_in_the_title_counts_more_than_one_in_the_text() -> None:
    scores = ask("licence").scores
    assert scores[1] > scores[0] > 0


def test_a_rare_word_counts_more_than_a_common_one() -> None:
    both = ask("registered seal")
    assert both.worth[0] > both.worth[1]


def test_a_word_counts_more_than_a_beginning() -> None:
    assert ask("business").scores[1] > ask("busines").scores[1] * 0.99
    assert ask("engraver").scores[0] > ask("engra").scores[0]


def test_what_has_most_of_the_words_is_given_where_nothing_has_them_all() -> None:
    found = ask("cloud computing seal")
    assert not found.complete.any()
    assert np.flatnonzero(found.most).tolist() == [2]


def test_pairs_where_two_chinese_words_meet_do_not_count() -> None:
    assert complete("云计算外资") == {2}  # no text has 算外


@pytest.mark.parametrize(
    ("query", "understood"),
    [
        ("busines licnece", "busines license"),
        ("cloud compting", "cloud computing"),
        ("datacenters", "data centers"),
        ("seal", "seal"),
        ("xqzv", "xqzv"),
        ("sael", "seal"),
        ("cat", "cat"),
    ],
)
def test_misspelt_words_are_read_as_the_nearest_there_is(query: str, understood: str) -> None:
    assert compact(ask(query).understood) == compact(understood)


def test_a_word_that_occurs_is_not_mended() -> None:
    assert ask("seal engraver xqzvw").understood == "seal engraver xqzvw"


def test_names_are_found_whole_and_inside_a_question_the_longest_first() -> None:
    names = {compact("call centre"): [(3, 0)], compact("centre"): [(4, 0)], "云计算": [(5, 100)], "计算": [(6, 0)]}
    assert named("Call-Centers", names) == {3: 0}
    assert named("call centre today", names) == {}
    assert phrases("can a foreigner own a call centre?", names) == {3: 0}
    assert phrases("外资可以做云计算吗", names) == {5: 100}
    assert phrases("", names) == named("", names) == {}


@pytest.mark.parametrize("query", ["", "  ", "!?", "的", "\0", "\ud800"])
def test_no_words_find_nothing(query: str) -> None:
    assert complete(query) == set() and not ask(query).most.any()


def test_no_texts_find_nothing() -> None:
    assert not held("seal", InMemory([]), 0).complete.any()

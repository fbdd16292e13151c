"""Texts and questions become the same words, however they are written."""

import pytest

from luodi.han import folded
from luodi.search.words import compact, stem, terms, tokens


def terms_of(query: str) -> list[str]:
    return [term.word or term.exact[0] for term in terms(query)]


def test_chinese_gives_characters_and_pairs_english_words_and_stems() -> None:
    assert list(tokens("数据中心 Data centres")) == [
        *("数", "据", "中", "心", "数据", "据中", "中心"),
        *("data",),
        *("centres", "center"),
    ]


def test_full_width_and_capitals_are_the_same_word() -> None:
    assert list(tokens("ＡＢＣ１")) == list(tokens("abc1"))


def test_traditional_characters_are_the_same_word() -> None:
    assert list(tokens("數據中心")) == list(tokens("数据中心"))
    assert terms("呼叫中心業務") == terms("呼叫中心业务")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("centre", "centers"),
        ("licences", "license"),
        ("organisation", "organization"),
        ("labelling", "labeling"),
        ("authorised", "authorized"),
        ("programme", "programs"),
        ("catalogue", "catalog"),
    ],
)
def test_british_and_american_words_have_one_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize(
    "name", ["Call Centres", "call-center", "CALL CENTER", "the call centre", "ｃａｌｌ ｃｅｎｔｅｒ"]
)
def test_a_name_is_one_name_however_it_is_written(name: str) -> None:
    assert compact(name) == compact("call center")


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("外资可以做数据中心吗", ["外资", "做数", "数据", "据中", "中心"]),
        ("如何办理营业执照", ["营业", "业执", "执照"]),
        ("how do I get a business licence?", ["business", "licence"]),
        ("what can we do", ["what", "can", "we", "do"]),  # nothing else was said
        ("的", []),
        ("数据的", ["数据", "据的"]),
    ],
)
def test_words_that_only_ask_are_left_out_where_others_remain(query: str, wanted: list[str]) -> None:
    assert terms_of(query) == wanted


def test_a_question_has_at_most_so_many_terms() -> None:
    assert len(terms(" ".join(f"w{n}" for n in range(500)))) <= 24
    assert len(terms("数据中心业务外资" * 2000)) <= 24


def test_letters_of_other_scripts_are_words_too() -> None:
    assert terms_of("Вычисления в облаке") == ["вычисления", "в", "облаке"]
    assert folded("ﬁle ＡＢＣ") == "file abc"

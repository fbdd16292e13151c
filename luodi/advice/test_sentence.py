"""What a sentence of free text says: the words decide, each guess names them, and nothing is guessed without."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luodi.access import access_book
from luodi.advice.outside import words_outside
from luodi.advice.sentence import MOST, MOST_PLACES, Understood, understood
from luodi.places import COUNTRIES
from luodi.rules.library import company_vocabulary, load_book


def said(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for guess in understood(text).guesses:
        found.setdefault(guess.name, []).append(guess.value)
    return found


@pytest.mark.parametrize(
    ("text", "investor", "services", "place", "share"),
    [
        ("Japanese game studio, wants to publish in Beijing, own all", "JP", ["C-GAME"], "BJ", "100"),
        ("日本游戏公司，想在北京独资发行游戏", "JP", ["C-GAME"], "BJ", "100"),
        ("德国公司想在北京做云计算，全资", "DE", ["B11-IRCS"], "BJ", "100"),
        ("Singapore cloud company, wants to own all of a data centre in Beijing", "SG", ["B11"], "BJ", "100"),
        ("新加坡云服务公司，想在北京独资建数据中心", "SG", ["B11"], "BJ", "100"),
        (
            "German app store, Haidian or Chaoyang, also sells phones online",
            "DE",
            ["B25-APP", "B21-EC"],
            "BJ-ZGC-HD",
            "",
        ),
        ("德国应用商店，海淀或朝阳，同时网上卖手机", "DE", ["B25-APP", "B21-EC"], "BJ-ZGC-HD", ""),
        ("法國公司想在上海開網店，持股七成", "FR", ["B21-EC"], "SH", "70"),
        ("A call center in Shenzhen, Hong Kong investor, half", "HK", ["B24"], "SZ", "50"),
        ("国内公司在北京做呼叫中心", "CN", ["B24"], "BJ", ""),
        ("B11 in Hainan, 51 %", "", ["B11"], "HI-FTP", "51"),
        ("印度尼西亚公司", "ID", [], "", ""),
        ("印度公司", "IN", [], "", ""),
    ],
)
def test_a_sentence_fills_the_four_answers(
    text: str, investor: str, services: list[str], place: str, share: str
) -> None:
    found = said(text)
    assert [*found.get("service", [])] == services
    wanted = {"investor": investor, "place": place, "share": share}
    assert {name: found.get(name, [""])[0] for name in wanted} == wanted


def test_each_guess_names_the_words_it_rests_on_as_they_were_written() -> None:
    found = understood("We are a SWISS firm;  ＣＤＮ in 北京, wholly-owned")
    assert {guess.name: guess.words for guess in found.guesses} == {
        "investor": "SWISS",
        "service": "ＣＤＮ",
        "place": "北京",
        "share": "wholly-owned",
    }


def test_what_was_not_understood_is_said_and_what_says_nothing_is_not() -> None:
    assert understood("We are from Japan and want to open a zorblax in Beijing").left == ("zorblax",)
    assert understood("我们是日本公司，想在北京做量子烤箱").left == ("量子烤箱",)


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("51 %", ["51"]),
        ("51%", ["51"]),
        ("51 percent", ["51"]),
        ("100 per cent", ["100"]),
        ("33.34 %", ["33.34"]),
        ("百分之五十一", ["51"]),
        ("百分之百", ["100"]),
        ("百分之十", ["10"]),
        ("百分之二十", ["20"]),
        ("五成", ["50"]),
        ("49％", ["49"]),
        ("majority", ["51"]),
        ("控股", ["51"]),
        ("half", ["50"]),
        ("fifty-fifty", ["50"]),
        ("minority", ["49"]),
        ("独资", ["100"]),
        ("wholly foreign-owned", ["100"]),
        ("a WFOE", ["100"]),
        ("0 %", ["0"]),
        ("100 %", ["100"]),
        ("101 %", []),
        ("999 %", []),
        ("2026 %", []),
        ("成立公司", []),
        ("三成立", []),
        ("behalf", []),
    ],
)
def test_shares_in_figures_and_in_words(text: str, share: list[str]) -> None:
    assert said(text).get("share", []) == share


@pytest.mark.parametrize("text", ["a joint venture", "合资公司", "with a Chinese partner"])
def test_a_joint_venture_says_no_figure(text: str) -> None:
    assert said(text)["share"] == ["~"]


def test_a_figure_is_taken_before_words_without_one() -> None:
    assert said("joint venture, 49 %")["share"] == ["49"]


def test_us_is_a_country_only_in_capitals() -> None:
    assert said("US company")["investor"] == ["US"]
    assert "investor" not in said("tell us about it")


def test_china_as_the_market_is_neither_investor_nor_place() -> None:
    assert said("We want to open in China") == {}
    assert said("想进入中国市场") == {}


def test_what_one_word_may_mean_and_what_else_was_named_is_offered() -> None:
    cloud = understood("cloud").of("service")[0]
    assert {cloud.value, *cloud.others} >= {"B11", "B11-IRCS"}
    assert said("海淀或朝阳")["place"] == ["BJ-ZGC-HD", "BJ"]  # Chaoyang is the city, as far as the book goes


def test_of_a_service_and_its_parent_the_narrower_is_meant_unless_the_wish_names_the_other() -> None:
    assert said("website and app store")["service"] == ["B25-APP"]
    assert said("cloud company that wants to run a data centre")["service"] == ["B11"]


def test_a_word_that_may_mean_several_is_guessed_as_the_book_says() -> None:
    for row in access_book().book.tables["ambiguous"]:
        if row["candidates"]:
            [guess] = understood(f"({row['word']})").of("service")
            assert guess.value == (row.get("prefer") or "~") or guess.words != row["word"], row["word"]
            assert {guess.value, *guess.others} >= set(row["candidates"]) or guess.words != row["word"]


def test_whether_there_is_a_company_already() -> None:
    assert said("our WFOE in Beijing sells ads")["has_mainland_company"] == ["true"]
    assert said("拟设立公司")["has_mainland_company"] == ["false"]


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "!!!", "한국어 приветствие שלום", "0", "‮⁦", "asdf qwer"])
def test_nonsense_and_other_scripts_give_no_guess(text: str) -> None:
    assert understood(text).guesses == ()


@pytest.mark.parametrize("word", ["云", "own all ", "sell ", "Japan ", "51% ", "x", "\u0000", "網上", "a*"])
def test_ten_thousand_characters_are_read_in_bounded_time(word: str) -> None:
    begun = time.process_time()
    found = understood(word * (MOST // len(word)))
    assert time.process_time() - begun < 2
    assert not found.is_cut and len(found.guesses) < 10


def test_what_stands_behind_ten_thousand_characters_is_not_read_and_that_is_said() -> None:
    found = understood("x" * MOST + " Japan")
    assert found.is_cut and found.guesses == ()
    assert understood("Japan" + " " * (MOST - 5)).is_cut is False


def test_every_value_of_the_table_is_one_of_the_books() -> None:
    table, book = load_book("vocabulary").tables["sentence"], access_book()
    assert set(table["investor"]) <= COUNTRIES and set(table["capitals"].values()) <= COUNTRIES
    assert set(table["place"]) <= set(book.zones) and set(table["service"]) <= set(book.services)
    assert all(value == "~" or 0 <= float(value) <= 100 for value in table["share"])
    assert "has_mainland_company" in company_vocabulary()


def test_every_service_and_place_that_can_be_chosen_is_understood_by_its_name() -> None:
    for service in access_book().services.values():
        for name in service.name.values():
            found = understood(f"({name})").of("service")
            assert any(service.code in (g.value, *g.others) or service.code in _line(g.value) for g in found), name


def _line(code: str) -> tuple[str, ...]:
    return access_book().services[code].line


_ANY = st.text(max_size=400) | st.lists(
    st.sampled_from(
        [
            "Japan",
            "日本",
            "北京",
            "cloud",
            "云",
            "51 %",
            "百分之",
            "own all",
            "not",
            "，",
            " ",
            "US",
            "*",
            "sell",
            "online",
        ]
    )
).map("".join)


@given(_ANY)
def test_any_text_gives_guesses_that_can_be_answers(text: str) -> None:
    found = understood(text)
    assert isinstance(found, Understood) and found == understood(text)
    for guess in found.guesses:
        assert guess.words and all(part in text for part in guess.words.split())
        match guess.name:
            case "investor":
                assert guess.value in COUNTRIES
            case "service":
                assert {guess.value, *guess.others} - {"~"} <= set(access_book().services)
            case "place":
                assert guess.value in access_book().zones
            case "share":
                assert guess.value == "~" or 0 <= float(guess.value) <= 100
    assert all(len(found.of(name)) <= 1 for name in ("investor", "share"))
    assert len(found.of("place")) <= MOST_PLACES and len(set(found.values("place"))) == len(found.of("place"))
    assert len({guess.value for guess in found.of("service")}) == len(found.of("service")) <= 6


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("a cloud data centre in Shanghai or Beijing", ["SH", "BJ"]),
        ("上海或北京做云计算", ["SH", "BJ"]),
        ("Hainan, Shenzhen and Lin-gang", ["HI-FTP", "SZ", "SH-LINGANG"]),
        ("Beijing, Beijing and again Beijing", ["BJ"]),
    ],
)
def test_each_place_that_is_named_is_asked(text: str, places: list[str]) -> None:
    assert said(text)["place"] == places


@pytest.mark.parametrize(
    ("text", "place", "beside"),
    [
        ("Haidian, Beijing", "BJ-ZGC-HD", ("BJ",)),
        ("北京海淀", "BJ-ZGC-HD", ("BJ",)),
        ("Shenzhen, Guangdong", "SZ", ("GD",)),
    ],
)
def test_what_says_where_a_place_lies_is_no_second_place(text: str, place: str, beside: tuple[str, ...]) -> None:
    (guess,) = understood(text).of("place")
    assert (guess.value, guess.others) == (place, beside)


def test_every_business_of_another_law_is_answered_with_what_holds_for_it() -> None:
    for word, see in words_outside():
        for sentence in (f"{word}公司，德国投资", f"German company, {word}, Beijing"):
            found = understood(sentence)
            told = {row.id: row for one in found.outside for row in one.instead}
            assert set(see) <= set(told), (word, sentence)
            assert all(told[line].title[lang] and told[line].says[lang] for line in see for lang in ("zh", "en"))
            assert word not in found.left, word


def test_a_business_of_another_law_beside_a_service_is_reported_and_the_service_stays() -> None:
    found = understood("chips and games in Shanghai")
    assert [one.words for one in found.outside] == ["chips"] and found.values("service") == ("C-GAME",)

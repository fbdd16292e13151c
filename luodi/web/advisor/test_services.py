"""Services are found by what companies call them."""

from html import unescape

import pytest
from django.test import Client

from luodi.access import access_book
from luodi.rules.library import load_book
from luodi.web.advisor.services import find_services, meant, service_tree


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("cloud computing", "B11-IRCS"),
        ("云计算", "B11-IRCS"),
        ("公有云服务", "B11-IRCS"),
        ("data center", "B11"),
        ("数据中心", "B11"),
        ("网上商店电商", "B21-EC"),
        ("online shop", "B21-EC"),
        ("VPN", "B13"),
        ("视频会议", "B22"),
        ("app store", "B25-APP"),
        ("应用商店", "B25-APP"),
        ("call centre", "B24"),
        ("客服外包", "B24"),
        ("地图", "C-MAP"),
        ("HD map", "C-NAVMAP"),
        ("搜索引擎", "B25-SRCH"),
        ("b13", "B13"),
        ("B21-EC", "B21-EC"),
        ("游戏", "C-GAME"),
        ("newspapers", "C-BOOK"),
        ("CDN", "B12"),
        ("chat", "B25-IM"),
    ],
)
def test_the_likeliest_service_comes_first(words: str, code: str) -> None:
    assert find_services(words)[0].code == code


@pytest.mark.parametrize("words", ["", "   ", "xyzzy", "!!", "的"])
def test_words_that_mean_nothing_find_nothing(words: str) -> None:
    assert find_services(words) == []


def test_every_service_is_found_by_its_own_name_in_both_languages() -> None:
    for code, service in access_book().services.items():
        for name in service.name.values():
            assert code in [found.code for found in find_services(name)], name


def test_synonyms_belong_to_services() -> None:
    synonyms = load_book("market-access").tables["synonyms"]
    assert set(synonyms) <= set(access_book().services)
    assert all(row["zh"] and row["en"] for row in synonyms.values())


def test_the_tree_holds_every_service_once() -> None:
    assert sorted(found.code for found, _ in service_tree()) == sorted(access_book().services)


def test_an_ambiguous_word_has_a_guess_a_note_and_the_others_it_may_mean() -> None:
    found = meant("直播")
    assert found is not None and not found.outside
    assert (found.guess, found.candidates) == ("C-AV", ("C-AV", "B21-EC", "C-CULT"))
    assert set(found.note) == {"zh", "en"} and found.confidence == "medium"
    assert [service.code for service in find_services("直播")][:3] == ["C-AV", "B21-EC", "C-CULT"]


def test_a_word_that_must_be_asked_about_has_no_guess() -> None:
    found = meant("connectivity")
    assert found is not None and found.guess is None and found.candidates == ("B14", "B13", "A14")


@pytest.mark.parametrize("words", ["芯片", "chips", "第三方支付", "數據標註", "IT外包", "支付", "payments"])
def test_a_business_that_is_no_service_of_the_book_is_told_as_such(words: str) -> None:
    found = meant(words)
    assert found is not None and found.outside and found.guess is None and found.see


@pytest.mark.parametrize(
    ("words", "zh", "en"),
    [
        ("直播", "卖货问B21-EC", "selling goods"),
        ("支付", "人民银行许可", "central-bank licence"),
        ("芯片", "一般不属于", "is usually no"),
    ],
)
def test_the_box_says_what_such_words_mean_and_what_holds_instead(client: Client, words: str, zh: str, en: str) -> None:
    for lang, said in (("zh", zh), ("en", en)):
        page = client.get(f"/{lang}/advisor/ask/", {"q": "service", "find": words}).text
        assert said in unescape(page)
        for row in meant(words).instead:
            assert row.title[lang] in unescape(page) and row.says[lang] in unescape(page)
    assert len(meant(words).instead) == len(meant(words).see)


@pytest.mark.parametrize("words", ["呼叫中心", "", "xyzzy", "云 计算 平台"])
def test_other_words_are_not_said_to_mean_several_things(words: str) -> None:
    assert meant(words) is None


def test_every_row_that_holds_instead_is_there() -> None:
    for row in load_book("market-access").tables["outside"]:
        word = str(row["words"]["zh"][0])
        assert meant(word).instead, word


def test_every_word_of_a_service_finds_it_among_the_first_five() -> None:
    """Unless the word is one of those that may mean several services: there the table of these decides."""
    for code, row in load_book("market-access").tables["synonyms"].items():
        for word in (str(word) for lang in ("zh", "en") for word in row[lang]):
            if meant(word) is None:
                assert code in [found.code for found in find_services(word)[:5]], (code, word)

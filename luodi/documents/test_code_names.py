"""Codes in words, in both languages; one that no book knows is shown as it was written."""

import pytest

from luodi.documents.code_names import code_in_words, code_named, names_of_codes, requirements_said


@pytest.mark.parametrize(
    ("of", "code", "zh", "en"),
    [
        ("place", "BJ", "北京市", "Beijing municipality"),
        ("country", "SG", "新加坡", "Singapore"),
        ("currency", "CNY", "CNY", "CNY"),
        ("technology", "robotics", "机器人", "Robotics"),
        ("track", "licence", None, None),
        ("value", ["a", "b"], "a、b", "a, b"),
    ],
)
def test_a_code_is_said_in_the_language_of_the_reader(of: str, code: object, zh: str | None, en: str | None) -> None:
    told = {lang: code_in_words(of, code, lang) for lang in ("zh", "en")}
    assert zh is None or told == {"zh": zh, "en": en}
    assert of in ("currency", "value") or str(code) not in told.values()


def test_a_plan_names_service_place_and_share() -> None:
    plans = [{"service": "B11", "place": "BJ", "share": "100"}, {"service": "B25"}]
    text = code_in_words("plans", plans, "en")
    assert "Beijing municipality, 100%" in text and "B11" not in text and "; " in text


@pytest.mark.parametrize("of", ["place", "country", "technology", "proof", "track", "attribute"])
def test_a_code_outside_the_books_stays_as_it_is(of: str) -> None:
    assert code_in_words(of, "zorblax", "zh") == "zorblax"


def test_requirements_of_a_gate_that_is_gone_are_left_out() -> None:
    assert requirements_said("gate-of-nobody", ["x"], "en") == []


@pytest.mark.parametrize(
    ("of", "text", "code"),
    [
        ("place", "BJ", "BJ"),
        ("place", " bj ", "BJ"),
        ("place", "北京市", "BJ"),
        ("place", "beijing municipality", "BJ"),
        ("country", "Singapore", "SG"),
        ("country", "新加坡", "SG"),
        ("service", "b11", "B11"),
        ("place", "Atlantis", "Atlantis"),
    ],
)
def test_a_code_is_found_by_its_name_in_either_language(of: str, text: str, code: str) -> None:
    assert code_named(of, text) == code


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("of", ["place", "service", "country"])
def test_each_name_that_people_choose_from_is_of_one_code(of: str, lang: str) -> None:
    names = names_of_codes(of, lang)
    assert len(names) > 40 and len({code_named(of, name) for name in names}) == len(names)

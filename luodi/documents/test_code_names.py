"""Codes in words, in both languages; one that no book knows is shown as it was written."""

import pytest

from luodi.documents.code_names import code_in_words, requirements_said


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

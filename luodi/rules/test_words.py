"""Values in words, as a reader of either language expects them."""

from datetime import date
from fractions import Fraction

import pytest

from luodi.profiles.vocabulary import Attribute, Kind
from luodi.rules.words import label, shown
from luodi.terms.figures import listed


def attribute(kind: Kind, **more) -> Attribute:
    return Attribute("a", kind, more.pop("label", {"zh": "甲", "en": "A"}), **more)


MONEY = attribute(Kind.MONEY, unit="CNY per year")
DOLLARS = attribute(Kind.MONEY, unit="USD")
RATIO = attribute(Kind.DECIMAL, unit="ratio 0-1")
PERCENT = attribute(Kind.DECIMAL, unit="percent")
PEOPLE = attribute(Kind.INTEGER, unit="persons")
YEARS = attribute(Kind.DECIMAL, unit="years")


@pytest.mark.parametrize(
    ("value", "of", "zh", "en"),
    [
        (50_000_000, MONEY, "5000万元", "CNY 50,000,000"),
        (200_000_000, MONEY, "2亿元", "CNY 200,000,000"),
        (150_000_000, MONEY, "1.5亿元", "CNY 150,000,000"),
        (15_000, MONEY, "1.5万元", "CNY 15,000"),
        (9_999, MONEY, "9,999元", "CNY 9,999"),
        (10_000, MONEY, "1万元", "CNY 10,000"),
        (12_345_678, MONEY, "12,345,678元", "CNY 12,345,678"),
        (-50_000, MONEY, "-5万元", "CNY -50,000"),
        (8_000_000, DOLLARS, "800万美元", "USD 8,000,000"),
        (Fraction(1, 20), RATIO, "5%", "5 %"),
        (Fraction(11, 200), RATIO, "5.5%", "5.5 %"),
        (1, RATIO, "100%", "100 %"),
        (Fraction(1, 3), RATIO, "100/3%", "100/3 %"),
        (55, PERCENT, "55%", "55 %"),
        (300, PEOPLE, "300人", "300"),
        (1_000_000, PEOPLE, "100万人", "1,000,000"),
        (999_999, PEOPLE, "999,999人", "999,999"),
        (1, YEARS, "1年", "1 year"),
        (Fraction(3, 2), YEARS, "1.5年", "1.5 years"),
        (2026, attribute(Kind.INTEGER, unit="year"), "2026年", "2026"),
        (70, attribute(Kind.INTEGER, unit="points"), "70分", "70 points"),
        (date(2024, 10, 23), attribute(Kind.DATE), "2024年10月23日", "23 October 2024"),
        (True, attribute(Kind.BOOLEAN), "是", "yes"),
        (False, attribute(Kind.BOOLEAN), "否", "no"),
        (frozenset(), attribute(Kind.SET), "无", "none"),
        (frozenset(("none",)), attribute(Kind.SET), "无", "none"),
        ("110108", attribute(Kind.STRING, code="region"), "北京市海淀区", "Haidian District, Beijing"),
        ("44", attribute(Kind.STRING, code="region"), "广东省", "Guangdong"),
        ("999999", attribute(Kind.STRING, code="region"), "999999", "999999"),
        ("C", attribute(Kind.STRING, code="industry"), "制造业（C）", "Manufacturing (C)"),
        ("X9", attribute(Kind.STRING, code="industry"), "X9", "X9"),
        ("DE", attribute(Kind.STRING, code="country"), "德国", "Germany"),
        ("free text", attribute(Kind.STRING), "free text", "free text"),
    ],
)
def test_a_value_is_shown_in_words(value, of, zh, en):
    assert shown(value, of, "zh") == zh
    assert shown(value, of, "en") == en


def test_a_set_is_shown_by_its_labels_in_the_order_of_the_vocabulary():
    names = {"b": {"zh": "乙", "en": "Second"}, "a": {"zh": "甲", "en": "First"}}
    of = attribute(Kind.SET, allowed=("b", "a"), values=names)
    assert shown(frozenset("ab"), of, "zh") == "乙和甲"
    assert shown(frozenset("ab"), of, "en") == "Second and First"


def test_names_given_by_a_book_stand_with_their_code():
    names = {"a": {"B11": {"zh": "互联网数据中心业务", "en": "Data centre"}}}
    assert shown(frozenset(("B11",)), attribute(Kind.SET), "zh", names) == "互联网数据中心业务（B11）"
    assert shown("B11", attribute(Kind.STRING), "en", names) == "Data centre (B11)"


def test_lists_read_as_people_write_them():
    assert listed(["A"], "en", "or") == "A"
    assert listed(["A", "B"], "en", "or") == "A or B"
    assert listed(["A", "B", "C"], "en", "and") == "A, B and C"
    assert listed(["甲", "乙", "丙"], "zh", "or") == "甲、乙或丙"
    assert listed(["“甲”", "“乙”", "“丙”"], "zh", "or") == "“甲”“乙”或“丙”"


@pytest.mark.parametrize(
    ("of", "zh", "en"),
    [
        (
            attribute(
                Kind.STRING, code="region", label={"zh": "注册地行政区划代码", "en": "Registered place, six digits"}
            ),
            "注册地",
            "Registered place",
        ),
        (
            attribute(Kind.STRING, code="region", label={"zh": "税务登记地代码", "en": "Tax jurisdiction code"}),
            "税务登记地",
            "Tax jurisdiction",
        ),
        (attribute(Kind.STRING, code="industry"), "国民经济行业", "Industry"),
        (
            attribute(
                Kind.DECIMAL, unit="percent", label={"zh": "外资股比（百分数）", "en": "Foreign share in percent"}
            ),
            "外资股比",
            "Foreign share",
        ),
    ],
)
def test_a_label_in_a_sentence_leaves_out_what_the_value_says(of, zh, en):
    assert label(of, "zh") == zh
    assert label(of, "en") == en

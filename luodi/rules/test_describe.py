"""Rules as plain sentences: what is printed says what is evaluated, in both languages."""

import re
from datetime import date

import pytest
from hypothesis import given

from luodi.rules.citing import has_chinese
from luodi.rules.describe import describe_rule, describe_tree, expected, names_of
from luodi.rules.gives import _KEYS, gives_named
from luodi.rules.gives_step import fee_shown, time_shown
from luodi.rules.library import book_names, load_book
from luodi.rules.lower import lower
from luodi.rules.strategies import WORDS, trees

DAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("employees <= 300", "从业人员不超过300人", "Employees at most 300"),
        ("employees > 300", "从业人员超过300人", "Employees more than 300"),
        ("employees < 300", "从业人员少于300人", "Employees less than 300"),
        ("!(employees < 300)", "从业人员不少于300人", "Employees at least 300"),
        ("employees == 0", "从业人员为零", "Employees equal to zero"),
        (
            "revenue <= 50000000",
            "营业收入不超过5000万元",
            "Operating revenue, last year, at most CNY 50,000,000",
        ),
        ("share > 0", "外资股比大于零", "Foreign share more than zero"),
        ("share >= 0.05", "外资股比不低于5%", "Foreign share at least 5 %"),
        ("cap <= 50", "上限不超过50%", "Cap at most 50 %"),
        ("term >= 1", "合同期限不少于1年", "Contract term at least 1 year"),
        ("resident", "居民企业：是", "Resident company: yes"),
        ("!resident", "居民企业：否", "Resident company: no"),
        ('size == "large"', "企业规模为“大型”", "Size class is Large"),
        ('size != "large"', "企业规模不为“大型”", "Size class is not Large"),
        (
            'size in ["small", "medium", "large"]',
            "企业规模为“大型”“中型”或“小型”",
            "Size class is Large, Medium or Small",
        ),
        ('!(size in ["small", "medium"])', "企业规模不为“中型”或“小型”", "Size class is not Medium or Small"),
        ('"hnte" in held', "持有资质包括高新技术企业", "Recognitions include HNTE"),
        ('!("hnte" in held)', "持有资质不包括高新技术企业", "Recognitions do not include HNTE"),
        (
            'held.exists(h, h in ["hnte", "sme"])',
            "持有资质包括高新技术企业、科技型中小企业中的至少一项",
            "Recognitions include at least one of HNTE or Technology SME",
        ),
        (
            '!held.exists(h, h in ["hnte", "sme"])',
            "持有资质不包括高新技术企业、科技型中小企业中的任何一项",
            "Recognitions include none of HNTE or Technology SME",
        ),
        ('held.exists(h, !(h in ["none"]))', "持有资质至少有一项", "Recognitions include at least one"),
        ('region.startsWith("11")', "注册地在北京市", "Registered place in Beijing"),
        (
            '!region.startsWith("110105")',
            "注册地不在北京市朝阳区",
            "Registered place outside Chaoyang District, Beijing",
        ),
        (
            'region.startsWith("4401") || region.startsWith("4403")',
            "注册地在广州市或深圳市",
            "Registered place in Guangzhou or Shenzhen",
        ),
        (
            '!(region.startsWith("4401") || region.startsWith("4403"))',
            "注册地不在广州市或深圳市",
            "Registered place outside Guangzhou or Shenzhen",
        ),
        ('industry.startsWith("C")', "国民经济行业属于制造业（C）", "Industry in Manufacturing (C)"),
        ("age_days(founded) >= 365", "成立日期至今已满365天", "Founding date at least 365 days ago"),
        ("age_years(founded) <= 3", "成立日期至今不超过3年", "Founding date at most 3 years ago"),
        ("age_months(founded) > 1", "成立日期至今超过1个月", "Founding date more than 1 month ago"),
        (
            'founded >= date("2026-01-01")',
            "成立日期在2026年1月1日（含）以后",
            "Founding date on or after 1 January 2026",
        ),
        ('founded < date("2026-01-01")', "成立日期在2026年1月1日之前", "Founding date before 1 January 2026"),
        (
            "growth(revenue, revenue_before) > 0.1",
            "营业收入较上年营业收入的增长率超过10%",
            "Growth from “Revenue of the year before” to “Operating revenue, last year” more than 10 %",
        ),
        ("has(profile.share)", "外资股比已填写且不为“无”", "Foreign share stated, and not none"),
        (
            "employees >= 100 && employees <= 999",
            "从业人员不少于100人且不超过999人",
            "Employees at least 100 and at most 999",
        ),
        (
            "resident && employees > 3",
            "居民企业：是，且从业人员超过3人",
            "Resident company: yes, and Employees more than 3",
        ),
        (
            "resident || listed",
            "居民企业：是，或列入异常名录：是",
            "Resident company: yes, or On the abnormal list: yes",
        ),
        (
            "!(resident && listed)",
            "居民企业：否，或列入异常名录：否",
            "Resident company: no, or On the abnormal list: no",
        ),
        (
            "resident || listed || (employees > 3 && share > 0 && (cap < 5 || term > 2 || resident))",
            "至少符合一项：（1）居民企业：是；（2）列入异常名录：是；（3）同时符合：①从业人员超过3人；②外资股比大于零；"
            "③至少符合一项：（a）上限低于5%；（b）合同期限超过2年；（c）居民企业：是",
            "At least one of these: (1) Resident company: yes; (2) On the abnormal list: yes; (3) all of these: "
            "(a) Employees more than 3; (b) Foreign share more than zero; (c) at least one of these: "
            "(i) Cap less than 5 %; (ii) Contract term more than 2 years; (iii) Resident company: yes",
        ),
        ("true", "一律符合", "Always so"),
        (
            "revenue * 2 >= revenue_before + 1000000",
            "“营业收入” × 2不低于“上年营业收入” + 100万",
            "“Operating revenue, last year” × 2 at least “Revenue of the year before” + 1,000,000",
        ),
        (
            "(revenue + 1) * 2 > employees",
            "(“营业收入” + 1) × 2超过“从业人员”",
            "(“Operating revenue, last year” + 1) × 2 more than “Employees”",
        ),
        ("size(held) > 1", "“持有资质”的数量超过1", "Number of “Recognitions” more than 1"),
        (
            'held.all(h, h != "none")',
            '下列算式成立：held.all(h, h != "none")',
            'This holds: held.all(h, h != "none")',
        ),
    ],
)
def test_a_clause_reads_as_a_sentence(make_book, text, zh, en):
    book = make_book()
    tree = lower(text, book.vocabulary)
    assert describe_tree(tree, book.vocabulary, "zh") == zh
    assert describe_tree(tree, book.vocabulary, "en") == en


def test_a_presumed_fact_says_what_happens_when_it_is_not_stated(make_book):
    book = make_book()
    tree = lower("!listed", book.vocabulary, presume=frozenset(("listed",)))
    assert describe_tree(tree, book.vocabulary, "zh") == "列入异常名录：否（未填写的视为否）"
    assert describe_tree(tree, book.vocabulary, "en") == "On the abnormal list: no (taken as no if not stated)"


def test_a_matter_for_a_person_is_said_in_the_language_asked_for(make_book):
    book = make_book()
    tree = lower('manual("good enough")', book.vocabulary)
    assert describe_tree(tree, book.vocabulary, "zh", {"good enough": "足够好"}) == "须由人工认定：足够好"
    assert describe_tree(tree, book.vocabulary, "en") == "A person decides that this holds: good enough"


def test_what_one_test_wants_is_said_without_its_name(make_book):
    book = make_book()
    test = lower("revenue <= 50000000", book.vocabulary)
    assert expected(test, book.vocabulary, "en") == "at most CNY 50,000,000"
    assert expected(test, book.vocabulary, "zh") == "不超过5000万元"
    assert expected(test, book.vocabulary, "en", negated=True) == "more than CNY 50,000,000"


@given(trees())
def test_every_tree_has_words_in_both_languages(tree):
    for lang in ("zh", "en"):
        assert describe_tree(tree, WORDS, lang)


RULE = """
- id: small-firm
  title: {zh: 小企业, en: Small firm}
  from: 2024-01-01
  until: 2025-12-31
  parameters:
    most:
    - {from: 2024-01-01, is: 300, cites: {instrument: first}}
    - {from: 2025-01-01, is: 200, cites: {instrument: second}}
  when:
  - {is: employees <= most, says: {zh: 人数不超过上限, en: no more people than the limit}, cites: {instrument: first}}
  - employees <= most
  gives: {value: small}
  basis: [{instrument: first, article: 第2条}]
  confidence: high
  verification: text_seen
  seen_at: https://example.org/a
  note: {zh: 附注文字, en: A remark}
"""
INSTRUMENTS = "- {id: first, title: {zh: 第一法, en: First Act}, number: 一号, number_en: No. 1}\n"


def test_a_rule_is_reported_from_its_title_to_its_note(make_book):
    book = make_book(RULE, instruments=INSTRUMENTS, articles="第2条: Art 2\n")
    assert describe_rule(book.rules[0], book, "en", date(2025, 1, 1)).splitlines() == [
        "Small firm (small-firm)",
        "In force from 1 January 2024 until 31 December 2025, inclusive",
        "All of these must hold:",
        "  1. No more people than the limit [First Act (No. 1)]",
        "  2. Employees at most 200",
        "It gives:",
        "  - Answer: small",
        "Basis:",
        "  - First Act (No. 1), Art 2",
        "Source: read elsewhere",
        "Seen at: https://example.org/a",
        "Note: A remark",
    ]
    assert describe_rule(book.rules[0], book, "zh", date(2024, 12, 31)).splitlines() == [
        "小企业（small-firm）",
        "施行期间：2024年1月1日至2025年12月31日（含）",
        "须同时符合下列条件：",
        "  1. 人数不超过上限（《第一法》（一号））",
        "  2. 从业人员不超过300人",
        "结果：",
        "  - 结果：small",
        "依据：",
        "  - 《第一法》（一号）第2条",
        "查阅情况：已读其他来源",
        "查见于：https://example.org/a",
        "附注：附注文字",
    ]


def test_a_rule_out_of_force_says_so(make_book):
    book = make_book(RULE, instruments=INSTRUMENTS)
    assert "Not in force on 1 January 2026" in describe_rule(book.rules[0], book, "en", date(2026, 1, 1))
    assert "2026年1月1日不在施行期间内" in describe_rule(book.rules[0], book, "zh", date(2026, 1, 1))


# ---- the books of the house


@pytest.mark.parametrize("name", book_names())
def test_every_rule_of_the_house_is_reported_in_both_languages(name):
    book = load_book(name)
    for rule in book.rules:
        chinese, english = (describe_rule(rule, book, lang, rule.first or DAY) for lang in ("zh", "en"))
        assert has_chinese(chinese)
        assert not re.search(r": None\b(?!:)", chinese + english)
        assert "Map(" not in chinese + english


@pytest.mark.parametrize("name", book_names())
def test_no_clause_mixes_its_punctuation(name):
    book = load_book(name)
    for rule in book.rules:
        for bound in rule.editions[0][1]:
            words = [
                describe_tree(bound.tree, book.vocabulary, lang, book.tables.get("texts"), names_of(book))
                for lang in ("zh", "en")
            ]
            assert not re.search(r"[\u4e00-\u9fff][,;:]", words[0]), words[0]
            assert not re.search(r"[，；：（）]", words[1]), words[1]
            assert "不为不" not in words[0]


HAN = re.compile("[\u3400-\u9fff]")
STEP_KEYS = ("time", "fee", "lane", "licence", "expires", "portal", "needs_company")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_key_of_a_step_that_a_person_reads_is_reported_in_words(lang: str) -> None:
    """Of each step its time, fee, lane, licence, validity and portal; no code of the book and no bare key."""
    book = load_book("landing-steps")
    told: set[str] = set()
    for rule in book.rules:
        shown = dict(gives_named(rule, book, lang, str))
        for key in STEP_KEYS:
            if rule.gives.get(key) is None:
                continue
            told.add(key)
            words = shown[_KEYS[key][lang == "en"]]
            assert words and "{" not in words and "_" not in words.replace("_blank", ""), (rule.id, key, words)
            assert lang == "en" or key == "portal" or HAN.search(words), (rule.id, key, words)
    assert told == set(STEP_KEYS)


def test_a_time_says_what_the_law_gives_and_what_is_usual_and_a_fee_of_nothing_is_a_finding() -> None:
    time = {
        "kind": "authority_clock",
        "law": {"days": "60", "unit": "working_days", "confidence": "high"},
        "usual": {"min": "20", "max": "40", "unit": "working_days", "confidence": "low"},
    }
    assert "by law 60 working days" in time_shown(time, "en") and "法定60个工作日" in time_shown(time, "zh")
    assert "usually 20 to 40 working days (to be checked)" in time_shown(time, "en")
    assert fee_shown({"amount": "0"}, "en") == "none" and fee_shown({"amount": "0"}, "zh") == "不收费"
    assert fee_shown({"confidence": "low"}, "en") == "no official figure was found (to be checked)"
    assert fee_shown({"amount": "27000", "currency": "CNY"}, "en") == "CNY 27,000"

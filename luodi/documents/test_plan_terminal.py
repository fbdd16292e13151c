"""The plan and the answers of single commands in a terminal, at every width, with and without colour."""

import re
from datetime import date
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from luodi.access import AccessQuestion, access_book, what_is_open, would_change
from luodi.access.requirement import requirement, requirement_names
from luodi.access.resolve import as_json
from luodi.advice.match import facts_of, match
from luodi.advice.plan import advise
from luodi.documents import plan_terminal as t
from luodi.documents import wording as w
from luodi.profiles.profile import parse_profile, read_profile
from luodi.rules.decide import decide
from luodi.rules.library import company_vocabulary, load_book

EXAMPLES = Path(__file__).parents[2] / "examples"
DAY = date(2024, 12, 2)
COMPANIES = "lantern-isle-cloud harbour-appstore rhein-werk-platform kowloon-voice sakura-games qinghe-model".split()
B11 = {"service": "B11", "place": "BJ", "share": "100"}
WIDTHS = (40, 60, 80, 100, 120)


@cache
def company(name: str) -> dict[str, Any]:
    return advise(read_profile(EXAMPLES / f"{name}.yaml", company_vocabulary()), on=DAY)


def made(on: date = DAY, **profile: Any) -> dict[str, Any]:
    return advise(parse_profile(profile, company_vocabulary()), on=on)


def printed(show: Any, document: Any, lang: str, width: int = 100, **console: Any) -> str:
    """What a terminal of that width gets."""
    out = StringIO()
    show(document, lang, Console(file=out, width=width, highlight=False, **console))
    return out.getvalue()


def plan_text(plan: Any, lang: str = "en", width: int = 100, **console: Any) -> str:
    return printed(t.print_plan, plan, lang, width, **console)


def flat(text: str) -> str:
    """The text without its line breaks."""
    return " ".join(text.split())


def in_order(text: str, *parts: str) -> bool:
    places = [flat(text).find(flat(part)) for part in parts]
    return -1 not in places and places == sorted(places)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", COMPANIES)
def test_no_line_is_wider_than_the_terminal(name, lang):
    for width in WIDTHS:
        for line in plan_text(company(name), lang, width).splitlines():
            assert cell_len(line) <= width


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", COMPANIES)
def test_no_hole_and_no_brace_is_shown(name, lang):
    text = plan_text(company(name), lang)
    assert "None" not in text.replace(",", " ").split()
    assert "{" not in text and "}" not in text


def test_the_sentence_comes_first_then_the_stamp_and_the_reasons():
    plan = company("lantern-isle-cloud")
    text = plan_text(plan)
    assert in_order(
        text, w.memo_title(plan, "en"), w.headline(plan, "en"), "[条] Allowed with conditions", "What decides it"
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_parts_come_in_their_order(lang):
    plan = company("harbour-appstore")
    names = "decides changes announced steps documents policies duties questions sources".split()
    titles = [line for line in plan_text(plan, lang).splitlines() if line.startswith("── ")]
    assert [w.section(name, lang) in title for name, title in zip(names, titles, strict=True)] == [True] * len(names)


def test_the_totals_are_those_of_the_plan():
    for name in COMPANIES:
        plan = company(name)
        text = plan_text(plan, width=60)
        for figure, words in w.totals(plan, "en"):
            assert f"{figure} {words.split()[0]}" in flat(text)


def test_every_step_has_its_line_with_its_number_and_the_critical_ones_a_dot():
    plan = company("lantern-isle-cloud")
    lines = plan_text(plan, "zh", 120).splitlines()
    for n, step in enumerate(plan["steps"], 1):
        dot = "●" if step["critical"] else " "
        assert any(line.startswith(f"{dot}{n:>2} ") for line in lines)


def test_reasons_carry_signs_so_that_no_colour_is_needed():
    text = plan_text(company("harbour-appstore"))
    assert "✓ " in text and "✗ " in text
    assert "? " in plan_text(company("lantern-isle-cloud"))
    assert "\x1b" not in text


def test_colour_adds_nothing_to_the_words():
    plan = company("lantern-isle-cloud")
    coloured = plan_text(plan, force_terminal=True, color_system="standard")
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plan_text(plan)


def test_the_chart_in_letters_ends_where_the_plan_ends():
    plan = company("lantern-isle-cloud")
    lines = plan_text(plan, width=80).splitlines()
    bars = [line for line in lines if "█" in line]
    assert bars and bars[-1].endswith("█")
    assert all(cell_len(line) == 80 for line in bars)


def test_a_narrow_terminal_gets_no_chart_and_no_table():
    text = plan_text(company("lantern-isle-cloud"), width=40)
    assert "█" not in text and "To spare" not in text


def test_an_announced_rule_is_marked():
    assert "[拟]" in plan_text(company("harbour-appstore"))


def test_the_policies_are_grouped():
    text = plan_text(company("qinghe-model"))
    plan = company("qinghe-model")
    groups = w.policy_groups(plan)
    parts = [f"{w.label(key, 'en')} · {len(rows)}" for key, rows in groups.items() if rows]
    assert in_order(text, *parts)
    fitting = [p for p in plan["policies"] if p["answer"] == "match"]
    assert all(flat(w.pick(p["title"], "en")) in flat(text) for p in fitting)


def test_amounts_look_as_they_do_elsewhere():
    policy = next(p for p in company("qinghe-model")["policies"] if p["id"] == "cn-cit-hnte-15")
    assert all(flat(line) in flat(plan_text(company("qinghe-model"), "zh")) for line in w.amounts(policy, "zh"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_unusual_plans_are_printed_too(lang):
    plans = [
        made(plans=[{"service": "B11", "place": "BJ"}]),
        made(plans=[{**B11, "service": "B1"}], investor={"country": "DE"}),
        made(entity_type="limited_company"),
        made(),
    ]
    for plan in plans:
        text = plan_text(plan, lang, 80)
        assert flat(w.headline(plan, lang))[:20] in flat(text)
        assert "None" not in text.split()


def test_a_name_is_neither_markup_nor_a_command_to_the_terminal():
    name = "Isle [bold red]x[/] :smile: \x1b[31m\x1b]0;t\x07 \u202eabc"
    text = plan_text(made(name={"en": name}, plans=[B11], investor={"country": "SG"}), width=120)
    assert "Isle [bold red]x[/] :smile: [31m]0;t abc" in text
    assert "\x1b" not in text and "\x07" not in text and "\u202e" not in text


# ---- single commands


def access(lang: str = "en", on: date = DAY, width: int = 80, **question: Any) -> str:
    book = access_book()
    asked = AccessQuestion.parse(question, book)
    answer = as_json(what_is_open(asked, book, on=on), book, would_change(asked, book, on=on))
    return printed(t.print_access, answer, lang, width)


def test_an_answer_names_service_place_and_rule():
    text = flat(access(**B11, investor="SG"))
    assert in_order(text, "You may own all of it", "[条]", "under the rule", "Service Internet data centre (IDC), B11")
    assert "p24-b11" in text and "Licences needed" in text and "Another place: " in text


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("stamp", "question"),
    [
        ("准", {"service": "B22", "place": "BJ", "share": "100", "investor": "SG"}),
        ("条", {**B11, "investor": "SG"}),
        ("否", {"service": "B11", "place": "GD", "share": "100", "investor": "SG"}),
        ("待", {"service": "B11", "place": "BJ", "share": "100"}),
        ("默", {**B11, "investor": "SG", "on": date(1990, 1, 1)}),
    ],
)
def test_each_verdict_has_its_stamp_and_fits_the_width(stamp, question, lang):
    for width in (40, 80):
        text = access(lang, width=width, **question)
        assert f"[{stamp}]" in text
        assert "None" not in text.split() and "{" not in text
        assert max(cell_len(line) for line in text.splitlines()) <= width


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_requirement_is_said(lang):
    for name in requirement_names():
        for on in (date(1990, 1, 1), date(2010, 1, 1), DAY):
            text = printed(t.print_requirement, requirement(name, access_book(), on=on), lang, 60)
            assert "None" not in text.split() and "True" not in text and "False" not in text


def test_a_capital_is_money():
    text = printed(t.print_requirement, requirement("cap-vats-national", access_book(), on=DAY), "zh", 80)
    assert "至少1000万元。" in text


def decision(name: str, lang: str = "en", **facts: Any) -> str:
    book = load_book(name)
    found = decide(book, facts_of(parse_profile(facts, book.vocabulary), book, on=DAY), DAY)
    document = {**found.as_json(), "on": DAY.isoformat(), "books": [book.as_json()]}
    return printed(t.print_decision, document, lang, 80)


def test_a_decision_is_said_with_its_rule_or_with_what_is_missing():
    small = {"industry_code": "I6513", "employees": 20, "operating_revenue": 6000000, "total_assets": 1000000}
    assert "Small." in decision("enterprise-size", **small)
    assert "size-software-small [1]" in decision("enterprise-size", **small)
    assert "小型。" in decision("enterprise-size", "zh", **small)
    assert "This cannot be told yet: tell us" in flat(decision("enterprise-size"))


def test_a_rule_in_error_is_said_in_one_line():
    broken = {
        "answer": "error",
        "code": "rule-in-error",
        "message": "division by zero",
        "at": "x.yaml, line 3",
        "books": [],
    }
    assert "✗ x.yaml, line 3: division by zero" in printed(t.print_decision, broken, "en", 80)


def test_a_match_counts_and_groups():
    book = load_book("policies")
    facts = facts_of(read_profile(EXAMPLES / "qinghe-model.yaml", company_vocabulary()), book, on=DAY)
    results = match(book, facts, on=DAY)
    document = {"on": DAY.isoformat(), "results": results, "warnings": [], "books": [book.as_json()]}
    for lang in ("zh", "en"):
        text = printed(t.print_match, document, lang, 80)
        fits = sum(1 for r in results if r["answer"] == "match")
        assert f"{w.label('match', lang)} · {fits}" in text
        assert str(len(results)) in text
        assert max(cell_len(line) for line in text.splitlines()) <= 80


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_invariant_24_a_plan_says_that_its_english_is_translated_as_of_which_day_and_binds_nobody(lang: str) -> None:
    """In the terminal, as a page and as a PDF."""
    from luodi.documents.plan_html import plan_html
    from luodi.documents.plan_pdf import plan_view

    plan, out = company("lantern-isle-cloud"), StringIO()
    t.print_plan(plan, lang, Console(file=out, width=200))
    said = w.translated(DAY, lang)
    assert w.day(DAY, lang) in said and ("not binding" if lang == "en" else "不具约束力") in said
    for text in (out.getvalue(), plan_html(plan, lang), str(plan_view(plan, lang))):
        assert said in text

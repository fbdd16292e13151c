"""The plan and the answers of single commands in a terminal, at every width, with and without colour."""

import re
from collections.abc import Sequence
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
from luodi.advice.landing_plan import LandingPlan
from luodi.advice.match import facts_of, match
from luodi.advice.plan import advise
from luodi.documents import terminal_answers as t
from luodi.documents import wording as w
from luodi.documents.plan_terminal import print_plan
from luodi.documents.plan_view import PlanView, plan_view
from luodi.documents.say import Say
from luodi.profiles.profile import parse_profile, read_profile
from luodi.rules.decide import decide
from luodi.rules.library import company_vocabulary, load_book

EXAMPLES = Path(__file__).parents[2] / "examples"
DAY = date(2024, 12, 2)
COMPANIES = sorted(path.stem for path in EXAMPLES.glob("*.yaml"))
B11 = {"service": "B11", "place": "BJ", "share": "100"}
WIDTHS = (40, 60, 80, 100, 120)
LINES_OF_PAGE_ONE = 60


@cache
def company(name: str) -> LandingPlan:
    return advise(read_profile(EXAMPLES / f"{name}.yaml", company_vocabulary()), on=DAY)


def made(on: date = DAY, **profile: Any) -> LandingPlan:
    return advise(parse_profile(profile, company_vocabulary()), on=on)


def printed(show: Any, document: Any, lang: str, width: int = 100, **console: Any) -> str:
    """What a terminal of that width gets."""
    out = StringIO()
    show(document, lang, Console(file=out, width=width, highlight=False, **console))
    return out.getvalue()


def plan_text(
    plan: LandingPlan, lang: str = "en", width: int = 100, sections: Sequence[str] = (), **console: Any
) -> str:
    return view_text(plan_view(plan, lang), width, sections, **console)


def view_text(view: PlanView, width: int = 100, sections: Sequence[str] = (), **console: Any) -> str:
    out = StringIO()
    print_plan(view, Console(file=out, width=width, highlight=False, **console), sections)
    return out.getvalue()


def flat(text: str) -> str:
    """The text without its line breaks."""
    return " ".join(text.split())


def in_order(text: str, *parts: str) -> bool:
    places = [flat(text).find(flat(part)) for part in parts]
    return -1 not in places and places == sorted(places)


def page_one(text: str, plan: LandingPlan, lang: str) -> list[str]:
    """The lines before the routes and the list of sections."""
    words = plan_view(plan, lang).words
    lines = text.splitlines()
    ends = [
        n for n, line in enumerate(lines) if line.startswith("── ") and (words.rest in line or words.routes in line)
    ]
    return lines[: ends[0]]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", COMPANIES)
def test_no_line_is_wider_than_the_terminal(name, lang):
    view = plan_view(company(name), lang)
    for width in WIDTHS:
        for line in view_text(view, width, sections=["all"]).splitlines():
            assert cell_len(line) <= width


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", COMPANIES)
def test_page_one_is_at_most_sixty_lines(name, lang):
    assert len(page_one(plan_text(company(name), lang), company(name), lang)) <= LINES_OF_PAGE_ONE


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", COMPANIES)
def test_no_hole_and_no_brace_is_shown(name, lang):
    text = plan_text(company(name), lang)
    assert "None" not in text.replace(",", " ").split()
    assert "{" not in text and "}" not in text


def test_the_sentence_comes_first_then_the_stamp_and_the_reasons():
    plan = company("lantern-isle-cloud")
    says = plan.page_one.answer.says
    assert in_order(plan_text(plan), says["en"], "[条] Allowed with conditions", "What decides it")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", COMPANIES)
def test_every_section_has_its_line_and_opens_by_its_name(name, lang):
    plan = company(name)
    shut = plan_text(plan, lang)
    for section in plan_view(plan, lang).sections:
        assert re.search(rf"^{section.id} ", shut, re.M) and flat(section.title) in flat(shut)
    opened = plan_text(plan, lang, sections=["sources"])
    assert len(opened.splitlines()) > len(shut.splitlines()) + len(plan.sources)
    assert not re.search(r"^sources ", opened, re.M)
    titles = [Say(plan, lang).of(row.title) for row in plan.sources]
    assert all(flat(title)[:20] in flat(opened) for title in titles)
    assert lang == "en" or not any(re.search(r"[\u3400-\u9fff]\(", title) for title in titles)


def test_every_step_has_its_line_and_the_critical_ones_a_dot():
    plan = company("lantern-isle-cloud")
    text = plan_text(plan, "zh", 120, sections=["all"])
    assert text.count("● ") >= sum(1 for step in plan.steps if step.critical)
    assert all("".join(step.title.zh.split()) in "".join(text.split()) for step in plan.steps)


def test_the_figure_is_a_range_with_what_is_open():
    plan = company("lantern-isle-cloud")
    duration = plan.page_one.duration
    assert duration is not None and duration.max_working_days is None
    text = flat(plan_text(plan))
    assert f"{duration.known.min} to {duration.known.max} working days, plus the pilot approval" in text


def test_colour_adds_nothing_to_the_words():
    plan = company("lantern-isle-cloud")
    assert "\x1b" not in plan_text(plan)
    coloured = plan_text(plan, force_terminal=True, color_system="standard")
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plan_text(plan)


def test_the_chart_in_letters_differs_by_form_and_an_open_end_reaches_the_edge():
    lines = plan_text(company("lantern-isle-cloud"), width=80).splitlines()
    bars = [line for line in lines if "░" in line]
    assert bars and all(line.endswith("░") and cell_len(line) >= 78 for line in bars)
    assert any("▒" in line for line in lines)


def test_a_narrow_terminal_gets_no_chart_and_no_table():
    text = plan_text(company("lantern-isle-cloud"), width=40, sections=["all"])
    assert not re.search("[█▒░]", text)


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
        assert flat(plan.page_one.answer.says[lang])[:20] in flat(text)
        assert "None" not in text.split()


def test_a_name_is_neither_markup_nor_a_command_to_the_terminal():
    name = "Isle [bold red]x[/] :smile: \x1b[31m\x1b]0;t\x07 \u202eabc"
    text = plan_text(made(name={"en": name}, plans=[B11], investor={"country": "SG"}), width=160)
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
def test_invariant_24_a_plan_says_as_of_which_day_it_holds_that_chinese_binds_and_that_it_binds_nobody(lang):
    """In the terminal, as a page and for the PDF."""
    from luodi.documents.plan_html import plan_html

    plan = company("lantern-isle-cloud")
    view = plan_view(plan, lang)
    assert w.day(DAY, lang) in view.notices[1]
    assert ("not legal advice" if lang == "en" else "不是法律意见") in view.notices[0]
    sources = next(section for section in view.sections if section.id == "sources")
    assert ("the Chinese text binds" if lang == "en" else "以中文为准") in sources.finding
    for text in (plan_text(plan, lang, 400), plan_html(plan, lang)):
        assert all(said in text for said in (*view.notices, sources.finding))

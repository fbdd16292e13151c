"""The plan as PDF: page one on one page, a short annex, the same bytes each time, and no text of a plan is markup."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from luodi.advice.landing_plan import LandingPlan
from luodi.advice.plan import advise
from luodi.documents.fonts import missing_glyphs
from luodi.documents.plan_pdf import _template, as_document, plan_pdf
from luodi.documents.plan_view import plan_view
from luodi.profiles.profile import parse_profile, read_profile
from luodi.rules.library import company_vocabulary

EXAMPLES = Path(__file__).parents[2] / "examples"
DAY = date(2026, 11, 24)
LANGUAGES = ("zh", "en")
COMPANIES = sorted(path.stem for path in EXAMPLES.glob("*.yaml"))
B11 = {"service": "B11", "place": "BJ", "share": "100"}
MOST_PAGES = 11
#: Text that would do something if it were read as markup.
WICKED = 'Co. #panic("x") *b* _i_ `c` $x^2$ <a> @b = h \\ // /* "q" [#eval("1")] {{ 7*7 }} &amp; 灯屿'


@cache
def company(name: str) -> LandingPlan:
    return advise(read_profile(EXAMPLES / f"{name}.yaml", company_vocabulary()), on=DAY)


def made(on: date = DAY, **profile: Any) -> LandingPlan:
    return advise(parse_profile(profile, company_vocabulary()), on=on)


@cache
def memo(name: str, lang: str) -> bytes:
    """The memo of an example or of an unusual plan; several tests look at one."""
    return plan_pdf(UNUSUAL[name]() if name in UNUSUAL else company(name), lang)


UNUSUAL = {
    "unknown": lambda: made(plans=[{"service": "B11", "place": "BJ"}]),
    "silent": lambda: made(plans=[{**B11, "service": "B1"}], investor={"country": "DE"}),
    "no plan": lambda: made(entity_type="limited_company"),
    "nothing told": lambda: made(),
}


def texts(value: Any) -> Iterator[str]:
    """Every text of a document, keys aside."""
    if isinstance(value, str):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ():
        yield from texts(item)


def pages_of(pdf: bytes) -> list[str]:
    """What a reader can copy out of each page; needs poppler's `pdftotext`."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    found = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
    return [" ".join(page.replace("\u200b", "").split()) for page in found.stdout.decode().split("\f") if page.strip()]


def squeezed(text: str) -> str:
    return re.sub(r"\s|\u200b", "", text)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", COMPANIES)
def test_page_one_is_complete_on_one_page_and_the_annex_is_short(name, lang):
    pages, view = pages_of(memo(name, lang)), plan_view(company(name), lang)
    assert len(pages) <= MOST_PAGES
    first = squeezed(pages[0])
    wanted = [
        view.headline,
        *(e.figure for e in view.takes),
        *(a.title for a in view.acts),
        *(u.text for u in view.unknown),
    ]
    wanted += [line.text for entry in view.takes for line in entry.lines]
    assert [text for text in wanted if squeezed(text) not in first] == []
    assert view.words.read_by in pages[0]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("case", UNUSUAL)
def test_a_plan_with_little_in_it_is_a_memo_too(case, lang):
    assert memo(case, lang).startswith(b"%PDF-")


@pytest.mark.parametrize("name", COMPANIES)
def test_a_memo_can_be_read_aloud_and_sent(name):
    """PDF/UA: tagged, with its language and title; and no larger than a letter bears."""
    pdf = memo(name, "zh")
    assert b"/StructTreeRoot" in pdf and b"/MarkInfo" in pdf and b"/Lang" in pdf
    assert b"pdfuaid" in pdf
    assert len(pdf) < 3_000_000


def test_the_same_plan_gives_the_same_bytes_of_the_day_of_the_plan():
    pdf = memo("lantern-isle-cloud", "zh")
    assert pdf == plan_pdf(company("lantern-isle-cloud"), "zh")
    assert b"D:20261124" in pdf


@pytest.mark.parametrize("name", COMPANIES)
def test_nothing_but_folded_lists_is_cut(name):
    """What is left out of a list is counted beside it."""
    for section, shown in zip(
        (view := plan_view(company(name), "en")).sections, as_document(view)["sections"], strict=True
    ):
        for block, placed in zip(section.blocks, shown["blocks"], strict=True):
            if "left_out" in placed:
                assert len(placed["rows"]) + placed["left_out"] == len(block.rows)
                assert not placed["left_out"] or block.folded or section.id == "questions"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", COMPANIES)
def test_every_citation_is_in_the_list_of_sources(name, lang):
    document = as_document(plan_view(company(name), lang))
    listed = {
        row["n"]
        for section in document["sections"]
        for b in section["blocks"]
        if b["kind"] == "sources"
        for row in b["rows"]
    }

    def cited(value: Any) -> Iterator[int]:
        if isinstance(value, dict):
            yield from (mark["n"] for mark in value.get("marks") or ())
        for item in value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ():
            yield from cited(item)

    assert listed and set(cited(document)) <= listed


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", COMPANIES)
def test_no_brace_is_shown_and_every_character_has_a_glyph(name, lang):
    document = as_document(plan_view(company(name), lang))
    svg = (document.pop("chart") or {}).get("svg", "")
    for text in texts(document):
        assert "{" not in text and "}" not in text
    assert missing_glyphs("".join(texts(document)) + svg) == ""


def test_the_template_itself_has_only_letters_that_can_be_set():
    assert missing_glyphs(_template().decode()) == ""


def test_a_letter_that_no_font_has_does_not_stop_the_memo():
    plan = made(name={"en": "Isle \N{HEBREW LETTER ALEF}\N{GRINNING FACE}"}, plans=[B11], investor={"country": "SG"})
    assert plan_pdf(plan, "en").startswith(b"%PDF-")


def test_text_of_a_company_is_never_markup():
    plan = made(name={"zh": WICKED, "en": WICKED}, about={"zh": WICKED, "en": WICKED}, plans=[B11])
    shown = " ".join(pages_of(plan_pdf(plan, "en")))
    assert '#panic("x") *b* _i_ `c`' in shown
    assert "[#eval(" in shown and "{{ 7*7 }} &amp;" in shown


def test_control_and_direction_marks_are_dropped():
    plan = made(name={"zh": "灯\x1b[31m屿\u202e", "en": "Isle\x00\u2066"}, plans=[B11], investor={"country": "SG"})
    assert plan_view(plan, "zh").kicker.startswith("灯[31m屿 ")
    assert plan_view(plan, "en").kicker.startswith("Isle ")
    assert plan_pdf(plan, "en").startswith(b"%PDF-")


def test_a_very_long_word_may_break():
    plan = made(name={"en": "W" * 300}, plans=[B11], investor={"country": "SG"})
    kicker = as_document(plan_view(plan, "en"))["kicker"]
    assert max(len(part) for part in kicker.split(" · ")[0].split("\u200b")) == 16


def test_pages_have_their_number_and_the_answer_comes_first():
    pages = pages_of(memo("lantern-isle-cloud", "en"))
    assert pages[0].index("You may own all of it") < pages[0].index("What decides it")
    assert all(f"{n}/{len(pages)}" in squeezed(page) for n, page in enumerate(pages, 1))
    assert "Landing plan for Lantern Isle Cloud Pte. Ltd." in pages[1]


def test_the_chart_says_itself_in_words():
    chart = as_document(plan_view(company("lantern-isle-cloud"), "en"))["chart"]
    assert "open: no text gives a time" in chart["says"] and "-hatch" in chart["svg"]

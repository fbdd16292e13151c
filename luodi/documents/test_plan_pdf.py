"""The plan as PDF: what it shows, that it shows it the same each time, that no text of a plan is markup."""

import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from luodi.advice.plan import advise
from luodi.documents import wording as w
from luodi.documents.fonts import missing_glyphs
from luodi.documents.gantt import schedule_svg
from luodi.documents.plan_pdf import _template, plan_pdf, plan_view
from luodi.profiles.profile import parse_profile, read_profile
from luodi.rules.library import company_vocabulary

EXAMPLES = Path(__file__).parents[2] / "examples"
DAY = date(2024, 12, 2)
COMPANIES = "lantern-isle-cloud harbour-appstore rhein-werk-platform kowloon-voice sakura-games qinghe-model".split()
B11 = {"service": "B11", "place": "BJ", "share": "100"}
#: Text that would do something if it were read as markup.
WICKED = 'Co. #panic("x") *b* _i_ `c` $x^2$ <a> @b = h \\ // /* "q" [#eval("1")] {{ 7*7 }} &amp; 灯屿'


@cache
def company(name: str) -> dict[str, Any]:
    return advise(read_profile(EXAMPLES / f"{name}.yaml", company_vocabulary()), on=DAY)


def made(on: date = DAY, **profile: Any) -> dict[str, Any]:
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
    """Every text of a view, keys aside."""
    if isinstance(value, str):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ():
        yield from texts(item)


def words_of(pdf: bytes) -> str:
    """What a reader can copy out of a PDF, in one line; needs poppler's `pdftotext`."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    found = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(found.stdout.decode().replace("\u200b", "").split())


# Every page is set in both languages, but not every company in both: a memo takes half a second.
@pytest.mark.parametrize(("name", "lang"), list(zip(COMPANIES, ["zh", "en"] * 3, strict=True)))
def test_every_example_becomes_a_memo(name, lang):
    pdf = memo(name, lang)
    assert pdf.startswith(b"%PDF-")
    assert len(pdf) < 3_000_000


@pytest.mark.parametrize(("case", "lang"), list(zip(UNUSUAL, ["zh", "en"] * 2, strict=True)))
def test_a_plan_with_little_in_it_is_a_memo_too(case, lang):
    assert memo(case, lang).startswith(b"%PDF-")


def test_the_same_plan_gives_the_same_bytes_of_the_day_of_the_plan():
    plan = company("lantern-isle-cloud")
    pdf = memo("lantern-isle-cloud", "zh")
    assert pdf == plan_pdf(plan, "zh")
    assert b"D:20241202" in pdf


def test_the_totals_are_those_of_the_plan():
    for name in COMPANIES:
        totals, view = company(name)["totals"], plan_view(company(name), "en")
        shown = [int(figure) for figure, _ in view["totals"]]
        keys = ("steps", "authorities", "documents", "working_days_critical")
        assert shown == [totals[key] for key in keys]
        assert len(view["steps"]) == totals["steps"]
        assert len(view["open_steps"]) == totals["steps_open"]
        assert len(view["documents"]) == totals["documents"]


def test_nothing_of_the_plan_is_left_out():
    plan = company("rhein-werk-platform")
    view = plan_view(plan, "en")
    assert len(view["sources"]) == len(plan["sources"])
    assert sum(len(group["rows"]) for group in view["policies"]) == len(plan["policies"])
    assert len(view["questions"]) == len(plan["questions"])
    assert len(view["duties"]) == len(plan["obligations"])
    assert len(view["changes"]) == len(plan["would_change"])
    assert [s["critical"] for s in view["steps"]] == [s["critical"] for s in plan["steps"]]


def test_every_number_of_a_source_is_in_the_list():
    for name in COMPANIES:
        view = plan_view(company(name), "zh")
        listed = {row["n"] for row in view["sources"]}
        rows = [*view["decides"], *view["changes"], *view["steps"], *view["open_steps"], *view["duties"]]
        cited = {c["n"] for row in rows for c in row["cites"]}
        assert cited <= listed


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", COMPANIES)
def test_no_hole_and_no_brace_is_shown(name, lang):
    view = plan_view(company(name), lang)
    view["chart"] = None
    told = view.pop("told")  # where "None" is the English word for a kind of content
    for text in (*texts(view), *(value for _, value, _ in told if value != "None")):
        assert "None" not in text.replace("None of these", "").split()
        assert "{" not in text and "}" not in text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_character_has_a_glyph(lang):
    for name in COMPANIES:
        view = plan_view(company(name), lang)
        svg = (view.pop("chart") or {}).get("svg", "")
        assert missing_glyphs("".join(texts(view)) + svg) == ""
    assert missing_glyphs(_template().decode()) == ""


def test_text_of_a_company_is_never_markup():
    lang = "en"
    plan = made(
        name={"zh": WICKED, "en": WICKED}, about={"zh": WICKED, "en": WICKED}, plans=[B11], investor={"country": "SG"}
    )
    view = plan_view(plan, lang)
    assert view["company"] == WICKED
    shown = words_of(plan_pdf(plan, lang))
    assert '#panic("x") *b* _i_ `c`' in shown
    assert "[#eval(" in shown and "{{ 7*7 }} &amp;" in shown


def test_control_and_direction_marks_are_dropped():
    plan = made(name={"zh": "灯\x1b[31m屿\u202e", "en": "Isle\x00\u2066"}, plans=[B11], investor={"country": "SG"})
    assert plan_view(plan, "zh")["company"] == "灯[31m屿"
    assert plan_view(plan, "en")["company"] == "Isle"
    assert plan_pdf(plan, "en").startswith(b"%PDF-")


def test_a_very_long_word_may_break():
    plan = made(name={"en": "W" * 300}, plans=[B11], investor={"country": "SG"})
    assert max(len(part) for part in plan_view(plan, "en")["company"].split("\u200b")) == 8


def test_pages_have_their_number_and_the_answer_comes_first():
    plan = company("lantern-isle-cloud")
    shown = words_of(memo("lantern-isle-cloud", "en"))
    assert shown.index(w.headline(plan, "en")) < shown.index("What decides it")
    assert "1 / 1" not in shown
    assert "Landing plan for Lantern Isle Cloud Pte. Ltd." in shown


def test_the_chart_fits_a_sheet_and_says_what_it_leaves_out():
    plan = company("lantern-isle-cloud")
    chart = plan_view(plan, "en")["chart"]
    whole = schedule_svg(plan, "en", fixed=True)
    assert len(chart["svg"]) < len(whole)
    assert w.label("open", "en") in chart["note"]


def test_a_source_without_an_address_names_where_it_was_read():
    view = plan_view(company("lantern-isle-cloud"), "en")
    own = [row for row in view["sources"] if row["url"] and not row["seen"]]
    seen = [row for row in view["sources"] if row["url"] and row["seen"]]
    assert own and seen
    assert all(url.startswith("http") for row in (*own, *seen) for url in row["url"])


# ---- the cover


@pytest.mark.parametrize(("lang", "kind", "contents"), [("zh", "落地方案", "目录"), ("en", "Landing plan", "Contents")])
def test_the_cover_says_for_whom_what_comes_of_it_and_where_the_rest_is(lang, kind, contents):
    plan = company("lantern-isle-cloud")
    pages = subprocess.run(
        ["pdftotext", "-", "-"], input=memo("lantern-isle-cloud", lang), capture_output=True, check=True
    )
    cover, *rest = pages.stdout.decode().split("\f")
    flat = "".join(cover.split())
    for text in (
        kind,
        w.pick(plan["company"], lang),
        w.headline(plan, lang),
        w.verdict_word(plan["verdict"], lang),
        contents,
    ):
        assert "".join(text.split()) in flat
    for name in plan_view(plan, lang)["words"]["sections"].values():
        at = [n for n, page in enumerate(rest, 2) if "".join(name.split()) in "".join(page.split())]
        assert not at or "".join(name.split()) in flat


@pytest.mark.parametrize("case", UNUSUAL)
def test_a_plan_with_little_in_it_has_a_cover_too(case):
    assert words_of(memo(case, "en")).count("Contents") == 1

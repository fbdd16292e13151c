"""Page one on a phone: the answer and what it takes within two screens, for every example and in both languages.

An address of the site carries one place and one share, so the plans of several places are looked at as the document
too.
"""

from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from luodi.advice.plan import advise
from luodi.documents.plan_html import plan_html
from luodi.profiles.profile import read_profile
from luodi.rules.library import company_vocabulary
from luodi.text import read_document
from tests.browser.waiting import expect

pytestmark = pytest.mark.django_db(transaction=True)

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.yaml"))
NAMES = [path.stem for path in EXAMPLES]
DAY = date(2026, 11, 24)
PHONE = {"width": 390, "height": 844}
SCREENS = 2
#: Where the first closed section begins: a way after a no, or a section of the rest.
_FIRST_CLOSED = """() => Math.min(...[...document.querySelectorAll('.route:not([open]), .leaf:not([open])')]
  .map(section => section.getBoundingClientRect().top + scrollY))"""
_WIDTH = "() => document.documentElement.scrollWidth"
#: Texts of page one that end beyond their own box.
_CLIPPED = """() => [...document.querySelectorAll('.pageone :is(h1, h2, dt, dd, p, li, b, small)')]
  .filter(one => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== 'inline')
  .map(one => one.textContent.trim().slice(0, 60))"""


def query(path: Path) -> str:
    """The answers of an example as an address of the advisor; of its plans those that share the first one's terms."""
    raw = read_document(path)
    pairs: list[tuple[str, str]] = []
    for name, value in raw.items():
        if name in ("id", "name", "about"):
            continue
        if name == "investor":
            pairs.append(("investor", str(value["country"])))
            pairs += [(key, str(text)) for key, text in value.items() if key != "country"]
        elif name == "plans":
            pairs += _plans(value)
        elif name == "holdings":
            pairs += _holdings(value)
        elif not isinstance(value, dict):
            pairs.append((name, ",".join(map(str, value)) if isinstance(value, list) else str(value)))
    return urlencode(pairs, safe="~,|")


def _plans(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    first = rows[0]
    alike = [row["service"] for row in rows if all(row.get(key) == first.get(key) for key in ("place", "share"))]
    share = [("share", str(first["share"]))] if "share" in first else []
    return [("service", ",".join(alike)), ("place", str(first["place"])), *share]


def _holdings(found: dict[str, Any]) -> list[tuple[str, str]]:
    rows = [f"{s['owner']}|{found['nodes'][s['owner']]}|{s['company']}|{s['share']}" for s in found["stakes"]]
    return [("held", str(found["company"])), *(("stake", row) for row in rows)]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("path", EXAMPLES, ids=NAMES)
def test_on_a_phone_the_first_closed_section_begins_within_two_screens(open_page: Any, path: Path, lang: str) -> None:
    page = open_page(f"/{lang}/advisor/plan/?{query(path)}&on={DAY}", width=PHONE["width"])
    page.set_viewport_size(PHONE)
    expect(page.locator("#result h1")).not_to_be_empty()
    assert page.evaluate(_FIRST_CLOSED) <= SCREENS * PHONE["height"]
    assert page.evaluate(_WIDTH) <= PHONE["width"]
    assert page.evaluate(_CLIPPED) == []


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("path", EXAMPLES, ids=NAMES)
def test_the_document_on_a_phone_is_as_short(chromium: Any, tmp_path: Path, path: Path, lang: str) -> None:
    made, file = advise(read_profile(path, company_vocabulary()), on=DAY), tmp_path / "plan.html"
    file.write_text(plan_html(made, lang), encoding="utf-8")
    page = chromium.new_page(viewport=PHONE)
    page.goto(file.as_uri())
    first, width, clipped = (page.evaluate(what) for what in (_FIRST_CLOSED, _WIDTH, _CLIPPED))
    page.close()
    assert first <= SCREENS * PHONE["height"]
    assert width <= PHONE["width"] and clipped == []


def test_on_a_wide_screen_and_on_paper_the_ways_after_a_no_stand_open(open_page: Any) -> None:
    page = open_page("/en/advisor/plan/?investor=DE&service=B11&place=GUANGZHOU&share=30&on=2026-11-24")
    first = page.locator(".route .ledger").first
    expect(first).to_be_visible()
    page.set_viewport_size(PHONE)
    expect(first).to_be_hidden()
    page.locator(".route > summary").first.click()
    expect(first).to_be_visible()
    page.locator(".route > summary").first.click()
    page.emulate_media(media="print")
    expect(first).to_be_visible()

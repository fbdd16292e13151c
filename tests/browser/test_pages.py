"""What holds on every page in both languages: no barrier, no sideways scrolling, little weight, one host."""

import gzip
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from luodi.rules.library import load_book
from luodi.web.conftest import unit
from luodi.web.library.index import refresh
from luodi.web.site.language import CODES
from tests.browser.pages import ALSO, PAGES

pytestmark = pytest.mark.django_db(transaction=True)
LANGUAGES = ["zh", "en"]
ADDRESSES = [*PAGES.items(), *ALSO]
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


SEARCHED = ("library:search", "library:list", "library:edition")


def address(name: str, rest: str, lang: str, **values: object) -> str:
    route, *args = name.format(edition=load_book("policies").hash[:12], **values).split()
    with translation.override(CODES[lang]):
        return reverse(route, args=args) + rest


@pytest.fixture(autouse=True)
def indexed(transactional_db: None, name: str) -> None:
    """Tables are emptied between these tests; search needs its index again."""
    if name.startswith(SEARCHED):
        refresh(timezone.now())
    if name == "advisor:hand_over":
        unit("City")


@pytest.mark.parametrize(("lang", "scheme"), [("zh", "light"), ("en", "light"), ("en", "dark")])
@pytest.mark.parametrize(("name", "rest"), ADDRESSES)
def test_a_page_has_no_barrier(open_page: Any, name: str, rest: str, lang: str, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = open_page(address(name, rest, lang), scheme=scheme)
    found = axe.Axe().run(page, options={"runOnly": {"type": "tag", "values": STANDARD}}).response["violations"]
    assert [(v["id"], [node["target"] for node in v["nodes"]][:3]) for v in found] == []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("name", "rest"), ADDRESSES)
def test_a_page_fits_a_narrow_screen(open_page: Any, name: str, rest: str, lang: str) -> None:
    page = open_page(address(name, rest, lang), width=320)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("lang", ["zh"])
@pytest.mark.parametrize(("name", "rest"), ADDRESSES)
def test_a_first_visit_is_light(open_page: Any, name: str, rest: str, lang: str) -> None:
    page = open_page("about:blank")
    weights: list[int] = []
    page.on("response", lambda response: weights.append(len(gzip.compress(response.body()))))
    page.goto(address(name, rest, lang), wait_until="networkidle")
    assert 0 < sum(weights) < 120_000

"""The plan as one page: it needs nothing else, refuses everything else, and says what the plan says."""

import base64
import hashlib
import os
import re
import subprocess
from collections import Counter
from copy import deepcopy
from datetime import date
from functools import cache
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from luodi.advice.plan import advise
from luodi.documents import wording
from luodi.documents.plan_html import plan_html
from luodi.profiles.profile import parse_profile, read_profile
from luodi.rules.library import company_vocabulary

EXAMPLES = Path(__file__).parents[2] / "examples"
LANGUAGES = ("zh", "en")
VOID = set("area base br col embed hr img input link meta source track wbr".split())


@cache
def plan(name: str = "lantern-isle-cloud", day: date = date(2024, 12, 2)) -> dict[str, Any]:
    return advise(read_profile(EXAMPLES / f"{name}.yaml", company_vocabulary()), on=day)


@cache
def html(lang: str, name: str = "lantern-isle-cloud", day: date = date(2024, 12, 2)) -> str:
    return plan_html(plan(name, day), lang)


def page_of(profile: dict[str, Any], lang: str = "en") -> str:
    return plan_html(advise(parse_profile(profile, company_vocabulary()), on=date(2024, 12, 2)), lang)


class Page(HTMLParser):
    """Tags with their attributes, the visible text, and whether each tag is closed where it should be."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.stack: list[str] = []
        self.faults: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.stack or self.stack.pop() != tag:
            self.faults.append(f"</{tag}> on line {self.getpos()[0]}")

    def handle_data(self, data: str) -> None:
        if self.stack and self.stack[-1] not in ("style", "script"):
            self.text.append(data)

    def all(self, name: str) -> list[str]:
        return [str(attrs[name]) for _, attrs in self.tags if attrs.get(name) is not None]

    @property
    def words(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.text)).replace("\u00a0", " ")


OTHER_PLANS = [(name, date(2026, 11, 24)) for name in ("harbour-appstore", "sakura-games", "qinghe-model")]
EVERY = [("lantern-isle-cloud", date(2024, 12, 2)), *OTHER_PLANS]


# ---- one file, nothing else


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("name", "day"), EVERY)
def test_the_page_is_whole(name: str, day: date, lang: str) -> None:
    page = Page(html(lang, name, day))
    assert not page.faults
    assert not page.stack
    ids = Counter(page.all("id"))
    assert [i for i, n in ids.items() if n > 1] == []
    targets = [href[1:] for href in page.all("href") if href.startswith("#")]
    targets += page.all("popovertarget") + [i for ids in page.all("aria-labelledby") for i in ids.split()]
    assert set(targets) <= set(ids)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_is_loaded_and_nothing_runs(lang: str) -> None:
    page = Page(html(lang))
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"script", "link", "img", "iframe", "object", "embed", "form", "audio", "video"}
    names = {name for _, attrs in page.tags for name in attrs}
    assert not {name for name in names if name.startswith("on") or name in ("src", "srcset", "style", "action")}
    assert not re.search(r"@import|url\((?!#)", html(lang))
    outside = [a.get("href", "") for tag, a in page.tags if tag == "a" and not str(a.get("href")).startswith("#")]
    assert all(str(href).startswith(("https://", "http://")) for href in outside)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_policy_allows_this_style_and_no_other(lang: str) -> None:
    style = re.search(r"<style>(.*?)</style>", html(lang), re.DOTALL)
    policy = next(a["content"] for t, a in Page(html(lang)).tags if a.get("http-equiv") == "Content-Security-Policy")
    assert style
    digest = base64.b64encode(hashlib.sha256(style.group(1).encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:" in str(policy)
    assert "unsafe" not in str(policy)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_pictures_are_well_formed(lang: str) -> None:
    pictures = re.findall(r"<svg\b.*?</svg>", html(lang), re.DOTALL)
    assert len(pictures) > 5
    # A nested picture ends the search early, so whole figures are read as well.
    figures = re.findall(r"<figure.*?</figure>", html(lang), re.DOTALL)
    for text in figures:
        ElementTree.fromstring(text)


# ---- what it says


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("name", "day"), EVERY)
def test_no_gap_shows(name: str, day: date, lang: str) -> None:
    words = Page(html(lang, name, day)).words.replace("Security-review sector None", "")  # a label of the vocabulary
    assert not re.search(r"\bNone\b|\{\}|\[\]|\bnull\b|undefined|\{['\"]|Markup\(", words)
    assert not re.search(r"(?<![\w/=.-])\d{4}-\d{2}-\d{2}(?![\w/-])", words)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("name", "day"), EVERY)
def test_every_source_number_leads_to_its_source(name: str, day: date, lang: str) -> None:
    page, sources = Page(html(lang, name, day)), plan(name, day)["sources"]
    ids = set(page.all("id"))
    assert {f"s{row['n']}" for row in sources} <= ids
    assert {f"c{row['n']}" for row in sources} <= ids
    opened = {target for target in page.all("popovertarget")}
    assert opened <= {f"c{row['n']}" for row in sources}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("name", "day"), EVERY)
def test_totals_are_those_of_the_plan(name: str, day: date, lang: str) -> None:
    totals = plan(name, day)["totals"]
    printed = re.search(r'<dl class="totals">(.*?)</dl>', html(lang, name, day), re.DOTALL)
    assert printed
    figures = [int(n) for n in re.findall(r"<dd>(\d+)</dd>", printed.group(1))]
    assert figures == [totals[key] for key in ("steps", "authorities", "documents", "working_days_critical")]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_of_the_plan_is_left_out(lang: str) -> None:
    words = Page(html(lang)).words
    squeezed = re.sub(r"\s", "", words)
    document = plan()
    titles = [row["title"] for key in ("steps", "open_steps", "policies", "obligations") for row in document[key]]
    titles += [row["name"] for row in document["documents"]] + [q["text"] for q in document["questions"]]
    titles += [row["title"] for row in document["policies_beside"]]
    exact = [wording.exact_time(t[lang], document["on"], lang) for t in titles]
    assert [text for text in exact if re.sub(r"\s", "", text) not in squeezed] == []


@pytest.mark.parametrize(
    ("text", "lang", "exact"),
    [
        ("R&D expense, last year", "en", "R&D expense, 2023"),
        ("What was the R&D expense last year?", "en", "What was the R&D expense in 2023?"),
        ("Liabilities at the end of last year", "en", "Liabilities at the end of 2023"),
        ("Sensitive PI exported this year", "en", "Sensitive PI exported in 2024"),
        ("the last two years, and every year", "en", "the last two years, and every year"),
        ("上年度研发费用", "zh", "2023年研发费用"), ("上上年度营业收入", "zh", "2022年度营业收入"),
        ("当年累计出境敏感个人信息人数", "zh", "2024年累计出境敏感个人信息人数"),
        ("认定当年起三年", "zh", "认定当年起三年"),
    ],
)  # fmt: skip
def test_time_is_said_exactly_as_of_the_day_of_the_plan(text: str, lang: str, exact: str) -> None:
    assert wording.exact_time(text, "2024-12-02", lang) == exact


def test_the_answer_comes_first() -> None:
    english, chinese = Page(html("en")).words, Page(html("zh")).words
    assert "You may own all of it, once the ministry has approved your company." in english
    assert "可以全资经营，但须先取得工信部对贵公司的批复。" in chinese
    assert english.index("You may own") < english.index("What decides it") < english.index("Steps and time")
    assert 'class="seal if"' in html("en")


def test_the_rule_that_decides_stands_in_both_languages() -> None:
    title = plan()["access"][0]["rule"]["title"]
    for lang in LANGUAGES:
        words = Page(html(lang)).words
        assert title["zh"] in words
        assert title["en"] in words


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_of_several_plans_has_its_own_block(lang: str) -> None:
    text = html(lang, "sakura-games", date(2026, 11, 24))
    blocks = re.search(r'<ol class="plans">(.*?)</ol>', text, re.DOTALL)
    assert blocks
    assert blocks.group(1).count("<h2>") == 3
    assert 'class="fails"' in text


def test_a_company_without_a_plan_still_gets_its_steps() -> None:
    page = Page(page_of({"name": {"en": "Plain", "zh": "普通"}, "entity_type": "limited_company"}))
    assert "No service is named" in page.words
    assert "Steps and time" in page.words


def test_a_missing_part_is_asked_for() -> None:
    words = Page(page_of({"plans": [{"service": "B11", "share": 100}], "investor": {"country": "SG"}})).words
    assert "We cannot tell yet: tell us the place." in words
    assert "Tell us what is missing first" in words


def test_what_rests_on_little_is_marked() -> None:
    document = deepcopy(plan())
    document["steps"][0]["confidence"] = "low"
    before, after = (plan_html(p, "en").count("to be checked") for p in (plan(), document))
    assert after > before


# ---- languages and escaping


def test_chinese_in_an_english_page_is_marked() -> None:
    """Every run of Chinese stands inside something that says so; the letters of seals are drawings."""
    open_tags: list[tuple[str, str]] = []
    found: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag not in VOID:
                open_tags.append((tag, dict(attrs).get("lang") or (open_tags[-1][1] if open_tags else "")))

        def handle_endtag(self, tag: str) -> None:
            open_tags.pop()

        def handle_data(self, data: str) -> None:
            drawn = any(tag in ("svg", "style") for tag, _ in open_tags)
            if not drawn and re.search(r"[\u4e00-\u9fff]", data) and open_tags[-1][1] != "zh-Hans":
                found.append(data)

    Reader().feed(html("en"))
    assert found == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text_is_escaped(lang: str) -> None:
    bad = '<script>alert(1)</script> & "quoted" \'</style>'
    document = _with_text(plan(), bad)
    text = plan_html(document, lang)
    assert "<script" not in text
    assert text.count("</style>") == 1
    assert not Page(text).faults
    assert bad in unescape(text)


def _with_text(value: Any, bad: str) -> Any:
    """The plan with every text that a person may have written replaced."""
    if isinstance(value, dict):
        if set(value) == {"zh", "en"}:
            return {"zh": bad, "en": bad}
        return {k: v if k in ("every", "benefit") else _with_text(v, bad) for k, v in value.items()}
    return [_with_text(v, bad) for v in value] if isinstance(value, list) else value


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", 'https://a"onclick="x'])
def test_only_plain_addresses_become_links(url: str) -> None:
    document = deepcopy(plan())
    document["sources"][0]["url"] = url
    page = Page(plan_html(document, "en"))
    hrefs = [href for href in page.all("href") if not href.startswith("#")]
    assert all(href.startswith(("https://", "http://")) for href in hrefs)
    assert "onclick" not in {name for _, attrs in page.tags for name in attrs}


def test_the_same_plan_gives_the_same_page() -> None:
    assert plan_html(plan(), "zh") == html("zh")


@pytest.mark.skipif(not os.environ.get("LUODI_TEST_BROWSER"), reason="needs a browser")
def test_a_plan_of_two_services_prints_as_a_memo(tmp_path):
    """Lists that are shut stay shut on paper; before they did not, it was 34 sheets."""
    plans = [{"service": "B11", "place": "BJ", "share": "100"}, {"service": "B25", "place": "BJ", "share": "50"}]
    profile = parse_profile({"investor": {"country": "SG"}, "plans": plans}, company_vocabulary())
    page, printed = tmp_path / "plan.html", tmp_path / "plan.pdf"
    page.write_text(plan_html(advise(profile, on=date(2024, 12, 2)), "en"), encoding="utf-8")
    browser = [
        os.environ["LUODI_TEST_BROWSER"],
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--print-to-pdf={printed}",
    ]
    subprocess.run([*browser, page.as_uri()], check=True, capture_output=True)
    sheets = len(re.findall(rb"/Type\s*/Page\b", printed.read_bytes()))
    assert 4 <= sheets <= 16

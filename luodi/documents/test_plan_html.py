"""The plan as one page: it needs nothing else, refuses everything else, and says what the plan says."""

import base64
import hashlib
import json
import os
import re
import subprocess
from collections import Counter
from datetime import date
from functools import cache
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from luodi.advice.landing_plan import LandingPlan
from luodi.advice.plan import advise
from luodi.documents.labels import dated, exact_time
from luodi.documents.plan_html import plan_html
from luodi.documents.plan_view import plan_view
from luodi.documents.view import Entry
from luodi.profiles.profile import parse_profile, read_profile
from luodi.rules.library import company_vocabulary

EXAMPLES = Path(__file__).parents[2] / "examples"
LANGUAGES = ("zh", "en")
TODAY = date(2026, 11, 24)
EVERY = sorted(path.stem for path in EXAMPLES.glob("*.yaml"))
VOID = set("area base br col embed hr img input link meta source track wbr".split())
WORDS_OF_PAGE_ONE = 250


@cache
def plan(name: str = "lantern-isle-cloud", day: date = TODAY) -> LandingPlan:
    return advise(read_profile(EXAMPLES / f"{name}.yaml", company_vocabulary()), on=day)


@cache
def html(lang: str, name: str = "lantern-isle-cloud", day: date = TODAY) -> str:
    return plan_html(plan(name, day), lang)


def page_of(profile: dict[str, Any], lang: str = "en") -> str:
    return plan_html(advise(parse_profile(profile, company_vocabulary()), on=date(2024, 12, 2)), lang)


def changed(made: LandingPlan, change: Any) -> LandingPlan:
    """The plan after a change to its document."""
    document = made.as_json()
    change(document)
    return LandingPlan.of(document)


class Page(HTMLParser):
    """Tags with their attributes, the visible text, and whether each tag is closed where it should be.

    `page_one` is the visible text of page one without that of pictures and the numbers of citations; `runs` every
    piece with the language it is in.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.page_one: list[str] = []
        self.runs: list[tuple[str, str]] = []
        self.stack: list[tuple[str, dict[str, str | None]]] = []
        self.faults: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.stack.append((tag, dict(attrs)))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.stack or self.stack.pop()[0] != tag:
            self.faults.append(f"</{tag}> on line {self.getpos()[0]}")

    def handle_data(self, data: str) -> None:
        names = {tag for tag, _ in self.stack}
        if names & {"style", "script"}:
            return
        self.text.append(data)
        if "svg" in names:
            return
        lang = next((str(attrs["lang"]) for _, attrs in reversed(self.stack) if attrs.get("lang")), "")
        self.runs.append((lang, data))
        classes = {name for _, attrs in self.stack for name in str(attrs.get("class") or "").split()}
        hidden = any(attrs.get("aria-hidden") for _, attrs in self.stack)
        if "pageone" in classes and not hidden and not classes & {"signed", "unseen", "cite", "key"}:
            self.page_one.append(data)

    def all(self, name: str) -> list[str]:
        return [str(attrs[name]) for _, attrs in self.tags if attrs.get(name) is not None]

    @property
    def words(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.text)).replace("\u00a0", " ")


@cache
def parsed(lang: str, name: str = "lantern-isle-cloud", day: date = TODAY) -> Page:
    return Page(html(lang, name, day))


# ---- one file, nothing else


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", EVERY)
def test_the_page_is_whole(name: str, lang: str) -> None:
    page = parsed(lang, name)
    assert not page.faults
    assert not page.stack
    ids = Counter(page.all("id"))
    assert [i for i, n in ids.items() if n > 1] == []
    targets = [href[1:] for href in page.all("href") if href.startswith("#")]
    targets += page.all("popovertarget") + [i for ids in page.all("aria-labelledby") for i in ids.split()]
    assert set(targets) <= set(ids)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_is_loaded_and_nothing_runs(lang: str) -> None:
    page = parsed(lang)
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
    policy = next(a["content"] for t, a in parsed(lang).tags if a.get("http-equiv") == "Content-Security-Policy")
    assert style
    digest = base64.b64encode(hashlib.sha256(style.group(1).encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:" in str(policy)
    assert "unsafe" not in str(policy)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", EVERY)
def test_pictures_are_well_formed_and_have_a_name(name: str, lang: str) -> None:
    pictures = re.findall(r"<svg\b[^>]*class=\"plot\" role=\"img\".*?</svg>", html(lang, name), re.DOTALL)
    seals = re.findall(r"<svg class=\"seal.*?</svg>", html(lang, name), re.DOTALL)
    for text in (*pictures, *seals):
        drawn = ElementTree.fromstring(text)
        assert drawn.get("aria-labelledby") or drawn.get("aria-label")


# ---- read aloud


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", EVERY)
def test_headings_are_one_h1_and_leave_no_level_out(name: str, lang: str) -> None:
    # A popover is a document of its own, opened over the page.
    outside = re.sub(r"<aside class=\"clause\".*?</aside>", "", html(lang, name), flags=re.DOTALL)
    levels = [int(tag[1]) for tag, _ in Page(outside).tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1 and levels[0] == 1
    assert all(later <= before + 1 for before, later in pairwise(levels))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", EVERY)
def test_what_is_pressed_or_opened_has_a_name(name: str, lang: str) -> None:
    text = html(lang, name)
    for tag, attrs in Page(text).tags:
        if tag in ("button", "nav") and "popovertargetaction" not in attrs:
            assert attrs.get("aria-label"), (tag, attrs)
        if "popover" in attrs:
            assert attrs.get("aria-label") or attrs.get("aria-labelledby")
    assert not re.search(r"<(summary|a|button|th|dt)\b[^>]*>\s*</", text)
    assert 'class="skip" href="#main"' in text


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", EVERY)
def test_a_piece_in_the_other_language_says_so(name: str, lang: str) -> None:
    """Every run of Chinese in an English page stands inside something that says so; in a Chinese page no sentence is
    English but one that says so. Names, addresses and abbreviations may stand in either."""
    assert f'<html lang="{"zh-Hans" if lang == "zh" else "en"}">' in html(lang, name)
    for marked, data in parsed(lang, name).runs:
        if lang == "en" and marked != "zh-Hans":
            assert not re.search(r"[\u4e00-\u9fff]", data), data
        if lang == "zh" and marked == "zh-Hans" and "/" not in data:
            assert not re.search(r"\b(the|of|and|is|are|not|with|for|from)\b", data), data


# ---- what it says


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", EVERY)
def test_no_gap_shows(name: str, lang: str) -> None:
    # "None" is the label of a value of these attributes
    words = re.sub(
        r"\bNone of these\b|\b[Ss]ector None\b|(: |services |industry |list |for export |is not |cover )None\b",
        "",
        parsed(lang, name).words,
    )
    assert not re.search(r"\bNone\b|\{\}|\[\]|\bnull\b|undefined|\{['\"]|Markup\(|Text\(", words)
    assert not re.search(r"(?<![\w/=.-])\d{4}-\d{2}-\d{2}(?![\w/-])", words)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", EVERY)
def test_page_one_leaves_to_the_form_that_several_may_be_chosen(name: str, lang: str) -> None:
    asked = [row.text for row in plan_view(plan(name), lang).unknown]
    assert all(text.endswith(("?", "？")) for text in asked)
    assert not any("all that apply" in text or "可多" in text for text in asked)


@pytest.mark.parametrize("name", EVERY)
def test_page_one_holds_at_most_250_words(name: str) -> None:
    """Without the words of the chart, the numbers of citations, and the lines to sign on."""
    for day in (TODAY, date(2024, 12, 2)):
        words = " ".join(parsed("en", name, day).page_one).split()
        assert len([word for word in words if re.search(r"\w", word)]) <= WORDS_OF_PAGE_ONE


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", EVERY)
def test_every_citation_leads_to_its_source(name: str, lang: str) -> None:
    page, sources = parsed(lang, name), plan(name).sources
    numbers = {row.n for row in sources}
    ids = set(page.all("id"))
    assert {f"s{n}" for n in numbers} | {f"c{n}" for n in numbers} <= ids
    opened = set(page.all("popovertarget"))
    assert opened and opened <= {f"c{n}" for n in numbers}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", EVERY)
def test_nothing_of_the_plan_is_left_out(name: str, lang: str) -> None:
    made = plan(name)
    squeezed = re.sub(r"\s", "", parsed(lang, name).words)
    rows = (*made.steps, *made.open_steps, *made.policies, *made.obligations, *made.policies_beside, *made.coming)
    texts = [row.title for row in rows] + [row.name for row in made.documents] + [q.text for q in made.questions]
    texts += [row.title for row in made.routes]
    shown = [re.sub(r"\s", "", exact_time(dated(text[lang], lang), made.on, lang)) for text in texts]
    assert [text for text in shown if text not in squeezed] == []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", EVERY)
def test_no_single_day_is_named_where_the_end_is_open(name: str, lang: str) -> None:
    """The figure is a range, or names the approval that is open; other open steps are counted in it and named below."""
    made = plan(name)
    duration, view = made.page_one.duration, plan_view(made, lang)
    entries = [entry for entry in view.takes if entry.id == "duration"]
    if duration is None or not entries:
        assert not entries and view.chart is None
        return
    figure, below = entries[0].figure, " ".join(line.text for line in entries[0].lines).casefold()
    if duration.max_working_days is not None:
        assert str(duration.min_working_days) in figure and str(duration.max_working_days) in figure
        return
    waits = [s for s in made.steps if s.id in duration.open]
    approval = next((s.output[lang] for s in waits if s.domain == "qualification" and s.output), None)
    if approval:
        assert approval.casefold() in figure.casefold()
    elif waits:
        assert ("时间未定" if lang == "zh" else "open step") in figure
        assert all(s.title[lang].casefold() in below for s in waits)
    else:
        assert figure.startswith("至少" if lang == "zh" else "At least")


@pytest.mark.parametrize("name", EVERY)
def test_after_a_no_there_is_no_schedule(name: str) -> None:
    made = plan(name)
    view = plan_view(made, "en")
    if made.access and all(row.answer == "not_allowed" for row in made.access):
        assert view.chart is None and not view.acts and not any(section.id == "to_open" for section in view.sections)
        assert {"duration", "fees"}.isdisjoint(entry.id for entry in view.takes)


@pytest.mark.parametrize("name", EVERY)
def test_the_numbers_of_the_chart_are_those_of_the_document(name: str) -> None:
    made = plan(name)
    steps = {step.title.en: step for step in made.steps}
    view = plan_view(made, "en")
    tables = [block.chart for section in view.sections for block in section.blocks if getattr(block, "chart", None)]
    for chart in (view.chart, *tables):
        for bar in chart.bars if chart else ():
            step = steps[bar.label]
            assert bar.critical is step.critical
            if step.time.rests == "open":
                assert bar.high is None and step.finish.max is None
            else:
                assert (bar.start, bar.low, bar.high) == (step.start.min, step.finish.min, step.finish.max)


def test_the_answer_comes_first() -> None:
    english, chinese = parsed("en").words, parsed("zh").words
    assert "You may own all of it, once the ministry has approved your company." in english
    assert "可以全资经营，但须先取得工信部对贵公司的批复。" in re.sub(r"\s", "", chinese)
    assert english.index("You may own") < english.index("What decides it") < english.index("What it takes")
    assert 'class="seal if"' in html("en")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_several_services_are_answered_apart_and_together(lang: str) -> None:
    text = html(lang, "harbour-appstore")
    table = re.search(r'<table class="several">(.*?)</table>', text, re.DOTALL)
    whole = plan("harbour-appstore").whole
    assert table and whole
    assert table.group(1).count('class="stamp') == len(whole.cells)
    assert table.group(1).count('scope="col"') == len(whole.columns)


def entry_of(name: str, lang: str, entry: str) -> Entry:
    return next(row for row in plan_view(plan(name), lang).takes if row.id == entry)


def test_a_single_condition_needs_no_number_and_several_have_theirs() -> None:
    assert not entry_of("maple-assistant", "en", "conditions").numbered
    assert entry_of("lantern-isle-cloud", "en", "conditions").numbered


def test_a_condition_of_one_of_several_services_names_it() -> None:
    lines = [line.text for line in entry_of("kowloon-voice", "en", "conditions").lines]
    assert "Internet data centre (IDC): joint venture" in lines
    assert "Certified Hong Kong or Macao service supplier" in lines  # common to both


def test_the_time_to_pay_the_capital_is_said_as_a_sentence() -> None:
    english, chinese = (entry_of("solvik-suite", lang, "capital").lines[-1].text for lang in ("en", "zh"))
    assert english == "To be paid in within 5 years from founding."
    assert chinese == "自成立之日起5年内缴足。"


def test_fees_that_nobody_knows_are_no_zero() -> None:
    assert entry_of("lantern-isle-cloud", "en", "fees").lines[0].text.startswith("Free where known; not known for ")
    assert entry_of("harbour-appstore", "zh", "fees").lines[0].text.startswith("已知官方收费合计800元，另有")


def test_a_domestic_company_has_no_share_of_0_percent() -> None:
    assert "no foreign share" in plan_view(plan("qinghe-model"), "en").kicker
    assert "无外资" in plan_view(plan("qinghe-model"), "zh").kicker


def test_a_share_that_was_looked_through_is_shown_as_a_fact_and_not_as_a_wish() -> None:
    assert plan_view(plan("mill-weaver"), "en").headline == "Foreign investors hold 52.25 %; the cap is 50 %."
    assert plan_view(plan("mill-weaver"), "zh").headline == "外资持有52.25%，上限是50%。"


@pytest.mark.parametrize(
    ("lang", "known", "least"),
    [
        ("zh", {}, "至少1个工作日"),
        ("en", {}, "At least 1 working day"),
        ("zh", {"has_mainland_company": False}, "至少5个工作日"),
        ("en", {"has_mainland_company": False}, "At least 5 working days"),
    ],
)
def test_before_the_answer_is_known_no_range_of_time_is(lang: str, known: dict[str, Any], least: str) -> None:
    """Only the least is: to found the company counts once it is known that there is none."""
    profile = {"investor": {"country": "DE"}, "plans": [{"service": "B11", "share": "100"}], **known}
    view = plan_view(advise(parse_profile(profile, company_vocabulary()), on=TODAY), lang)
    assert view.stamp is not None and view.stamp.tone == "ask"
    entry = next(row for row in view.takes if row.id == "duration")
    assert entry.figure == least and view.chart is None
    assert not any(
        re.search(r"\d+(至| to )\d+", section.finding) for section in view.sections if section.id == "to_open"
    )


def test_only_a_plan_that_is_closed_as_a_whole_says_that_there_is_no_schedule() -> None:
    assert "no schedule" in plan_view(plan("mill-weaver"), "en").words.routes_intro
    assert "no schedule" not in plan_view(plan("sakura-games"), "en").words.routes_intro


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_route_opens_by_itself(lang: str) -> None:
    shown = plan_view(plan("mill-weaver"), lang).routes
    assert len(shown) > 2
    assert html(lang, "mill-weaver").count('<details class="route"') == len(shown)


def test_a_company_without_a_plan_still_gets_its_steps() -> None:
    page = Page(page_of({"name": {"en": "Plain", "zh": "普通"}, "entity_type": "limited_company"}))
    assert re.search(r"polic(y fits|ies fit)", page.words)
    assert "To open" in page.words


def test_a_missing_part_is_asked_for() -> None:
    words = Page(page_of({"plans": [{"service": "B11", "share": 100}], "investor": {"country": "SG"}})).words
    assert "We cannot tell yet: tell us where it will be." in words


def test_what_rests_on_little_is_marked() -> None:
    def weaker(document: dict[str, Any]) -> None:
        document["steps"][0] |= {"confidence": "low", "read": "not_read"}

    before, after = (plan_html(p, "en").count("not read") for p in (plan(), changed(plan(), weaker)))
    assert after > before


# ---- escaping


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text_is_escaped(lang: str) -> None:
    bad = '<script>alert(1)</script> & "quoted" \'</style>'
    text = plan_html(LandingPlan.of(_with_text(plan().as_json(), bad)), lang)
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
    def other(document: dict[str, Any]) -> None:
        document["sources"][0]["url"] = url

    page = Page(plan_html(changed(plan(), other), "en"))
    hrefs = [href for href in page.all("href") if not href.startswith("#")]
    assert all(href.startswith(("https://", "http://")) for href in hrefs)
    assert "onclick" not in {name for _, attrs in page.tags for name in attrs}


def test_control_and_direction_marks_are_dropped() -> None:
    text = page_of({"name": {"en": "Is\x1b[31mle\u202e\x00"}, "plans": [{"service": "B11", "place": "BJ"}]})
    assert "Is[31mle" in text
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069]", text)


def test_the_same_plan_gives_the_same_page() -> None:
    again = LandingPlan.of(json.loads(json.dumps(plan().as_json())))
    assert plan_html(again, "zh") == html("zh")


@pytest.mark.skipif(not os.environ.get("LUODI_TEST_BROWSER"), reason="needs a browser")
def test_a_plan_of_two_services_prints_as_a_memo(tmp_path: Path) -> None:
    """Lists that are shut stay shut on paper."""
    plans = [{"service": "B11", "place": "BJ", "share": "100"}, {"service": "B25", "place": "BJ", "share": "50"}]
    profile = parse_profile({"investor": {"country": "SG"}, "plans": plans}, company_vocabulary())
    page, printed = tmp_path / "plan.html", tmp_path / "plan.pdf"
    page.write_text(plan_html(advise(profile, on=date(2024, 12, 2)), "en"), encoding="utf-8")
    browser = [os.environ["LUODI_TEST_BROWSER"], "--headless", "--no-sandbox", "--disable-gpu"]
    subprocess.run([*browser, f"--print-to-pdf={printed}", page.as_uri()], check=True, capture_output=True)
    sheets = len(re.findall(rb"/Type\s*/Page\b", printed.read_bytes()))
    assert 1 <= sheets <= 16


@pytest.mark.parametrize(
    ("text", "lang", "exact"),
    [
        ("R&D expense, last year", "en", "R&D expense, 2023"),
        ("What was the R&D expense last year?", "en", "What was the R&D expense in 2023?"),
        ("Sensitive PI exported this year", "en", "Sensitive PI exported in 2024"),
        ("the last two years, and every year", "en", "the last two years, and every year"),
        ("上上年度营业收入", "zh", "2022年度营业收入"),
        ("认定当年起三年", "zh", "认定当年起三年"),
    ],
)
def test_time_is_said_exactly_as_of_the_day_of_the_plan(text: str, lang: str, exact: str) -> None:
    assert exact_time(text, "2024-12-02", lang) == exact

"""The twenty-five patterns of the advisor, each under its number, with questions as people bring them.

What needs a browser (the Back button, what is announced) stands in `tests/browser/test_newcomer.py`.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from luodi.advice.question import OPENING
from luodi.documents import wording
from luodi.documents.labels import SETTLES
from luodi.rules.library import load_book
from luodi.web.advisor.checklist_form import names_of
from luodi.web.advisor.views import shared

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 25)
LANGUAGES = ("zh", "en")
CLOUD = "investor=SG&service=B11&place=BJ&share=100"
#: Real and awkward questions.
ASKED = {
    "cloud in Beijing": CLOUD,
    "cloud and online shop at once": "investor=SG&service=B11,B21-EC&place=BJ&share=100",
    "Hong Kong, not sure of the certificate": "investor=HK&service=B11&place=GUANGZHOU&share=50",
    "Hong Kong, certified": "investor=HK&cepa_qualified=true&service=B11&place=GUANGZHOU&share=50",
    "not sure of anything": "investor=~&entity_type=~&service=~&place=~&share=~",
    "not sure where": "investor=DE&service=B11&place=~&share=100",
    "not sure which service": "investor=DE&service=~&place=BJ&share=100",
    "above the cap": "investor=DE&service=B25&place=GUANGZHOU&share=70",
    "closed": "investor=DE&service=B11&place=GUANGZHOU&share=30",
    "news": "investor=US&service=C-NEWS&place=BJ&share=10",
    "terms of a free trade zone": "investor=JP&service=B14-USER&place=SH-FTZ&share=100",
    "silent": "investor=DE&service=A11&place=BJ&share=49&on=2004-06-01",
    "2019": f"{CLOUD}&on=2019-12-31",
    "2021": f"{CLOUD}&on=2021-12-31",
    "2024": f"{CLOUD}&on=2024-12-31",
    "data leaves": f"{CLOUD}&exports_pi=true&pi_export_count_ytd=250000&exports_important_data=false",
    "domestic": "investor=CN&service=B25&place=BJ",
    "owners": "investor=DE&service=B25&place=BJ&held=mill&stake=kranich|company|mill|51&stake=nordlicht|foreign|kranich"
    "|75&stake=founder|domestic|kranich|25&stake=founder|domestic||49",
}


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "today", lambda: TODAY)


#: Pages that stay as they are all day, by their addresses: many tests look at the same plan.
READ: dict[str, str] = {}


def read(client: Client, address: str) -> str:
    if address not in READ:
        found = client.get(address)
        assert found.status_code == 200
        READ[address] = found.text
    return READ[address]


@contextmanager
def only_observed_times_are_read() -> Iterator[None]:
    """Nothing is written, and nothing of anybody is asked for; once for each day that the page tells of."""
    with CaptureQueriesContext(connection) as seen:
        yield
    asked = [one["sql"] for one in seen]
    assert all(one.startswith('SELECT "advisor_observedtime"') for one in asked) and 1 <= len({*asked}) == len(asked)


def plan(client: Client, query: str, lang: str = "en") -> str:
    return spaced(read(client, f"/{lang}/advisor/plan/?{query}"))


def document(client: Client, query: str) -> dict:
    found: dict = json.loads(read(client, f"/en/advisor/plan.json?{query}"))
    return found


def spaced(text: str) -> str:
    return unescape(text).replace("\u00a0", " ")


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def section(page: str, name: str) -> str:
    """A part of page one by the id of its heading."""
    start = page.index(f'aria-labelledby="{name}"')
    return page[start : page.index("</section>", start)]


def leaf(page: str, name: str) -> str:
    """A section behind page one; blank where the plan has none of its kind."""
    return next((part for part in page.split('<details class="leaf" ')[1:] if part.startswith(f'id="{name}"')), "")


def as_set(text: str, lang: str) -> str:
    """Chinese has its own brackets on a page, also where the book has those of English."""
    return text.replace("(", "（").replace(")", "）") if lang == "zh" else text


def links(text: str, path: str) -> list[str]:
    return re.findall(rf'href="([^"]*{path}\?[^"]*)"', text)


def every_question(client: Client, query: str, *, most: int = 4) -> Iterator[str]:
    """The names of the questions of a visitor who is not sure of anything else: the four, then the later ones."""
    for _ in range(most):
        page = client.get(f"/en/advisor/ask/?{query}&to=more", follow=True)
        if "/plan/" in page.request["PATH_INFO"]:
            return
        name = re.search(r'name="q" value="([\w-]+)"', page.text).group(1)
        yield name
        query += "".join(f"&{fact}=~" for fact in names_of(name))


# ---- the questions


@pytest.mark.parametrize("lang", LANGUAGES)
def test_01_one_question_a_page_whose_heading_is_the_question(client: Client, lang: str) -> None:
    for name in every_question(client, "", most=14):
        page = client.get(f"/{lang}/advisor/ask/?investor=SG&service=B11&q={name}").text
        headings = re.findall(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)
        assert len(headings) == 1 and words(headings[0]).strip()[-1] in "？?", (name, headings)
        assert page.count('class="button main" type="submit"') == 1  # Continue, and nothing goes on by itself
    check = client.get(f"/{lang}/advisor/check/?{CLOUD}").text
    assert len(re.findall(r'class="button main" href="[^"]*/plan/', check)) == 1  # the end is explicit


@pytest.mark.parametrize("lang", LANGUAGES)
def test_02_the_start_says_time_outcome_day_and_that_no_account_is_needed(client: Client, lang: str) -> None:
    page = spaced(client.get(f"/{lang}/advisor/").text)
    for text in {
        "zh": ("一两分钟", "落地方案", "2026年11月25日", "无需注册", "不是法律意见"),
        "en": ("A minute or two", "landing plan", "25 November 2026", "No account", "Not legal advice"),
    }[lang]:
        assert text in page


@pytest.mark.parametrize(
    "name", [*OPENING, "entity_type", "exports_pi", "employees", "founded_date", "content_services"]
)
def test_03_not_sure_can_be_said_to_every_question_and_leads_on(client: Client, name: str) -> None:
    page = client.get(f"/en/advisor/ask/?investor=HK&service=B11&q={name}")
    assert "I am not sure" in page.text
    went = client.get(f"/en/advisor/answer/?investor=HK&service=B11&q={name}&unsure=1", follow=True)
    assert went.status_code == 200 and parse_qs(went.request["QUERY_STRING"])[name] == ["~"]


def test_03_not_sure_of_everything_still_gives_a_plan_and_says_what_to_tell_first(client: Client) -> None:
    query = "&".join(f"{name}=~" for name in every_question(client, "", most=30))
    page, found = plan(client, query), document(client, query)
    assert found["verdict"] in (None, "unknown") and found["steps"]
    assert f"q={found['page_one']['unknown'][0]['attribute']}&" in section(page, "unknown")
    answers = client.get(links(page, "/check/")[0]).text
    for name in ("investor", "service", "place", "share"):
        assert re.search(rf'q={name}[&"]', answers), name


def test_03_not_sure_where_compares_places_as_the_question_promised(client: Client) -> None:
    page = section(plan(client, ASKED["not sure where"]), "places")
    told = words(page)
    assert re.search(r"Beijing municipality .{0,20}Allowed with conditions, up to 100 %", told)
    assert re.search(r"Guangzhou .{0,20}Not allowed, closed", told)
    for address in re.findall(r'href="([^"]*/plan/\?[^"]*place=[^"]*)"', page):
        assert "Cannot tell yet" not in words(client.get(address).text.split('class="word"')[1].split("</p>")[0])


@pytest.mark.parametrize(
    ("zh", "en", "code"),
    [
        ("云计算", "cloud", "B11-IRCS"),
        ("网店", "online shop", "B21-EC"),
        ("呼叫中心", "call centre", "B24"),
        ("应用商店", "app store", "B25-APP"),
        ("虚拟专用网", "vpn", "B13"),
        ("游戏", "games", "C-GAME"),
    ],
)
def test_04_a_service_is_found_by_plain_words_and_the_code_comes_second(
    client: Client, zh: str, en: str, code: str
) -> None:
    for lang, said in (("zh", zh), ("en", en), ("en", zh), ("zh", en)):
        page = client.get(f"/{lang}/advisor/ask/", {"investor": "SG", "q": "service", "find": said}).text
        label = next(part for part in re.findall(r"<label class=.choice.>(.*?)</label>", page) if f'"{code}"' in part)
        name, tag = label.index("<b>"), label.index('<span class="tag">')
        assert name < tag


@pytest.mark.parametrize("lang", LANGUAGES)
def test_05_each_question_says_why_and_names_the_rule_that_needs_it(client: Client, lang: str) -> None:
    for name in every_question(client, "investor=SG&service=B11", most=12):
        page = spaced(client.get(f"/{lang}/advisor/ask/?investor=SG&service=B11&q={name}").text)
        why = page[page.index('id="why"') : page.index("</aside>")]
        assert re.search(r"<p>[^<]+", why), name
        assert 'class="from"' in why, f"{name} names no rule"


def test_06_every_answer_is_changed_from_the_check_and_valid_ones_stay(client: Client) -> None:
    query = f"{CLOUD}&entity_type=not_established_yet&exports_pi=~"
    page = client.get(f"/en/advisor/check/?{query}").text
    links = {
        parse_qs(urlsplit(unescape(a)).query)["q"][0] for a in re.findall(r'href="([^"]*/ask/[^"]*q=[^"]*)"', page)
    }
    assert links == {"investor", "service", "place", "share", "entity_type", "exports_pi"}
    changed = client.get(f"/en/advisor/answer/?{query}&q=investor&value=HK&to=check")
    kept = parse_qs(urlsplit(changed["location"]).query)
    assert kept["investor"] == ["HK"] and kept["share"] == ["100"] and kept["exports_pi"] == ["~"]


def test_06_an_answer_that_means_nothing_any_more_waits_and_comes_back(client: Client) -> None:
    away = client.get(f"/en/advisor/answer/?{CLOUD}&q=investor&value=CN&to=check")["location"]
    assert "100 %" not in client.get(away).text
    back = client.get(away.replace("/check/", "/answer/") + "&q=investor&value=DE&to=check")["location"]
    assert "100 %" in client.get(back).text


def test_07_every_question_has_a_way_back_in_the_page(client: Client) -> None:
    query, before = "", "/en/advisor/"
    for name in list(every_question(client, ""))[:6]:
        page = client.get(f"/en/advisor/ask/?{query}").text
        back = unescape(re.search(r'<p class="kicker progress"><a href="([^"]+)">← Back', page).group(1))
        assert urlsplit(back).path == before or parse_qs(urlsplit(back).query)["q"] == [before]
        query, before = f"{query}&{name}=~", name


# ---- the verdict


@pytest.mark.parametrize(
    ("question", "zh", "en", "tone"),
    [
        ("domestic", "予以准入", "Allowed", "yes"),
        ("cloud in Beijing", "有条件准入", "Allowed with conditions", "if"),
        ("above the cap", "不予准入", "Not allowed", "no"),
        ("not sure where", "尚不能判定", "Cannot tell yet", "ask"),
        ("silent", "规则库未作规定", "The book is silent", "silent"),
    ],
)
def test_08_verdicts_are_words_with_a_sign(client: Client, question: str, zh: str, en: str, tone: str) -> None:
    for lang, word in (("zh", zh), ("en", en)):
        page = plan(client, ASKED[question], lang)
        shown = re.search(r'<p class="word"><span class="stamp (\w+)"><b[^>]*>(.)</b><span>([^<]+)</span>', page)
        assert (shown.group(1), words(shown.group(3)).strip()) == (tone, word)
        assert shown.group(2) in "准条否待默"
        assert f'<svg class="seal {tone}"' in page


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    "question", ["Hong Kong, not sure of the certificate", "not sure where", "not sure which service"]
)
def test_09_cannot_tell_yet_names_the_missing_fact_and_who_can_settle_it(
    client: Client, question: str, lang: str
) -> None:
    found = document(client, ASKED[question])
    if found["verdict"] != "unknown":
        assert question.startswith("Hong Kong")  # where both answers are the same, none is missing
        return
    page = section(plan(client, ASKED[question], lang), "unknown")
    for name in found["access"][0]["missing"]:
        assert re.search(rf'href="[^"]*/ask/\?[^"]*q={name}&', page), name
    answer = found["page_one"]["answer"]["says"][lang]
    assert answer.startswith({"zh": "还不能判定", "en": "We cannot tell yet"}[lang])


def test_09_every_part_that_can_be_missing_has_somebody_who_can_settle_it() -> None:
    assert set(SETTLES) == {*OPENING, "holdings"}


@pytest.mark.parametrize(
    ("question", "zh", "en"),
    [
        ("above the cap", "外资拟持有70%，上限是50%", "You want 70 %; the cap is 50 %"),
        ("closed", "不对外资开放", "not open to foreign"),
        ("news", "不对外资开放", "not open to foreign"),
    ],
)
def test_10_a_no_is_said_early_and_plainly_with_the_figure_that_fails(
    client: Client, question: str, zh: str, en: str
) -> None:
    for lang, said in (("zh", zh), ("en", en)):
        page = plan(client, ASKED[question], lang)
        assert said in words(re.search(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL).group(1))
        assert words(leaf(page, "reasons")).count({"zh": "不成立", "en": "fails"}[lang]) == 1
        assert 'id="takes"' not in page and "<svg" not in leaf(page, "to_open")  # a no has no schedule


def test_11_what_was_checked_and_does_not_apply_is_listed(client: Client) -> None:
    found, page = document(client, CLOUD), plan(client, CLOUD)
    assert found["access"][0]["does_not_apply"]
    assert "Checked, and does not apply" in words(leaf(page, "reasons"))
    shown = words(leaf(page, "benefits"))
    rows = [*found["policies"], *found["policies_beside"]]
    assert {row["id"] for row in rows} == {rule.id for rule in load_book("policies").rules}  # none in silence
    for row in rows:
        assert row["title"]["en"] in shown, row["id"]


def test_11_a_row_without_an_amount_never_reads_as_zero(client: Client) -> None:
    for question in ASKED.values():
        for page in (plan(client, question), plan(client, question, "zh")):
            policies = words(leaf(page, "benefits"))
            assert not re.search(r"(?<![\d.,])0 ?(元|CNY|yuan)|CNY 0(?![\d.,])", policies)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("question", [q for q in ASKED if q not in ("not sure of anything", "domestic")])
def test_12_each_conclusion_opens_its_chain_in_both_languages(client: Client, question: str, lang: str) -> None:
    found = document(client, ASKED[question])
    whole = plan(client, ASKED[question], lang)
    page = leaf(whole, "reasons")
    other = "en" if lang == "zh" else "zh"
    for row in found["access"]:
        for link in row["chain"]:
            assert as_set(wording.prose(link["text"], lang), lang).rstrip(".。")[1:] in as_set(words(page), lang)
        if row["rule"]:
            rule = row["rule"]["id"]
            assert f"/law/treatment/{rule}/" in page  # the rule
            assert page.count("popovertarget=") >= len({c["instrument"] for c in row["basis"]})  # clause and document
            assert row["rule"]["title"][lang] in page
            assert lang == "zh" or row["rule"]["title"][other] in page  # the law's own words


@pytest.mark.parametrize("question", ["above the cap", "closed", "cloud in Beijing", "owners"])
def test_13_the_nearest_changes_that_flip_the_verdict_are_offered_and_true(client: Client, question: str) -> None:
    found = document(client, ASKED[question])
    page = plan(client, ASKED[question])
    turns = [c for c in found["would_change"] if set(c["set"]) != {"on"}]
    routes = page[page.index("</article>") : page.index('class="leaves"')] if found["routes"] else ""
    offered = [*links(leaf(page, "changes"), "/plan/"), *links(routes, "/plan/")]
    offered = [address for address in offered if "on=" not in address and "service=" in address]
    assert turns and offered
    for address in offered:
        there = client.get(address.replace("/plan/", "/plan.json")).json()
        assert there["verdict"] != found["verdict"] or there["access"][0]["cap"] != found["access"][0]["cap"]


def test_14_two_to_five_places_side_by_side_and_differences_in_words(client: Client) -> None:
    page = client.get(f"/en/advisor/compare/?{CLOUD}&places=BJ,SZ,GUANGZHOU").text
    assert page.count('scope="col"') == 3 and page.count('<span class="tag">differs</span>') > 2
    assert client.get(f"/en/advisor/compare/?{CLOUD}&places=BJ,SZ,SH,HI,TJ,CQ").text.count('scope="col"') == 5


def test_15_what_if_is_a_plain_form_beside_the_verdict(client: Client) -> None:
    page = plan(client, f"{CLOUD}&exports_pi=~")
    whatif = page[page.index('class="whatif"') : page.index("</article>")]
    assert {"share", "place", "on"} <= set(re.findall(r'name="(\w+)"', whatif))
    assert 'name="exports_pi" value="~"' in whatif and 'type="submit"' in whatif
    assert page.index('id="answer"') < page.index('class="whatif"') < page.index('class="leaves"')
    assert 'role="status" aria-live="polite" id="announcement"' in page


@pytest.mark.parametrize("question", ["cloud in Beijing", "above the cap", "cloud and online shop at once"])
def test_16_the_same_question_of_2019_2021_2024_and_today(client: Client, question: str) -> None:
    page = plan(client, ASKED[question])
    years = page[page.index('id="years"') :]
    years = years[: years.index("</ol>")]
    items = re.findall(r"<li.*?</li>", years, re.DOTALL)
    days = [re.search(r'datetime="([^"]+)"', item).group(1) for item in items]
    assert days == ["2019-12-31", "2021-12-31", "2024-12-31", "2026-11-25"]
    for item, day in zip(items, days, strict=True):
        for row in document(client, f"{ASKED[question]}&on={day}")["access"]:
            assert wording.verdict_word(row["answer"], "en") in item and wording.cap(row, "en") in item


# ---- words and figures

_VAGUE = {
    "en": r"\b(last year|this year|next year|recently|currently in force|nowadays|at present|soon)\b",
    "zh": r"(去年|今年|明年|近日|目前有效|最近一年|不久|上年|当年(?=累计|实际))",
}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("question", ASKED)
def test_17_time_is_said_exactly(client: Client, question: str, lang: str) -> None:
    page = plan(client, ASKED[question], lang)
    text = words(page[page.index("<main") : page.index('<details class="leaf" id="sources"')])
    assert re.findall(_VAGUE[lang], text, re.IGNORECASE) == []
    assert not re.search(r"(?<![\w/=.-])\d{4}-\d{2}-\d{2}(?![\w/-])", text)  # days are written out


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("question", ASKED)
def test_18_totals_stand_on_page_one_and_fees_are_not_passed_over(client: Client, question: str, lang: str) -> None:
    page, found = plan(client, ASKED[question], lang), document(client, ASKED[question])
    if found["page_one"]["duration"] is None:
        assert 'id="takes"' not in page
        return
    takes = section(page, "takes")
    for term in {"zh": ("多久", "费用"), "en": ("How long", "Fees")}[lang]:
        assert f"<dt>{term}</dt>" in takes
    assert {"zh": "未查明", "en": "not known"}[lang] in words(takes) or not found["page_one"]["fees"]["unknown"]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("question", ASKED)
def test_18_an_open_end_is_never_a_day(client: Client, question: str, lang: str) -> None:
    found = document(client, ASKED[question])
    duration = found["page_one"]["duration"]
    if duration is None:
        return
    page = plan(client, ASKED[question], lang)
    high = duration["max_working_days"]
    assert (high is None) == bool(duration["open"] or duration["unsettled"] or duration["own"])
    figure = words(re.search(r'<b class="fig">(.*?)</b>', section(page, "takes")).group(1))
    assert str(duration["known"]["min"]) in figure or str(duration["known"]["max"]) in figure
    if high is None:
        assert not re.search(r"\bby \d+ \w+ \d{4}|\d{4}年\d+月\d+日前", figure)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("question", ["cloud in Beijing", "not sure of anything", "data leaves", "domestic"])
def test_19_each_step_says_where_what_how_long_and_where_to_complain(client: Client, question: str, lang: str) -> None:
    page = plan(client, ASKED[question], lang)
    steps = document(client, ASKED[question])["steps"]
    rows = {re.match(r'[^>]*id="([^"]+)"', part).group(1): part for part in page.split('<details class="step')[1:]}
    assert set(rows) == {step["id"] for step in steps}
    name = {"office": ("机关", "Office"), "fee": ("费用", "Fee"), "complain": ("投诉渠道", "Where to complain")}
    for step in steps:
        row = rows[step["id"]]
        assert wording.pick(step["authority"], lang) in words(row)
        assert re.search(r'class="step-time">[^<]+<', row), step["id"]
        for zh, en in (name["fee"], name["complain"]):
            assert re.search(rf"<dt>{zh if lang == 'zh' else en}", row), (step["id"], en)
        for paper in step["documents"]:
            assert wording.prose(paper, lang) in words(row)
        assert f"line=step:{step['id']}" in row


def test_19_a_suggestion_to_simplify_is_taken(client: Client) -> None:
    from luodi.web.advisor.models import Report

    page = client.get("/en/advisor/report/?line=step:icp-filing&fault=simpler")
    assert re.search(r'value="simpler"[^>]*checked', page.text)
    key = re.search(r'name="key" value="([^"]+)"', page.text).group(1)
    sent = {"key": key, "fault": "simpler", "text": "One form would do."}
    assert client.post("/en/advisor/report/?line=step:icp-filing", sent).status_code == 302
    assert Report.objects.get().fault == "simpler"


@pytest.mark.parametrize("question", ["above the cap", "closed", "news"])
def test_20_at_a_block_alternatives_are_ranked_by_their_distance_from_the_wish(client: Client, question: str) -> None:
    found = document(client, ASKED[question])
    page = plan(client, ASKED[question])
    routes = page[page.index('id="routes"') : page.index('class="leaves"')]
    assert routes.count('<details class="route"') > 2
    better = [row for row in found["would_change"] if not {"on", "service"} & set(row["set"])]
    better = [row for row in better if row["answer"] in ("allowed", "conditional")]
    order = [("share",), ("cepa_qualified", "investor"), ("place",)]
    kinds = [next(n for n, names in enumerate(order) if set(row["set"]) & set(names)) for row in better]
    assert kinds == sorted(kinds)  # structure, then partner, then place
    shares = [row["set"]["share"] for row in better if "share" in row["set"]]
    assert shares == sorted(shares, reverse=True)
    told = words(leaf(page, "changes"))
    places = list(dict.fromkeys(row["label"]["en"] for row in better))
    places = [text[:1].upper() + text[1:] for text in places]
    assert [told.index(text) for text in places] == sorted(told.index(text) for text in places)

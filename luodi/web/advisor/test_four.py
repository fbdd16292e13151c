"""Four questions give a verdict, later ones may be left out, a sentence fills them, and nobody is asked in vain."""

import re
from datetime import date
from html import unescape
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from django.test import Client

from luodi.advice.answers import Answers
from luodi.advice.asking import EXISTS, conditions
from luodi.web.advisor import questions
from luodi.web.advisor.result import plan_of
from luodi.web.advisor.views import shared
from luodi.web.conftest import unit

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 25)
CLOUD = "investor=SG&service=B11&place=BJ&share=100"
LANGUAGES = ["zh", "en"]


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "today", lambda: TODAY)


def query(address: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(address).query)


def later(answers: str) -> list[str]:
    return [
        name for one in questions.later_questions(Answers.of(answers), TODAY) for name in one.question["attributes"]
    ]


# ---- four


def test_after_the_fourth_the_visitor_is_at_the_result_and_its_address_carries_the_versions(client: Client) -> None:
    went = client.get("/en/advisor/answer/?investor=SG&service=B11&place=BJ&q=share&value=100", follow=True)
    assert [urlsplit(to).path for to, _ in went.redirect_chain] == ["/en/advisor/ask/", "/en/advisor/plan/"]
    assert query(went.redirect_chain[-1][0])["seen"] and went.status_code == 200


@pytest.mark.parametrize("investor", ["CN", "SG"])
def test_each_page_says_which_of_how_many_it_is(client: Client, investor: str) -> None:
    of = 3 if investor == "CN" else 4
    page = client.get(f"/en/advisor/ask/?investor={investor}&service=B11&q=place").text
    assert re.search(rf"<b>Question 3</b>\s+of {of}<", page)


def test_a_certificate_belongs_to_the_first_question_and_is_asked_of_hong_kong_and_macao_only() -> None:
    assert questions.next_question(Answers.of("investor=HK")) == "cepa_qualified"
    assert questions.next_question(Answers.of("investor=SG")) == "service"
    assert questions.number_of("cepa_qualified", Answers.of("investor=HK")) == (1, 4)


def test_owners_take_the_place_of_the_fourth_question() -> None:
    owned = "investor=DE&service=B25&place=BJ&held=mill&stake=founder|domestic||49"
    assert questions.next_question(Answers.of(owned)) is None


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_share_has_pictures_each_with_what_the_law_makes_of_it(client: Client, lang: str) -> None:
    page = client.get(f"/{lang}/advisor/ask/?investor=DE&service=B25&place=GUANGZHOU&q=share").text
    assert page.count('<svg class="slice"') == 4 and 'value="~"' in page
    tones = re.findall(r'class="choice">.*?<span class="stamp (\w+)"', page)
    assert tones[:4] == ["no", "no", "if", "if"] or tones[0] == "no" != tones[3]


@pytest.mark.parametrize(
    ("sent", "share"),
    [("value=51", "51"), ("value=&figure=33.3", "33.3"), ("value=100&figure=20", "20"), ("value=~", "~")],
)
def test_a_share_is_picked_or_typed_and_what_is_typed_counts(client: Client, sent: str, share: str) -> None:
    went = client.get(f"/en/advisor/answer/?investor=SG&service=B11&place=BJ&q=share&{sent}")
    assert query(went["location"])["share"] == [share]


def test_a_figure_that_is_none_stays_in_its_box(client: Client) -> None:
    page = client.get("/en/advisor/answer/?investor=SG&service=B11&q=share&figure=12x")
    assert page.status_code == 422
    assert re.search(r'<input class="field" type="text" id="value" name="figure" value="12x"', page.text)


def test_what_most_ask_about_can_be_picked_without_a_search(client: Client) -> None:
    page = client.get("/en/advisor/ask/?investor=SG").text
    assert "Often asked about" in page and page.count('type="checkbox" name="value"') == 8


def test_services_ticked_one_by_one_in_an_address_are_all_taken() -> None:
    assert Answers.of("service=B11&service=B24").services == ("B11", "B24")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["investor", "service", "place", "share"])
def test_each_of_the_four_says_what_its_word_means(client: Client, name: str, lang: str) -> None:
    page = client.get(f"/{lang}/advisor/ask/?investor=SG&q={name}").text
    assert '<div class="meaning">' in page


def test_help_of_the_vocabulary_is_shown_and_where_to_look_is_folded(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    guide = {
        "help": {"zh": "释义", "en": "It means this."},
        "example": [{"zh": "例一", "en": "One."}, {"zh": "例二", "en": "Two."}],
        "where": {"zh": "系统里", "en": "In the system."},
        "doubt": {"zh": "选否", "en": "Say no."},
    }
    real = questions.question
    monkeypatch.setattr(questions, "question", lambda *given: {**real(*given), **guide})
    page = client.get(f"/en/advisor/ask/?{CLOUD}&q=mlps_level").text
    meaning = page[page.index('<div class="meaning">') : page.index("</details>")]
    assert "It means this." in meaning and meaning.count("<dt>For example</dt>") == 2
    folded = meaning[meaning.index("<details>") :]
    assert "In the system." in folded and "Say no." in folded


# ---- later


def test_whether_there_is_a_company_comes_before_all_that_only_a_company_knows() -> None:
    names = later(CLOUD)
    assert names[0] == EXISTS and "entity_type" not in names
    assert not {name for name in names if name in conditions() and conditions()[name].id == "existing-company"}


def test_a_company_that_is_not_there_yet_is_never_asked_what_only_a_company_knows() -> None:
    for answers in (f"{CLOUD}&has_mainland_company=false", f"{CLOUD}&entity_type=not_established_yet"):
        names = later(answers)
        for _ in range(60):
            if not names:
                break
            assert names[0] != EXISTS and names[0] not in {
                name for name, found in conditions().items() if found.id in ("existing-company", "data-has-left")
            }
            answers += f"&{names[0]}=true" if names[0] in ("exports_pi", "employs_foreigners") else f"&{names[0]}=~"
            names = later(answers)


def test_the_kind_of_company_is_asked_once_there_is_one() -> None:
    assert "entity_type" in later(f"{CLOUD}&has_mainland_company=true")


def test_no_later_question_is_one_of_the_four_in_other_words() -> None:
    for answers in (CLOUD, "investor=~&service=~&place=~&share=~", "investor=CN&service=B25&place=BJ"):
        assert not {"foreign_share", "foreign_investor_countries", "telecom_service_codes"} & set(later(answers))


def test_what_left_out_is_not_asked_again_and_the_last_leads_to_the_result(client: Client) -> None:
    answers, seen = CLOUD, []
    for _ in range(120):
        page = client.get(f"/en/advisor/ask/?{answers}&to=more")
        if page.status_code == 302:
            assert "/plan/" in page["location"]
            break
        name = re.search(r'name="q" value="([\w-]+)"', page.text).group(1)
        assert name not in seen
        seen.append(name)
        answers += "".join(f"&{part}=~" for part in re.findall(r'name="shown" value="(\w+)"', page.text) or [name])
    else:
        raise AssertionError("the questions have no end")
    assert len(seen) > 10


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_later_question_says_what_it_settles_and_can_be_left_out(client: Client, lang: str) -> None:
    page = unescape(client.get(f"/{lang}/advisor/ask/?{CLOUD}&to=more").text)
    assert re.search({"zh": r"关系到\d+个步骤、\d+项政策", "en": r"needed for \d+ steps, \d+ policies"}[lang], page)
    assert {"zh": "跳过", "en": "Skip"}[lang] in page and {"zh": "先看结果", "en": "Show my answer now"}[lang] in page
    assert '<input type="hidden" name="to" value="more">' in page and '<dl class="totals">' in page


def test_later_questions_stand_in_the_order_of_the_plan() -> None:
    found = questions.later_questions(Answers.of(CLOUD), TODAY)
    assert [one.question for one in found] == plan_of(Answers.of(CLOUD), TODAY)["questions"]


# ---- checklists


FOUNDING = f"{CLOUD}&has_mainland_company=false"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_facts_of_one_theme_stand_on_one_page_each_with_a_tick_and_not_sure(client: Client, lang: str) -> None:
    page = client.get(f"/{lang}/advisor/ask/?{FOUNDING}&q=service-list&to=more")
    assert page.status_code == 404
    page = client.get(f"/{lang}/advisor/ask/?{FOUNDING}&q=across-the-border&to=more").text
    ticks = re.findall(r'type="checkbox" name="value" value="([\w:]+)"', page)
    assert "exports_pi" in ticks and "imports_goods" in ticks and ticks[-1] == "none"
    assert len(re.findall(r'name="unsure_of"', page)) == len(ticks) - 1
    assert {"zh": "没有勾选的视为“否”", "en": "without a tick counts as no"}[lang] in page


def test_ticks_become_the_facts_of_the_address_and_what_was_not_shown_stays_unknown(client: Client) -> None:
    sent = "q=across-the-border&shown=exports_pi&shown=imports_goods&shown=borrows_abroad&value=exports_pi"
    went = client.get(f"/en/advisor/answer/?{FOUNDING}&{sent}&unsure_of=borrows_abroad&to=more")
    given = query(went["location"])
    assert given["exports_pi"] == ["true"] and given["imports_goods"] == ["false"] and given["borrows_abroad"] == ["~"]
    assert "exports_technology" not in given


def test_none_of_these_is_an_answer_and_nothing_is_not(client: Client) -> None:
    sent = "q=across-the-border&shown=exports_pi&shown=imports_goods"
    went = client.get(f"/en/advisor/answer/?{FOUNDING}&{sent}&value=none")
    assert query(went["location"])["exports_pi"] == ["false"]
    assert client.get(f"/en/advisor/answer/?{FOUNDING}&{sent}").status_code == 422
    both = client.get(f"/en/advisor/answer/?{FOUNDING}&{sent}&value=none&value=exports_pi")
    assert both.status_code == 422 and "not both" in both.text


def test_a_checklist_can_be_left_out_and_is_not_asked_again(client: Client) -> None:
    sent = "q=across-the-border&shown=exports_pi&shown=imports_goods&unsure=1&to=more"
    given = query(client.get(f"/en/advisor/answer/?{FOUNDING}&{sent}")["location"])
    assert given["exports_pi"] == given["imports_goods"] == ["~"]


def test_a_set_on_a_checklist_is_answered_by_its_values(client: Client) -> None:
    answers = FOUNDING.replace("service=B11", "service=B25")
    page = client.get(f"/en/advisor/ask/?{answers}&q=service-features&to=more").text
    assert 'value="pi_high_risk_processing:sensitive_pi"' in page and "pi_high_risk_processing:export" not in page
    shown = "&".join(f"shown={name}" for name in re.findall(r'name="shown" value="(\w+)"', page))
    name = re.search(r'name="q" value="([\w-]+)"', page).group(1)
    went = client.get(f"/en/advisor/answer/?{answers}&q={name}&{shown}&value=pi_high_risk_processing:sensitive_pi")
    assert query(went["location"])["pi_high_risk_processing"] == ["sensitive_pi"]
    back = client.get(f"/en/advisor/ask/?{urlsplit(went['location']).query}&q={name}").text
    assert re.search(r'value="pi_high_risk_processing:sensitive_pi"[^>]* checked', back)


# ---- a sentence


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "Japanese game studio, wants to publish in Beijing, own all"),
        ("zh", "日本游戏公司，想在北京独资发行游戏"),
        ("en", "日本游戏公司，想在北京独资发行游戏"),
    ],
)
def test_a_sentence_fills_the_four_questions_and_each_guess_names_its_words(
    client: Client, lang: str, text: str
) -> None:
    page = client.get(f"/{lang}/advisor/say/", {"say": text}).text
    form = page[page.index('<form class="understood"') :]
    assert '<option value="JP" selected>' in form and '<option value="BJ" selected>' in form
    assert re.search(r'name="service" value="C-GAME" checked', form) and 'name="share" value="100"' in form
    words = re.findall(r"<q>([^<]+)</q>", form)
    assert len(words) >= 4 and all(word in text for word in words)


def test_the_confirmed_guesses_lead_to_the_result_and_a_blank_is_asked_next(client: Client) -> None:
    went = client.get("/en/advisor/ask/?investor=JP&service=C-GAME&place=BJ&share=100", follow=True)
    assert went.request["PATH_INFO"] == "/en/advisor/plan/" and "Not allowed" in went.text
    page = client.get("/en/advisor/ask/?investor=JP&service=C-GAME&place=&share=100")
    assert re.search(r'name="q" value="place"', page.text)


def test_what_was_not_understood_is_said(client: Client) -> None:
    page = client.get("/en/advisor/say/?say=Swiss+zorblax+in+Beijing").text
    assert "Not understood, and not used: <q>zorblax</q>" in page
    assert "You did not say." in page


@pytest.mark.parametrize(
    "text", ["", "asdf qwer", "한국어", "x" * 10_000, "<script>alert(1)</script>", "\u0000", "'\"&"]
)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_nonsense_gives_the_four_questions(client: Client, text: str, lang: str) -> None:
    page = client.get(f"/{lang}/advisor/say/", {"say": text})
    assert page.status_code == 200 and "<script>alert" not in page.text
    for name in ("investor", "place", "share"):
        assert f'name="{name}"' in page.text
    assert {"zh": "没有听懂", "en": "did not understand"}[lang] in page.text


def test_several_meanings_are_offered_and_only_the_likeliest_is_ticked(client: Client) -> None:
    page = client.get("/en/advisor/say/?say=cloud").text
    ticked = re.findall(r'name="service" value="([\w-]+)"( checked)?', page)
    assert len(ticked) > 1 and [bool(mark) for _, mark in ticked].count(True) == 1


@pytest.mark.parametrize("path", ["", "advisor/"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_box_and_the_four_questions_stand_wherever_one_begins(client: Client, path: str, lang: str) -> None:
    page = client.get(f"/{lang}/{path}").text
    assert '<textarea id="say" name="say"' in page and page.count("<li><span><b>") == 4
    examples = re.findall(r'<li><a href="([^"]*/advisor/say/[^"]*)"', page)
    assert len(examples) == 3
    for example in examples:
        understood = client.get(unescape(example)).text
        assert 'name="service"' in understood
        assert "Not understood" not in understood and "没有听懂" not in understood


# ---- an officer is asked without answers


def test_an_officer_is_asked_without_a_plan_where_something_is_asked(client: Client) -> None:
    unit("City")
    page = client.get("/en/advisor/hand-over/").text
    key = re.search(r'name="key" value="([^"]+)"', page).group(1)
    shown = re.search(r'name="shown" value="([^"]+)"', page).group(1)
    sent = {"key": key, "shown": shown, "name": "Mei", "email": "mei@example.com", "consent": "on"}
    assert client.post("/en/advisor/hand-over/", sent).status_code == 422
    went = client.post("/en/advisor/hand-over/", {**sent, "message": "Who can help with visas?"}, follow=True)
    assert went.status_code == 200 and "Who can help with visas?" in went.text


def test_an_address_that_holds_a_sentence_is_switched_to_the_other_language(client: Client) -> None:
    text = quote("德国公司想在北京做云计算")
    page = client.get(f"/zh/advisor/say/?say={text}").text
    switch = unescape(re.search(r'<a class="lang" href="([^"]+)"', page).group(1))
    assert urlsplit(switch).path == "/en/advisor/say/" and "Germany" in client.get(switch).text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_two_places_of_a_sentence_are_both_asked_and_the_address_carries_them(lang: str, client: Client) -> None:
    page = client.get(f"/{lang}/advisor/say/", {"say": "German data centre in Shanghai or Beijing, own all"}).text
    assert re.findall(r'name="place" value="([^"]+)" checked', page) == ["SH", "BJ"]
    went = client.get(f"/{lang}/advisor/ask/?investor=DE&service=B11&place=SH&place=BJ&share=100", follow=True)
    assert "place=SH,BJ" in went.redirect_chain[-1][0] and went.status_code == 200
    assert {"zh": "落户北京市", "en": "Choose Beijing municipality"}[lang] in went.text
    plan = client.get(f"/{lang}/advisor/plan.json?investor=DE&service=B11&place=SH,BJ&share=100").json()
    assert [row["question"]["place"] for row in plan["access"]] == ["SH", "BJ"]


@pytest.mark.parametrize("page", ["plan", "check", "compare", "ask"])
def test_every_page_of_two_places_opens(page: str, client: Client) -> None:
    for more in ("", "&q=service", "&q=place", "&q=share"):
        asked = client.get(f"/en/advisor/{page}/?investor=DE&service=B11,B21&place=SH,BJ&share=100{more}", follow=True)
        assert asked.status_code in (200, 422), (page, more)


def test_one_of_two_places_can_be_chosen_and_a_wrong_one_is_said(client: Client) -> None:
    both = Answers.of("investor=DE&service=B11,B21&place=SH,BJ&share=100")
    assert len(both.profile["plans"]) == 4 and len(both.having(place="BJ").profile["plans"]) == 2
    wrong = Answers.of("investor=DE&service=B11&place=SH,NOWHERE&share=100")
    assert [fault.name for fault in wrong.faults] == ["place"]


@pytest.mark.parametrize(("lang", "said"), [("zh", "支付：开放"), ("en", "Payments: open")])
def test_a_business_of_another_law_is_answered_on_the_page(lang: str, said: str, client: Client) -> None:
    page = client.get(f"/{lang}/advisor/say/", {"say": "payments"}).text
    assert said in page
    box = client.get(f"/{lang}/advisor/ask/?q=service&find=payments").text
    assert said in box


@pytest.mark.parametrize("name", ["uscc", "operating_status", "foreigner_points"])
def test_what_nobody_explains_is_no_question(name: str, client: Client) -> None:
    assert client.get(f"/en/advisor/ask/?q={name}").status_code == 404

"""Several services in one plan: chosen, changed, removed, compared, and asked about other days and places."""

import re
from datetime import date
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from luodi.advice.answers import Answers
from luodi.advice.dialogue import MOST_SERVICES
from luodi.advice.lines import ask
from luodi.web.advisor.views import shared
from luodi.web.conftest import unit

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 25)
BOTH = "investor=SG&service=B11,B21&place=BJ&share=100"
LANGUAGES = ["zh", "en"]


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "today", lambda: TODAY)


def test_two_services_make_one_plan_with_two_answers(client: Client) -> None:
    found = client.get(f"/en/advisor/plan.json?{BOTH}").json()
    plans = [{"service": code, "place": "BJ", "share": "100"} for code in ("B11", "B21")]
    expected = ask("advise", {"profile": {"investor": {"country": "SG"}, "plans": plans}}, today=TODAY)
    assert [row["answer"] for row in found["access"]] == [row["answer"] for row in expected["access"]]
    assert [row["id"] for row in found["steps"]] == [row["id"] for row in expected["steps"]]


@pytest.mark.parametrize("order", ["service=B11,B21&place=BJ&share=49", "place=BJ&share=49&service=B11,B21"])
def test_place_and_share_hold_for_every_service_in_whatever_order_they_came(order: str) -> None:
    assert Answers.of(f"investor=SG&{order}").profile["plans"] == [
        {"service": "B11", "place": "BJ", "share": "49"},
        {"service": "B21", "place": "BJ", "share": "49"},
    ]


def test_the_same_service_twice_is_one() -> None:
    assert len(Answers.of("service=B11,b11,,B11").profile["plans"]) == 1


@pytest.mark.parametrize("text", ["B11,B99", ",".join(f"B{n}" for n in range(11, 30)), "B11,<b>"])
def test_a_service_that_is_none_among_others_and_too_many_are_told(client: Client, text: str) -> None:
    answers = Answers.of(f"investor=SG&place=BJ&service={text}")
    assert [fault.name for fault in answers.faults] == ["service"]
    page = client.get("/en/advisor/answer/", {"investor": "SG", "q": "service", "value": text})
    assert page.status_code == 422 and "There is a problem" in page.text


def test_as_many_as_the_limit_are_taken() -> None:
    codes = ("B11", "B12", "B13", "B14", "B21", "B22", "B23")
    assert not Answers.of(f"service={','.join(codes[:MOST_SERVICES])}").faults
    assert Answers.of(f"service={','.join(codes[: MOST_SERVICES + 1])}").faults


@pytest.mark.parametrize("lang", LANGUAGES)
def test_another_service_is_added_with_the_chosen_ones_still_ticked(client: Client, lang: str) -> None:
    more = client.get(f"/{lang}/advisor/answer/?investor=SG&q=service&value=B11&more=1")
    assert parse_qs(urlsplit(more["location"]).query)["q"] == ["service"]
    page = client.get(more["location"] + "&find=call+centre")
    ticked = re.findall(r'<input type="checkbox" name="value" value="([^"]+)"[^>]* checked', page.text)
    offered = re.findall(r'<input type="checkbox" name="value" value="([^"]+)"', page.text)
    assert ticked == ["B11"] and "B24" in offered
    sent = client.get(f"/{lang}/advisor/answer/?investor=SG&q=service&value=B11&value=B24&to=check")
    assert parse_qs(urlsplit(sent["location"]).query)["service"] == ["B11,B24"]


def test_a_search_keeps_what_was_chosen(client: Client) -> None:
    page = client.get("/en/advisor/ask/?investor=SG&service=B11,B21&q=service")
    assert '<input type="hidden" name="service" value="B11,B21">' in page.text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_one_of_several_is_removed_where_the_answers_are_checked(client: Client, lang: str) -> None:
    page = client.get(f"/{lang}/advisor/check/?{BOTH}").text
    links = [unescape(link) for link in re.findall(r'<li>[^<]*<a href="([^"]+)"', page)]
    assert [parse_qs(urlsplit(link).query)["service"] for link in links] == [["B21"], ["B11"]]
    assert "B21" not in client.get(links[1]).text


def test_a_change_of_one_service_leaves_the_other(client: Client) -> None:
    query = "investor=SG&service=B25,B11&place=GUANGZHOU&share=70"
    plan = client.get(f"/en/advisor/plan.json?{query}").json()
    page = client.get(f"/en/advisor/plan/?{query}").text
    changes = page[page.index('<details class="leaf" id="changes"') :].split("</ul>")[0]
    links = [unescape(link) for link in re.findall(r'<li><div><p><a href="([^"]*/plan/[^"]*)"', changes)]
    turns = [c for c in plan["would_change"] if not {"on", "service"} & set(c["set"])]
    links = [link for link in links if "&on=" not in link]
    assert len(links) == len(turns) > 1
    for link, turn in zip(links, turns, strict=True):
        there = client.get(link.replace("/plan/", "/plan.json")).json()
        assert there["access"][turn["plan"]]["answer"] == turn["answer"]
        other = 1 - turn["plan"]
        assert there["access"][other]["service"] == plan["access"][other]["service"]


def test_places_are_compared_for_every_service(client: Client) -> None:
    page = client.get(f"/en/advisor/compare/?{BOTH}&places=BJ&places=GUANGZHOU").text
    parts = page.split("<tbody>")[1:]
    assert len(parts) == 3  # two services and the whole plan
    assert "B11" in parts[0] and "B21" in parts[1] and "Steps needed" in parts[2]
    assert "Not allowed" in parts[0] and "up to 50 %" in parts[1]


def test_what_is_open_at_a_place_is_the_least_open_of_the_services(client: Client) -> None:
    page = client.get("/en/advisor/ask/?investor=SG&service=B21-EC,B11&share=100&q=place").text
    elsewhere = page[page.index('value="CN"') :]
    assert "Not allowed" in elsewhere[: elsewhere.index("</label>")]


def test_the_years_are_told_for_every_service(client: Client) -> None:
    page = client.get(f"/en/advisor/plan/?{BOTH}").text
    machine = page[page.index('aria-labelledby="machine"') :]
    first = machine[: machine.index("</li>")]
    assert "B11: " in first and "B21: " in first


def test_an_address_of_several_remembers_its_least_open_answer(client: Client) -> None:
    page = client.get("/en/advisor/plan/?investor=SG&service=B21-EC,B11&place=GUANGZHOU&share=100").text
    assert "~not_allowed~0~" in unescape(re.search(r'href="([^"]+)" id="kept"', page).group(1))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_several_services_are_printed_and_handed_over(client: Client, lang: str) -> None:
    assert client.get(f"/{lang}/advisor/plan.pdf?{BOTH}").content[:5] == b"%PDF-"
    unit("City")
    page = client.get(f"/{lang}/advisor/hand-over/?{BOTH}")
    assert page.status_code == 200 and "B11" in page.text and "B21" in page.text

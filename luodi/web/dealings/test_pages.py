"""The pages: a form is sent, refused where one can act on it, and shown again with what was typed."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from luodi.casework.referrals import ReferralAct
from luodi.web.cases.actions import cases as actions
from luodi.web.cases.conftest import Bench, bench
from luodi.web.conftest import person, unit
from luodi.web.core.roles import Role
from luodi.web.dealings.actions.referrals import answer_referral, hand_off
from luodi.web.dealings.models import HandOff, Interaction, Promise, Proposition, Referral, Task
from luodi.web.dealings.queries import additions

__all__ = ["bench"]
pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
SOON = (TODAY + timedelta(days=9)).isoformat()


def opened(bench: Bench) -> Any:
    return actions.open_case(bench.company, bench.here, by=bench.anna, at=timezone.now())


def hidden(page: str, act: str = "") -> dict[str, str]:
    part = page.split(f'id="act-{act}"')[1] if act else page
    return dict(re.findall(r'name="(key|version)" value="([^"]*)"', part)[:2])


def given(bench: Bench, kind: str) -> dict[str, Any]:
    return {
        "hand_off": {"question": "Who files?", "units": [bench.aside.pk], "due": SOON},
        "promise": {"what": "A desk", "owner": bench.ben.pk, "due": SOON},
        "proposition": {"title": "Package", "text": "Two desks", "last_day": SOON},
        "talk": {"kind": "call", "note": "Two racks", "then": "Send prices", "then_due": SOON},
        "task": {"what": "Call", "owner": bench.anna.pk, "due": SOON},
    }[kind]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("kind", list(additions()))
def test_everything_is_added_from_the_case_and_stands_on_its_page(bench: Bench, kind: str, lang: str) -> None:
    case, anna = opened(bench), bench.client("anna")
    place = f"/{lang}/desk/cases/{case.reference}/new/{kind}/"
    page = anna.get(place)
    assert page.status_code == 200
    form = {**hidden(page.text), **given(bench, kind)}
    assert [anna.post(place, form).status_code for _ in range(2)] == [302, 302]  # two clicks
    models = {"hand_off": HandOff, "promise": Promise, "proposition": Proposition, "talk": Interaction, "task": Task}
    assert models[kind].objects.count() == 1
    shown = unescape(anna.get(f"/{lang}/desk/cases/{case.reference}/dealings/").text)
    assert {"hand_off": "Who files?", "talk": "Two racks", "proposition": "Package"}.get(kind, "") in shown


@pytest.mark.parametrize("kind", list(additions()))
def test_an_empty_form_says_what_is_missing_and_stores_nothing(bench: Bench, kind: str) -> None:
    case, anna = opened(bench), bench.client("anna")
    place = f"/en/desk/cases/{case.reference}/new/{kind}/"
    answer = anna.post(place, hidden(anna.get(place).text))
    assert answer.status_code == 422 and 'role="alert"' in answer.text and 'href="#id_' in answer.text


def test_what_was_typed_is_there_after_a_refusal(bench: Bench) -> None:
    case, anna = opened(bench), bench.client("anna")
    place = f"/en/desk/cases/{case.reference}/new/hand_off/"
    form = {**hidden(anna.get(place).text), **given(bench, "hand_off"), "due": "2020-01-01"}
    answer = anna.post(place, form)
    assert answer.status_code == 422 and "Who files?" in answer.text and "This date is out of range" in answer.text
    assert f'value="{bench.aside.pk}" checked' in answer.text


@pytest.mark.parametrize("who", ["clara", "mei", "lee"])
def test_nobody_else_adds(bench: Bench, who: str) -> None:
    case = opened(bench)
    answer = bench.client(who).post(f"/en/desk/cases/{case.reference}/new/task/", given(bench, "task"))
    assert answer.status_code in (403, 404) and not Task.objects.exists()


def asked(bench: Bench) -> Referral:
    made = hand_off(
        opened(bench), "Who files?", [bench.aside], TODAY + timedelta(days=9), by=bench.anna, at=timezone.now()
    )
    return made.referrals.get()


def test_the_asked_unit_finds_answers_and_finishes(bench: Bench) -> None:
    one, clara = asked(bench), bench.client("clara")
    assert "Lantern Isle Cloud" in clara.get("/en/desk/referrals/").text
    place = f"/en/dealings/referral/{one.pk}/"
    page = clara.get(place).text
    assert "Who files?" in page
    assert clara.post(f"{place}accept/", hidden(page, "accept")).status_code == 302
    page = clara.get(place).text
    refused = clara.post(f"{place}finish/", hidden(page, "finish"))
    assert refused.status_code == 422 and 'href="#finish_words"' in refused.text
    assert clara.post(f"{place}finish/", {**hidden(page, "finish"), "words": "Filed."}).status_code == 302
    assert "Filed." in bench.client("anna").get(f"/en/desk/cases/{one.hand_off.case.reference}/dealings/").text


def test_a_stale_form_is_shown_again_with_what_was_typed_and_what_changed(bench: Bench) -> None:
    one, clara = asked(bench), bench.client("clara")
    place = f"/en/dealings/referral/{one.pk}/"
    form = {**hidden(clara.get(place).text, "decline"), "words": "Not ours, ask the court."}
    answer_referral(one, ReferralAct.ACCEPT, by=person("cleo", Role.OFFICER, bench.aside), at=timezone.now())
    answer = clara.post(f"{place}decline/", form)
    assert answer.status_code == 409 and "Not ours, ask the court." in answer.text
    changed = answer.text.split("What changed meanwhile")[1].split("</ul>")[0]
    assert "accepted" in changed and "state" not in changed and ": " not in changed.split("</time>")[1], "not in words"
    again = {**hidden(answer.text, "decline"), "words": "Not ours, ask the court."}
    assert again["version"] == "2" and clara.post(f"{place}decline/", again).status_code == 302


@pytest.mark.parametrize("kind", ["referral", "promise", "proposition", "task"])
def test_a_number_that_is_somebody_elses_is_not_there(bench: Bench, kind: str) -> None:
    one = asked(bench)
    case = one.hand_off.case
    from luodi.web.dealings.actions import promises as acts
    from luodi.web.dealings.actions.interactions import add_task

    rows = {
        "referral": one.pk,
        "promise": acts.promise(case, "x", by=bench.anna, at=timezone.now()).pk,
        "proposition": acts.propose(case, "x", "x", by=bench.anna, at=timezone.now()).pk,
        "task": add_task(case, "x", bench.anna, TODAY, by=bench.anna, at=timezone.now()).pk,
    }
    stranger = Client()
    stranger.force_login(person("nora", Role.OFFICER, unit("Nowhere")))
    for client in (stranger, bench.client("mei")):
        assert client.get(f"/en/dealings/{kind}/{rows[kind]}/").status_code == 404
        assert client.post(f"/en/dealings/{kind}/{rows[kind]}/accept/").status_code == 404
    assert bench.client("anna").get(f"/en/dealings/{kind}/{rows[kind]}/").status_code == 200
    assert bench.client("anna").post(f"/en/dealings/{kind}/{rows[kind]}/paint/").status_code == 404


def test_the_company_accepts_an_offer_on_its_page(bench: Bench) -> None:
    from luodi.casework.propositions import OfferAct
    from luodi.web.dealings.actions import promises as acts

    row = acts.propose(opened(bench), "Package", "Two desks", by=bench.anna, at=timezone.now())
    acts.settle_proposition(row, OfferAct.OFFER, by=bench.anna, at=timezone.now())
    mei = bench.client("mei")
    place = f"/en/dealings/proposition/{row.pk}/"
    page = mei.get(place).text
    assert "Withdraw" not in page
    assert mei.post(f"{place}accept/", hidden(page, "accept")).status_code == 302
    row.refresh_from_db()
    assert row.state == "accepted"

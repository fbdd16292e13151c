"""A case is opened by hand, of a company or with an enquiry's answers; whoever answers is in contact."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from luodi.advice.answers import Answers
from luodi.errors import MissingKey
from luodi.web.advisor.actions.enquiries import Sender, send_enquiry
from luodi.web.cases.actions.requests import answer, ask
from luodi.web.cases.conftest import CLOUD, NOW, Bench
from luodi.web.cases.models import LandingCase
from luodi.web.core.keys import new_key

pytestmark = pytest.mark.django_db
PLACE = "/en/desk/cases/new/"


def given(bench: Bench, **more: Any) -> dict[str, Any]:
    return {"key": "o" * 20, "company": bench.company.pk, "unit": bench.here.pk, "technology": "cloud", **more}


def test_a_case_is_opened_once_with_its_plan_from_the_answers_of_an_enquiry(bench: Bench) -> None:
    now = timezone.now()
    sender = Sender("Mei", "mei@x.example", "en", company="Lantern")
    enquiry = send_enquiry(
        Answers.of(CLOUD), timezone.localdate(now), sender, bench.here, by=None, key=new_key(), at=now
    )
    client = bench.client("anna")
    received = client.get(f"/en/desk/enquiries/{enquiry.pk}/").text
    assert f"/en/desk/leads/{enquiry.lead.pk}/" in received
    shown = client.get(f"{PLACE}?company={bench.company.pk}&enquiry={enquiry.pk}").text
    assert enquiry.reference in shown and "Lantern Isle Cloud" in shown
    sent = given(bench, address=enquiry.determination.query)
    for _ in range(2):
        assert client.post(PLACE, sent).status_code == 302
    case = LandingCase.objects.get()
    assert case.determination is not None and case.steps.count() > 20 and case.officer == bench.anna
    assert case.reference in client.get(f"{PLACE}?company={bench.company.pk}").text


def test_a_plan_that_is_refused_opens_nothing_and_what_was_typed_stays(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*rows: Any, **more: Any) -> None:
        raise MissingKey("cases.plan-no-steps-nothing-work", at="plan")

    monkeypatch.setattr("luodi.web.cases.actions.cases.ask_plan", refuse)
    answer = bench.client("anna").post(PLACE, given(bench, address=CLOUD, technology="two racks"))
    assert answer.status_code == 422 and "two racks" in answer.text
    assert not LandingCase.objects.exists()


def test_a_case_is_opened_in_ones_own_units_alone(bench: Bench) -> None:
    client = bench.client("clara")
    assert client.post(PLACE, given(bench)).status_code == 422
    assert bench.client("lee").get(PLACE).status_code == 403
    assert bench.client("anna").get(f"{PLACE}?company=999").status_code == 404
    assert "Find the company first" in client.get(PLACE).text
    assert not LandingCase.objects.exists()


def test_whoever_answers_a_question_is_in_contact(bench: Bench) -> None:
    case = bench.open()
    made = ask(case, "Which district?", by=bench.anna, at=NOW)
    assert LandingCase.objects.get().contacted is None
    later = NOW + timedelta(days=3)
    answer(made, "Haidian", by=bench.mei, at=later)
    assert LandingCase.objects.get().contacted == timezone.localdate(later)

"""The pages: reported by the company, answered at the desk, rated, and rolled up to a policy question."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from luodi.web.cases.actions import cases
from luodi.web.cases.conftest import Bench, bench
from luodi.web.conftest import person, unit
from luodi.web.core.roles import Role
from luodi.web.obstacles.models import Obstacle, PolicyIssue

__all__ = ["bench"]
pytestmark = pytest.mark.django_db
SOON = (timezone.localdate() + timedelta(days=9)).isoformat()


def hidden(page: str, act: str = "") -> dict[str, str]:
    part = page.split(f'id="act-{act}"')[1] if act else page
    return dict(re.findall(r'name="(key|version)" value="([^"]*)"', part)[:2])


def send(client: Client, place: str, act: str, **more: Any) -> Any:
    return client.post(f"{place}{act}/", {**hidden(client.get(place).text, act), **more})


def reported(bench: Bench, lang: str = "en") -> Obstacle:
    case = cases.open_case(bench.company, bench.here, by=bench.anna, at=timezone.now())
    mei, place = bench.client("mei"), f"/{lang}/obstacles/new/?about=step/icp-filing"
    page = mei.get(place).text
    assert case.reference in page
    form = {
        **hidden(page),
        "company": bench.company.pk,
        "case": case.pk,
        "kind": "complaint",
        "about": "step/icp-filing",
        "text": "The form asks for a local telephone.",
    }
    assert [mei.post(place, form).status_code for _ in range(2)] == [302, 302]
    return Obstacle.objects.get()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_from_the_report_to_the_answer_and_the_rating(bench: Bench, lang: str) -> None:
    row = reported(bench, lang)
    anna, mei, place = bench.client("anna"), bench.client("mei"), f"/{lang}/obstacles/{row.pk}/"
    assert "local telephone" in anna.get(f"/{lang}/desk/obstacles/").text
    assert "local telephone" in anna.get(f"/{lang}/desk/cases/{row.case.reference}/dealings/").text
    assert [send(anna, place, act).status_code for act in ("accept", "assign")] == [302, 302]
    assert send(anna, place, "answer").status_code == 422
    assert send(anna, place, "answer", words="Leave it empty.").status_code == 302
    page = unescape(mei.get(place).text)
    assert "Leave it empty." in page and ("工作人员意见" if lang == "zh" else "Officer’s opinion") in page
    assert send(mei, place, "rate", rating="5").status_code == 302
    assert send(mei, place, "confirm").status_code == 302
    assert ("非常满意" if lang == "zh" else "very good") in anna.get(place).text
    assert anna.get(f"/{lang}/desk/obstacles/by-rule/").status_code == 200


def test_an_officer_reports_for_the_company(bench: Bench) -> None:
    case = cases.open_case(bench.company, bench.here, by=bench.anna, at=timezone.now())
    anna, place = bench.client("anna"), f"/en/desk/cases/{case.reference}/obstacle/"
    form = {**hidden(anna.get(place).text), "company": bench.company.pk, "kind": "request", "text": "By telephone."}
    assert anna.post(place, form).status_code == 422  # without the case it would be for a unit of others
    form |= {**hidden(anna.get(place).text), "case": case.pk}
    assert anna.post(place, form).status_code == 302 and Obstacle.objects.get().raised_by == bench.anna
    assert bench.client("clara").get(place).status_code == 404


def test_an_empty_report_says_what_is_missing(bench: Bench) -> None:
    mei = bench.client("mei")
    page = mei.get("/en/obstacles/new/").text
    answer = mei.post("/en/obstacles/new/", {**hidden(page), "company": bench.company.pk, "kind": "request"})
    assert answer.status_code == 422 and 'href="#id_text"' in answer.text
    forged = mei.post("/en/obstacles/new/", {**hidden(page), "company": bench.other.pk, "kind": "request", "text": "x"})
    assert forged.status_code == 422 and not Obstacle.objects.exists()


def test_a_policy_question_is_put_settled_and_read_by_the_company(bench: Bench) -> None:
    row = reported(bench)
    paula = Client()
    paula.force_login(person("paula", Role.POLICY_OFFICER))
    place = f"/en/desk/obstacles/{row.pk}/issue/"
    form = {
        **hidden(paula.get(place).text),
        "title": "The telephone",
        "text": "Must it be local?",
        "unit": bench.city.pk,
        "due": SOON,
    }
    assert paula.post(place, form).status_code == 302
    issue = PolicyIssue.objects.get()
    there = f"/en/desk/issues/{issue.pk}/"
    page = paula.get(there).text
    assert "Lantern Isle Cloud" in page and "The telephone" in paula.get("/en/desk/issues/").text
    refused = paula.post(there, {**hidden(page, "explain"), "act": "explain"})
    assert refused.status_code == 422 and 'href="#explain_answer"' in refused.text
    said = {**hidden(page, "explain"), "act": "explain", "answer": "Any telephone will do."}
    assert paula.post(there, said).status_code == 302
    mei = bench.client("mei")
    assert "Any telephone will do." in mei.get(f"/en/obstacles/{row.pk}/").text
    assert mei.get(there).status_code == 403 and mei.get(f"/en/desk/obstacles/{row.pk}/issue/").status_code == 403


def test_what_was_passed_on_leads_back_to_the_list_where_it_is_out_of_sight(bench: Bench) -> None:
    row = reported(bench)
    Obstacle.objects.filter(pk=row.pk).update(case=None)
    answer = send(bench.client("anna"), f"/en/obstacles/{row.pk}/", "pass_on", unit=bench.aside.pk, reason="Theirs.")
    assert answer.status_code == 302 and answer["location"] == "/en/desk/obstacles/"
    assert "Theirs." in bench.client("clara").get(f"/en/obstacles/{row.pk}/").text


def test_a_number_that_is_somebody_elses_is_not_there(bench: Bench) -> None:
    row = reported(bench)
    rolf, nora = Client(), Client()
    rolf.force_login(person("rolf", Role.REPRESENTATIVE, bench.other))
    nora.force_login(person("nora", Role.OFFICER, unit("Nowhere")))
    for client in (rolf, nora, bench.client("clara")):
        assert client.get(f"/en/obstacles/{row.pk}/").status_code == 404
        assert client.post(f"/en/obstacles/{row.pk}/accept/").status_code == 404
    assert "telephone" not in bench.client("clara").get("/en/desk/obstacles/?state=").text
    assert bench.client("anna").post(f"/en/obstacles/{row.pk}/paint/").status_code == 404

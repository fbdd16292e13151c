"""Reporting a line as wrong or missing: from every section of a plan and every page of the library, to its end."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from luodi.casework.enquiries import NotNow
from luodi.web.advisor.actions import reports as actions_reports
from luodi.web.advisor.models import Report
from luodi.web.conftest import mailed, person, unit
from luodi.web.core.errors import NotPermitted
from luodi.web.core.keys import new_key
from luodi.web.core.roles import Role
from luodi.web.journal.models import Entry

pytestmark = pytest.mark.django_db
CLOUD = "investor=SG&service=B11&place=BJ&share=100"
FORM = {"fault": "wrong", "text": "The cap is another one.", "key": "a" * 22}


def reported(email: str = "") -> Report:
    return actions_reports.report_line(
        "treatment", "p24-b11", fault="wrong", text="x", language="en", by=None, at=timezone.now(), email=email
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_line_that_a_result_offers_can_be_reported(client: Client, lang: str) -> None:
    page = client.get(f"/{lang}/advisor/plan/?{CLOUD}").text
    links = {unescape(link) for link in re.findall(rf'href="(/{lang}/advisor/report/[^"]*)"', page)}
    kinds = {re.search(r"line=(\w+)(?::|%3A)", link).group(1) for link in links}
    assert kinds == {"section", "treatment", "step", "policy", "page"} and len(links) > 60
    for name in re.findall(r'<details class="leaf" id="(\w+)"', page):
        assert any(f"section%3A{name}" in link or f"section:{name}" in link for link in links), name
    for link in links:
        assert client.get(link).status_code == 200, link


@pytest.mark.parametrize("line", ["", "rule", "step:nowhere", "section:nowhere", "nothing:p24-b11", "policy:%00"])
def test_a_line_that_is_not_there_cannot_be_reported(client: Client, line: str) -> None:
    assert client.get(f"/en/advisor/report/?line={line}").status_code == 404


@pytest.mark.parametrize("path", ["", "law/step/vats-pilot-approval/", "advisor/ask/", "nowhere/"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_foot_of_every_page_leads_to_the_form_for_that_page(client: Client, path: str, lang: str) -> None:
    page = client.get(f"/{lang}/{path}").text
    link = unescape(
        re.search(r'href="([^"]*/advisor/report/\?line=page:[^"]*)"', page[page.index("<footer") :]).group(1)
    )
    assert f"/{lang}/{path}" in client.get(link).text
    assert client.post(link, {**FORM, "key": new_key()}).status_code == 302
    assert (Report.objects.get().kind, Report.objects.get().line) == ("page", f"/{lang}/{path}")


@pytest.mark.parametrize("line", ["page:", "page:nowhere", "page:https://x", "page:/a b", "page:/" + "a" * 200])
def test_what_is_no_address_of_a_page_cannot_be_reported(client: Client, line: str) -> None:
    assert client.get("/en/advisor/report/", {"line": line}).status_code == 404


def test_whoever_reported_a_page_is_told_with_its_address(django_capture_on_commit_callbacks: Any) -> None:
    report = actions_reports.report_line(
        "page",
        "/en/help/",
        fault="wrong",
        text="x",
        by=None,
        language="en",
        at=timezone.now(),
        email="mei@example.com",
    )
    desk = Client()
    desk.force_login(person("pia", Role.POLICY_OFFICER))
    assert "/en/help/" in desk.get(f"/en/desk/reports/{report.pk}/").text
    with django_capture_on_commit_callbacks(execute=True):
        assert desk.post(f"/en/desk/reports/{report.pk}/", {"reason": "Mended.", "key": new_key()}).status_code == 302
    [letter] = mailed()
    assert "/en/help/" in letter.body


def test_a_page_of_the_library_leads_to_the_form(client: Client) -> None:
    page = client.get("/en/law/step/vats-pilot-approval/").text
    link = unescape(re.search(r'href="([^"]*/advisor/report/\?line=step[^"]*)"', page).group(1))
    assert "vats-pilot-approval" in client.get(link).text


def test_a_report_is_stored_once(client: Client) -> None:
    for _ in range(2):
        answer = client.post("/en/advisor/report/?line=policy:bj-chaoyang-mnc-hq-reward", FORM)
        assert answer.status_code == 302 and client.get(answer["location"]).status_code == 200
    report = Report.objects.get()
    assert (report.kind, report.line, report.query, report.email) == ("policy", "bj-chaoyang-mnc-hq-reward", "", "")


@pytest.mark.parametrize(("attach", "query"), [("on", CLOUD), ("", "")])
def test_answers_go_along_only_if_one_lets_them(client: Client, attach: str, query: str) -> None:
    address = f"/en/advisor/report/?{CLOUD}&line=section:to_open"
    assert "Singapore" in client.get(address).text
    assert client.post(address, {**FORM, "attach": attach}).status_code == 302
    assert Report.objects.get().query == query


@pytest.mark.parametrize(
    ("more", "field"), [({"text": ""}, "id_text"), ({"fault": "ugly"}, "id_fault_wrong"), ({"email": "x"}, "id_email")]
)
def test_a_report_that_says_nothing_is_asked_again(client: Client, more: dict[str, str], field: str) -> None:
    answer = client.post("/en/advisor/report/?line=section:to_open", {**FORM, **more})
    assert answer.status_code == 422 and f'href="#{field}"' in answer.text and f'id="{field}"' in answer.text


def test_reports_are_counted_with_enquiries(client: Client, settings: Any) -> None:
    settings.ANONYMOUS_LETTERS = 1
    answers = [client.post("/en/advisor/report/?line=section:to_open", {**FORM, "key": new_key()}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 429]


def test_a_policy_officer_closes_with_a_reason_and_the_reporter_is_told(
    django_capture_on_commit_callbacks: Any,
) -> None:
    desk = Client()
    desk.force_login(person("pia", Role.POLICY_OFFICER))
    report = reported("mei@example.com")
    assert str(report.pk) in desk.get("/en/desk/reports/").text
    place = f"/en/desk/reports/{report.pk}/"
    assert desk.get(place).status_code == 200
    assert desk.post(place, {"reason": ""}).status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        assert [desk.post(place, {"reason": "Mended.", "key": new_key()}).status_code for _ in range(2)] == [302, 302]
    [letter] = mailed()
    assert "Mended." in letter.body and "law/treatment/p24-b11" in letter.body
    assert desk.post(place, {"reason": "Not mended."}).status_code == 422
    [entry] = Entry.objects.filter(kind="advisor.Report", act="close")
    assert (entry.before["closed"], entry.after["reason"]) == (None, "Mended.")
    assert f"/reports/{report.pk}/" not in desk.get("/en/desk/reports/").text
    assert f"/reports/{report.pk}/" in desk.get("/en/desk/reports/?state=closed").text


def test_without_an_address_nobody_is_told(django_capture_on_commit_callbacks: Any) -> None:
    pia = person("pia", Role.POLICY_OFFICER)
    with django_capture_on_commit_callbacks(execute=True):
        actions_reports.close_report(reported(), "Mended.", by=pia, at=timezone.now())
    assert mailed() == []


def test_clara_sees_nothing() -> None:
    clara, report = person("clara", Role.OFFICER, unit("Elsewhere")), reported("mei@example.com")
    desk = Client()
    desk.force_login(clara)
    assert desk.get("/en/desk/reports/").status_code == 403
    assert desk.get(f"/en/desk/reports/{report.pk}/").status_code == 403
    with pytest.raises(NotPermitted):
        actions_reports.close_report(report, "Gone.", by=clara, at=timezone.now())


def test_a_closed_report_is_not_closed_for_another_reason() -> None:
    pia, report = person("pia", Role.POLICY_OFFICER), reported()
    actions_reports.close_report(report, "Mended.", by=pia, at=timezone.now())
    with pytest.raises(NotNow):
        actions_reports.close_report(report, "Otherwise.", by=pia, at=timezone.now())

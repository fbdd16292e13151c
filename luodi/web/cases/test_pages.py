"""Pages of a case: what they show, and acts sent by forms: once, never on what has moved, and refused in words."""

import csv
import io
import re
from html import unescape
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone

from luodi.casework.step_states import StepAct
from luodi.documents import wording
from luodi.web.advisor.models import Stale
from luodi.web.cases.actions import cases as actions
from luodi.web.cases.actions import plan as actions_plan
from luodi.web.cases.actions import requests as actions_requests
from luodi.web.cases.actions.cases import actions_of_case
from luodi.web.cases.actions.steps import act_on_step
from luodi.web.cases.conftest import CLOUD, Bench, accept_all, ready_to_claim, step_of
from luodi.web.cases.models import CaseStep, InfoRequest, LandingCase, Proof
from luodi.web.cases.queries.steps import work_of
from luodi.web.cases.views.case_page import PART_OF, PARTS
from luodi.web.cases.views.course import course_of
from luodi.web.files.conftest import upload
from luodi.web.journal.models import Entry, ExportRecord

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("proof_files")]


@pytest.fixture
def now_planned(bench: Bench) -> LandingCase:
    """Opened and planned today, as a page shows today."""
    now = timezone.now()
    case = actions.open_case(bench.company, bench.here, by=bench.anna, at=now)
    return actions_plan.ask_plan(case, CLOUD, by=bench.anna, at=now)


def shown(client: Client, case: LandingCase, lang: str = "en", own: bool = False) -> str:
    """All parts of the case; of the company's own page there is one."""
    if own:
        return got(client, f"/{lang}/cases/{case.reference}/")
    return "".join(shown_part(client, case, part, lang) for part in PARTS)


def shown_part(client: Client, case: LandingCase, part: str = "overview", lang: str = "en") -> str:
    return got(client, f"/{lang}/desk/cases/{case.reference}/" + ("" if part == "overview" else f"{part}/"))


def got(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def fields_of(html: str, address: str, row: int | None = None) -> dict[str, str]:
    """What the form at an address would send, untouched."""
    for form in re.findall(rf'<form[^>]*action="[^"]*{address}/"[^>]*>(.*?)</form>', html, re.S):
        found = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
        if row is None or found.get("row") == str(row):
            return found
    raise AssertionError(f"no form for {address} {row}")


def send(client: Client, case: LandingCase, act: str, /, **given: Any) -> Any:
    return client.post(f"/en/cases/{case.reference}/act/{act}/", given)


# ---- what is shown


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_invariant_24_the_page_of_a_case_says_that_its_steps_are_translated(
    planned: LandingCase, bench: Bench, lang: str
) -> None:
    """To officers and to the company, as of the day of the plan; a case without words of the law says nothing."""
    assert planned.determination is not None
    said = wording.translated(planned.determination.on, lang)
    empty = bench.open()
    for who, own in (("anna", False), ("mei", True)):
        assert said in unescape(shown(bench.client(who), planned, lang, own))
        assert own or all(
            said in unescape(shown_part(bench.client(who), planned, p, lang)) for p in ("overview", "steps")
        )
        assert wording.translated(None, lang) not in unescape(shown(bench.client(who), empty, lang, own))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_shows_gate_steps_clocks_tracks_and_the_path(
    now_planned: LandingCase, bench: Bench, lang: str
) -> None:
    now = timezone.now()
    step = step_of(now_planned, "domain-name-registration")
    act_on_step(step, StepAct.SUBMIT, by=bench.anna, at=now)
    page = shown(bench.client("anna"), now_planned, lang)
    words = {
        "zh": ("可以进入", "关键路径", "剩5个工作日", "时限5个工作日", "等待前置步骤", "规则第1版", "尚未提供的事实"),
        "en": ("Ready for", "critical path", "5 working days left", "limit: 5 working days", "blocked", "gate version"),
    }[lang]
    assert [word for word in words if word not in page] == []
    assert 'class="tracks"' in page and "<svg" in page and step.title[lang] in page
    assert " style=" not in page


def test_what_is_missing_is_named_with_who_can_bring_it(bench: Bench) -> None:
    page = shown(bench.client("anna"), bench.open())
    assert "2 missing before “Scoped”" in page
    assert "The planned services are known" in page and "from the company" in page


def test_a_stale_plan_is_flagged_with_its_difference_and_can_be_renewed(now_planned: LandingCase, bench: Bench) -> None:
    Stale.objects.create(determination=now_planned.determination, at=timezone.now(), difference={})
    client = bench.client("anna")
    page = shown(client, now_planned)
    assert "The plan no longer holds" in page
    given = fields_of(shown(client, LandingCase.objects.get()), "plan")
    assert send(client, now_planned, "renew_plan", **given).status_code == 302
    assert "The plan no longer holds" not in shown(client, now_planned)


def test_a_case_with_its_plan_is_shown_with_a_fixed_number_of_questions(
    now_planned: LandingCase, bench: Bench, django_assert_max_num_queries: Any
) -> None:
    client = bench.client("anna")
    actions_requests.ask(now_planned, "Where?", by=bench.anna, at=timezone.now())
    shown(client, now_planned)
    for part in PARTS:
        with django_assert_max_num_queries(13 if part == "overview" else 11):
            shown_part(client, now_planned, part)


def test_a_leader_sees_no_forms_but_that_of_an_override(now_planned: LandingCase, bench: Bench) -> None:
    page = shown(bench.client("lee"), now_planned)
    assert set(re.findall(r"/act/(\w+)/", page)) == {"override"}


def test_each_part_has_the_forms_of_its_acts_and_leads_to_the_others(now_planned: LandingCase, bench: Bench) -> None:
    client = bench.client("anna")
    actions_requests.ask(now_planned, "Where?", by=bench.anna, at=timezone.now())
    for part in PARTS:
        page = shown_part(client, now_planned, part)
        acts = set(re.findall(r"/act/(\w+)/", page))
        assert acts <= {act for act in actions_of_case() if PART_OF.get(act, "overview") == part}, part
        links = re.findall(rf'href="(/en/desk/cases/{now_planned.reference}/\w*/?)"', page.split("</nav>")[1])
        assert len(links) == len((*PARTS, "timeline")) and page.count('aria-current="page"') >= 1
    for act, part in {"step": "steps", "ask": "questions", "proof": "papers", "health": "overview"}.items():
        assert f"/act/{act}/" in shown_part(client, now_planned, part)


def test_the_overview_answers_what_is_next_and_late_and_missing(now_planned: LandingCase, bench: Bench) -> None:
    actions_requests.ask(now_planned, "Where will the racks stand?", by=bench.anna, at=timezone.now())
    step = step_of(now_planned, "domain-name-registration")
    act_on_step(step, StepAct.SUBMIT, by=bench.anna, at=timezone.now())
    page = shown_part(bench.client("anna"), now_planned)
    main = page[page.index('<div class="two">') : page.index("<aside")]
    heads = re.findall(r'<h2 id="(\w+)"', main)
    assert heads == ["fact", "gate", "clocks", "now", "company"]
    assert f'steps/#step-{step.pk}"' in main and "Where will the racks stand?" in main
    assert "Still needed for a landing" in main and "5 working days left" in main
    assert "<table" not in page and f'id="step-{step.pk}"' in shown_part(bench.client("anna"), now_planned, "steps")


def test_an_act_leads_back_to_the_part_where_its_form_stands(now_planned: LandingCase, bench: Bench) -> None:
    client, step = bench.client("anna"), step_of(now_planned, "domain-name-registration")
    given = {**fields_of(shown(client, now_planned), "step", step.pk), "act": "submit"}
    assert send(client, now_planned, "step", **given).url == f"/en/desk/cases/{now_planned.reference}/steps/"
    given = fields_of(shown(client, now_planned), "health")
    sent = send(client, now_planned, "health", **given, health="at_risk", reason="x")
    assert sent.url == f"/en/desk/cases/{now_planned.reference}/"
    refused = send(client, now_planned, "ask", **fields_of(shown(client, now_planned), "ask"), question="")
    assert refused.status_code == 422 and 'href="#ask_question"' in refused.text and 'id="ask_question"' in refused.text


def test_there_are_no_other_parts(now_planned: LandingCase, bench: Bench) -> None:
    address = f"/en/desk/cases/{now_planned.reference}/"
    assert bench.client("anna").get(f"{address}overview/").status_code == 404
    for part in PARTS:
        assert bench.client("clara").get(f"{address}{part}/").status_code == 404
        assert bench.client("mei").get(f"{address}{part}/").status_code in (403, 404)


def test_every_act_on_the_page_is_one_that_there_is(now_planned: LandingCase, bench: Bench) -> None:
    assert set(re.findall(r"/act/(\w+)/", shown(bench.client("anna"), now_planned))) <= set(actions_of_case())


# ---- the company's own view


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_company_sees_who_is_responsible_what_is_asked_and_what_is_left(
    now_planned: LandingCase, bench: Bench, lang: str
) -> None:
    actions_requests.ask(now_planned, "Where will the racks stand?", by=bench.anna, at=timezone.now())
    page = shown(bench.client("mei"), now_planned, lang, own=True)
    assert "Anna" in page and "Where will the racks stand?" in page and "<svg" in page
    assert set(re.findall(r"/act/(\w+)/", page)) == {"answer", "answer_fact", "proof", "meet"}


def test_the_company_does_not_see_checks_health_or_the_gate(now_planned: LandingCase, bench: Bench) -> None:
    from luodi.casework.stages import Health
    from luodi.web.cases.actions.proofs import add_check
    from luodi.web.cases.models.proofs import CheckKind, CheckResult

    now = timezone.now()
    actions.set_health(now_planned, Health.AT_RISK, "they hesitate", by=bench.anna, at=now)
    add_check(now_planned, CheckKind.SCREENING, CheckResult.FAILED, "a list", by=bench.anna, at=now)
    page = shown(bench.client("mei"), now_planned, own=True)
    assert "they hesitate" not in page and "a list" not in page and "gate version" not in page


def test_the_company_answers_and_uploads_and_reaches_nothing_else(now_planned: LandingCase, bench: Bench) -> None:
    request = actions_requests.ask(now_planned, "Where?", by=bench.anna, at=timezone.now())
    mei = bench.client("mei")
    given = fields_of(shown(mei, now_planned, own=True), "answer", request.pk)
    assert send(mei, now_planned, "answer", **given, answer="In Yizhuang.").status_code == 302
    assert InfoRequest.objects.get().answer == "In Yizhuang."
    given = fields_of(shown(mei, now_planned, own=True), "proof")
    sent = send(mei, now_planned, "proof", **given, proves="business-licence", files=upload())
    assert sent.status_code == 302
    assert Proof.objects.get().by == bench.mei
    assert send(mei, now_planned, "end", **given, end="lost", reason="x").status_code == 404


@pytest.mark.parametrize("act", sorted(actions_of_case()))
def test_nobody_from_elsewhere_acts_on_a_case(now_planned: LandingCase, bench: Bench, act: str) -> None:
    before = Entry.objects.exclude(act="sign_in").count()
    for client in (bench.client("clara"), Client()):
        assert send(client, now_planned, act).status_code in (302, 404)
    assert Entry.objects.exclude(act="sign_in").count() == before


def test_a_proof_is_downloaded_by_those_who_may(now_planned: LandingCase, bench: Bench) -> None:
    mei = bench.client("mei")
    given = fields_of(shown(mei, now_planned, own=True), "proof")
    send(mei, now_planned, "proof", **given, proves="business-licence", files=upload())
    address = f"/en/cases/{now_planned.reference}/proof/{Proof.objects.get().pk}/"
    for who, status in (("mei", 200), ("anna", 200), ("lee", 200), ("clara", 404)):
        assert bench.client(who).post(address).status_code == status
    assert bench.client("anna").get(address).status_code == 405


# ---- acts by forms


def test_an_act_that_is_written_anew_on_a_page_one_went_back_to_is_told_and_not_taken_for_done(
    now_planned: LandingCase, bench: Bench
) -> None:
    """The browser shows the page as it was, with its key: other words are another act, and the case has moved on."""
    client = bench.client("anna")
    given = fields_of(shown(client, now_planned), "health")
    for reason, status in (("customs", 302), ("customs", 302), ("premises", 409)):
        assert send(client, now_planned, "health", **given, health="delayed", reason=reason).status_code == status
    now_planned.refresh_from_db()
    assert now_planned.health_reason == "customs"


def test_a_step_is_handed_in_by_its_form_once(now_planned: LandingCase, bench: Bench) -> None:
    client, step = bench.client("anna"), step_of(now_planned, "domain-name-registration")
    given = {**fields_of(shown(client, now_planned), "step", step.pk), "act": "submit"}
    for _ in range(2):
        assert send(client, now_planned, "step", **given).status_code == 302
    assert step_of(now_planned, step.step).version == step.version + 1
    assert Entry.objects.filter(act="submit").count() == 1


def test_a_stale_form_gets_409_with_what_changed_and_what_was_typed(now_planned: LandingCase, bench: Bench) -> None:
    client = bench.client("anna")
    given = fields_of(shown(client, now_planned), "health")
    actions.describe(now_planned, technology="racks", by=bench.ben, at=timezone.now())
    answer = send(client, now_planned, "health", **given, health="delayed", reason="customs are slow")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "customs are slow" in page and "describe" in page and "has changed since" in page
    again = fields_of(page, "health")
    assert again["key"] != given["key"]
    assert send(client, now_planned, "health", **again, health="delayed", reason="customs are slow").status_code == 302


def test_what_is_missing_at_the_gate_is_said_in_words(bench: Bench) -> None:
    case, client = bench.open(), bench.client("anna")
    answer = send(client, case, "advance", **fields_of(shown(client, case), "advance"))
    assert answer.status_code == 422
    assert "Still missing: The planned services are known; The place is known" in answer.content.decode()


def test_a_form_that_lacks_something_is_shown_again_with_its_problem(now_planned: LandingCase, bench: Bench) -> None:
    client = bench.client("anna")
    given = fields_of(shown(client, now_planned), "move_date")
    answer = send(client, now_planned, "move_date", **given, new="soon", reason="")
    assert answer.status_code == 422
    assert 'href="#move_date_new"' in answer.content.decode()


def test_a_landing_goes_from_claim_to_verification_by_forms(now_planned: LandingCase, bench: Bench) -> None:
    now = timezone.now()
    case = ready_to_claim(bench, now_planned, at=now)
    anna, ben = bench.client("anna"), bench.client("ben")
    day = timezone.localdate()
    sent = send(anna, case, "claim", **fields_of(shown(anna, case), "claim"), day=day.isoformat())
    assert sent.status_code == 302
    refused = send(anna, case, "verify", **fields_of(shown(anna, case), "verify"))
    assert refused.status_code == 422 and "Nobody verifies" in refused.content.decode()
    early = send(ben, case, "verify", **fields_of(shown(ben, case), "verify"))
    assert early.status_code == 422 and "Every required proof was accepted" in early.text
    accept_all(case, bench.ben, at=now)
    assert send(ben, case, "verify", **fields_of(shown(ben, case), "verify")).status_code == 302
    assert LandingCase.objects.get().stage == "landing_verified"


def test_a_row_of_another_case_is_not_reached_through_this_one(now_planned: LandingCase, bench: Bench) -> None:
    other = actions.open_case(bench.company, bench.here, by=bench.anna, at=timezone.now())
    step, client = CaseStep.objects.filter(case=now_planned)[0], bench.client("anna")
    given = {**fields_of(shown(client, now_planned), "step"), "act": "grant", "row": step.pk}
    assert send(client, other, "step", **given).status_code == 404
    assert send(client, other, "step", **{**given, "row": "x"}).status_code == 404


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_left_leaves_as_a_file_for_those_who_see_the_case(
    bench: Bench, now_planned: LandingCase, lang: str
) -> None:
    place = f"/{lang}/cases/{now_planned.reference}/schedule"
    assert f"{place}.svg" in shown_part(bench.client("anna"), now_planned, "steps", lang)
    drawn = bench.client("mei").post(f"{place}.svg").content.decode()
    root = ElementTree.fromstring(drawn)
    assert root.get("viewBox") and "landing-steps" in drawn and not re.search(r"(href|src)=", drawn)
    head, *rows = csv.reader(io.StringIO(bench.client("lee").post(f"{place}.csv").content.decode("utf-8-sig")))
    assert {len(row) for row in rows} == {len(head)} and "domain-name-registration" in {row[0] for row in rows}
    assert [one.form for one in ExportRecord.objects.order_by("pk")] == ["svg", "csv"]
    assert bench.client("clara").post(f"{place}.csv").status_code == 404


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_course_leaves_as_a_file_that_says_the_same_as_the_page(
    bench: Bench, now_planned: LandingCase, lang: str
) -> None:
    place, on = f"/{lang}/cases/{now_planned.reference}/course", timezone.localdate()
    assert f"{place}.csv" in shown_part(bench.client("anna"), now_planned, "steps", lang)
    drawn = bench.client("mei").post(f"{place}.svg").content.decode()
    assert ElementTree.fromstring(drawn).get("viewBox") and "ghost" in drawn and not re.search(r"(href|src)=", drawn)
    head, *rows = csv.reader(io.StringIO(bench.client("lee").post(f"{place}.csv").content.decode("utf-8-sig")))
    course = course_of(now_planned, work_of(now_planned, on), on, lang)
    assert course is not None and {len(row) for row in rows} == {len(head)}
    assert [(row[0], row[2], row[4], row[5], row[6]) for row in rows] == [
        (
            leg.row.step,
            leg.first[0].isoformat(),
            leg.start.isoformat(),
            leg.ends.earliest.isoformat(),
            leg.ends.latest.isoformat() if leg.ends.latest else "",
        )
        for leg in course.legs
    ]
    assert [one.form for one in ExportRecord.objects.order_by("pk")] == ["svg", "csv"]
    assert bench.client("clara").post(f"{place}.csv").status_code == 404
    assert bench.client("mei").post(f"/en/cases/{bench.open().reference}/course.svg").status_code == 404


def test_where_only_recurring_duties_are_ahead_nothing_is_drawn_as_left(bench: Bench, now_planned: LandingCase) -> None:
    now_planned.steps.filter(recurs=False).update(state="granted", decided=timezone.localdate())
    for part in ("overview", "steps"):
        assert "Nothing is left." in shown_part(bench.client("anna"), now_planned, part)
    assert bench.client("mei").post(f"/en/cases/{now_planned.reference}/schedule.svg").status_code == 404

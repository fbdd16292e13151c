"""From a result to an officer and back in a real browser; and the pages of the desk without a barrier."""

import re
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone

from luodi.advice.answers import Answers
from luodi.casework.obstacles import ObstacleKind
from luodi.casework.stages import Stage
from luodi.registers.entries import entry_of
from luodi.web.accounts.models import Company, Membership, Unit, User
from luodi.web.advisor.actions import enquiries as actions
from luodi.web.advisor.actions import reports as actions_reports
from luodi.web.advisor.actions import saved as actions_saved
from luodi.web.advisor.mail import secret_of
from luodi.web.advisor.models import ObservedTime, Report
from luodi.web.books.conftest import written
from luodi.web.cases.actions import cases, law
from luodi.web.cases.actions import plan as actions_plan
from luodi.web.cases.actions import requests as actions_requests
from luodi.web.cases.actions.next_facts import count_facts
from luodi.web.cases.actions.proofs import add_proof
from luodi.web.cases.conftest import a_file
from luodi.web.cases.models import LandingCase, LawChange
from luodi.web.companies.actions import imports, merging, profile, proposals, registers, representatives
from luodi.web.conftest import PASSWORD, SINCE, person, unit
from luodi.web.core.keys import new_key
from luodi.web.core.roles import Role, RoleLevel
from luodi.web.dealings.actions import interactions
from luodi.web.dealings.actions.referrals import hand_off
from luodi.web.dealings.models import Referral, TalkKind
from luodi.web.docking.actions import meetings as actions_meetings
from luodi.web.docking.actions import posted as docking
from luodi.web.docking.actions.matches import offer
from luodi.web.docking.models import Demand
from luodi.web.events import actions as events
from luodi.web.events.guests import Guest
from luodi.web.events.notices import token as reply_token
from luodi.web.leads import actions as leads_actions
from luodi.web.leads.actions_imports import bring
from luodi.web.leads.models import Lead
from luodi.web.library.subjects import EntrySubject
from luodi.web.mail.actions import take_in
from luodi.web.mail.queries import address_of
from luodi.web.notices import actions as notices_actions
from luodi.web.notices import links
from luodi.web.notices.models import Subscription
from luodi.web.notices.texts import stop_token
from luodi.web.obstacles.actions import open_issue, raise_obstacle
from luodi.web.scorecard.actions import indicators as plan_actions
from luodi.web.scorecard.actions.contributions import claim_platform
from luodi.web.scorecard.actions.editions import freeze
from luodi.web.scorecard.actions.tasks import give
from tests.browser.looking import Eye
from tests.browser.pages import CLOUD, DESK_PAGES
from tests.browser.test_pages import LANGUAGES, address
from tests.browser.waiting import expect

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def anna(transactional_db: None) -> User:
    """An officer who keeps the books too, and acts for a company."""
    city = unit("City")
    user = person("anna", Role.OFFICER, city)
    own = Company.objects.create(name_zh="灯屿云", name_en="Lantern Isle Cloud", country="SG")
    Membership.objects.create(user=user, role=Role.REPRESENTATIVE, company=own, starts=SINCE)
    Membership.objects.create(user=user, role=Role.POLICY_OFFICER, unit=city, starts=SINCE)
    return user


def _company(company: Company, anna: User) -> int:
    """Something of everything that its page shows."""
    now: dict[str, Any] = {"by": anna, "at": timezone.now()}
    profile.add_name(company, "Old Lantern", kind="former", **now)
    profile.add_identifier(company, "SG-ACRA", "T08FC7287D", verified=SINCE, **now)
    profile.add_label(company, "sector", "I6513", **now)
    for value, origin in ((12, "register"), (14, "declared")):
        profile.say_fact(company, "employees", value, as_of=SINCE, origin=origin, **now)
    profile.add_holding(company, "51 %", holder_name="Nordlicht", holder_kind="foreign", **now)
    contact = profile.add_contact(company, "Mei", email="mei@example.com", **now)
    profile.give_consent(contact, "case", "email", given=SINCE, how="letter", **now)
    said = {"name": {"zh": "灯屿云", "en": "Lantern Isle Cloud"}, "status": "active", "owners": [{"name": "Nordlicht"}]}
    entry = entry_of({"code": "91110108551385082Q", **said}, source="register", day=SINCE.isoformat())
    registers.look_up_company.function(company, prepared=entry, actor=anna, at=now["at"])
    return company.pk


def _proposed(company: Company, anna: User, now: datetime) -> dict[str, object]:
    """A merge and a representative, for a second person."""
    double = profile.create("灯屿云有限公司", "", by=anna, at=now, identifiers={"SG-ACRA": "201012345K"})
    proposal = proposals.propose(company, double.pk, "The same directors", by=anna, at=now)
    why = "Power of attorney of 1 November"
    representative = representatives.propose(company, "lin@example.com", RoleLevel.FULL, why, by=anna, at=now)
    return {"other_company": double.pk, "proposal": proposal.pk, "representative": representative.pk}


def _mail(case: LandingCase, now: datetime) -> dict[str, object]:
    """A message from somebody unknown, with a file that is taken and one that is not; and one that names no case."""
    head = "From: Sun Li <sun@example.com>\nSubject: The lease\nContent-Type: multipart/mixed; boundary=b\n"
    body = "\n--b\n\nHere it is.\n--b\nContent-Disposition: attachment; filename=a.txt\n\nx\n"
    end = "--b\nContent-Disposition: attachment; filename=a.exe\n\nx\n--b--\n"
    with override_settings(MAIL_DOMAIN="mail.example"):
        [row] = take_in(f"To: {address_of(case)}\n{head}{body}{end}".encode(), at=now)
        take_in(f"{head}{body}{end}".encode(), at=now)
    return {"mail": row.pk}


def _handed_off(case: LandingCase, anna: User, now: datetime) -> Referral:
    made = hand_off(case, "Who files the mark?", [unit("Aside")], timezone.localdate(now), by=anna, at=now)
    return made.referrals.get()


def _talk(case: LandingCase, anna: User, now: datetime) -> int:
    """A meeting with a decision."""
    talk = interactions.add_talk(case, TalkKind.MEETING, "Where the racks stand", by=anna, at=now)
    interactions.decide(talk, "Send the floor plan", anna, timezone.localdate(now), by=anna, at=now)
    return int(talk.pk)


def _law_change(case: LandingCase, now: datetime) -> int:
    """A step takes longer than it did."""
    assert case.determination is not None
    law_time = {"rests": "usual", "law": {"days": 60, "unit": "day"}, "usual": None}
    longer = {**law_time, "law": {"days": 90, "unit": "day"}}
    title = {"zh": "试点批复", "en": "Pilot approval"}
    change = {"kind": "time", "id": "vats-pilot-approval", "title": title, "was": law_time, "now": longer}
    law.flag([(case.determination, [change])], SINCE, now)
    return LawChange.objects.get().pk


def _observed_time(now: datetime) -> dict[str, int]:
    on = timezone.localdate(now)
    times = {"n": 23, "least": 12, "most": 31, "whole_least": 14, "whole_most": 40}
    office = {"office": "通信管理局", "office_en": "Communications administration"}
    row = ObservedTime.objects.create(step="vats-pilot-approval", first=SINCE, last=on, **office, **times)
    return {"observed_time": row.pk}


def _report(now: datetime) -> Report:
    return actions_reports.report_line(
        "step", "vats-pilot-approval", fault="wrong", text="x", language="en", by=None, at=now, query=CLOUD
    )


def _claimed(company: Company, city: Unit, now: datetime) -> dict[str, object]:
    """A case that nobody here prepared, whose landing is claimed, and a proof of kai's to judge."""
    sender = person("kai", Role.REPRESENTATIVE, company)
    case = cases.open_case(company, city, by=None, at=now)
    proof = add_proof(case, "premises", a_file(), by=sender, at=now)
    LandingCase.objects.filter(pk=case.pk).update(stage=Stage.CLAIMED)
    return {"claimed": case.reference, "proof": proof.pk}


def files_brought(anna: User, city: Unit) -> dict[str, object]:
    now = timezone.now()
    run = imports.bring(b"name\nLantern Isle\n", "x.csv", "fair", origin="declared", by=anna, at=now)
    file = bring(b"title,country\nLantern Isle looks for a site,SG\n", "x.csv", "fair", unit=city, by=anna, at=now)
    return {"run": run.pk, "lead_file": file.pk}


@pytest.fixture
def records(anna: User) -> dict[str, object]:
    """An enquiry that was answered, a reported line, saved answers, and a draft of a book."""
    now, answers, city = timezone.now(), Answers.of(CLOUD), Membership.objects.filter(user=anna)[0].unit
    assert city is not None
    sender = actions.Sender("Mei", "mei@example.com", "en", company="Lantern Isle", message="When can we start?")
    enquiry = actions.send_enquiry(answers, timezone.localdate(now), sender, city, by=None, key=new_key(), at=now)
    actions.answer_enquiry(enquiry, "In spring, I think.", "en", key=new_key(), by=anna, at=now)
    report = _report(now)
    actions_saved.save_answers(answers, "Our cloud", today=timezone.localdate(now), by=anna, at=now)
    draft = written(anna, at=now)
    case = cases.open_case(Company.objects.get(), city, by=anna, at=now)
    case = actions_plan.ask_plan(case, CLOUD, by=anna, at=now)
    count_facts(case.pk, now)
    actions_requests.ask(case, "Where will the racks stand?", by=anna, at=now)
    asked_of = _handed_off(case, anna, now)
    demand, draft_demand, match, meeting = docking_records(city, anna, now)
    obstacle = raise_obstacle(case.company, ObstacleKind.REQUEST, "A local telephone", by=anna, at=now, case=case)
    issue = open_issue(
        "The telephone", "Must it be local?", city, timezone.localdate(now), by=anna, at=now, obstacles=[obstacle]
    )
    company = _company(case.company, anna)
    claimed = _claimed(case.company, city, now) | event_records(city, anna, case.company, now)
    merge = merging.merge(case.company, Company.objects.create(name_en="Lantern").pk, "the same", by=anna, at=now)
    merging.confirm_access(anna.memberships.get(company=case.company), by=None, at=now)  # kai stays on hold
    proposed = _proposed(case.company, anna, now)
    lead = Lead.objects.get(enquiry=enquiry)
    leads_actions.adjust(lead, 5, "The mayor met them", by=anna, at=now)
    assert merge is not None
    wish = EntrySubject.find("treatment", "p24-b11")
    assert wish is not None
    notices_actions.ask(wish, "mei@example.com", "en", at=now)
    asked = Subscription.objects.get()
    return {
        "secret": secret_of(enquiry),
        "stop": stop_token("mei@example.com", "plan_changed"),
        "enquiry": enquiry.pk,
        "report": report.pk,
        "referral": asked_of.pk,
        "talk": _talk(case, anna, now),
        "obstacle": obstacle.pk,
        "issue": issue.pk,
        **(_mail(case, now) | files_brought(anna, city) | _observed_time(now)),
        "draft": draft.pk,
        "case": case.reference,
        "officer": anna.pk,
        "company": company,
        "merge": merge.pk,
        "law_change": _law_change(case, now),
        **proposed,
        "lead": lead.pk,
        "city": city.pk,
        "demand": demand,
        "draft_demand": draft_demand,
        "match": match,
        "meeting": meeting,
        **claimed,
        **plan_records(city, anna, now),
        "confirm": links.token(asked, "confirm"),
        "stop_notices": links.token(asked, "stop"),
    }


def event_records(city: Any, anna: User, company: Company, now: datetime) -> dict[str, object]:
    """An open event with two guests, one of whom has a link."""
    starts = now + timedelta(days=9)
    fields = {
        "kind": "briefing",
        "title_zh": "开放政策说明会",
        "title_en": "What is open",
        "place": "Hall 2",
        "host": anna,
    }
    fields |= {"starts": starts, "ends": starts + timedelta(hours=2), "capacity": 30, "text": "Bring your questions."}
    made = events.arrange(city, fields, by=anna, at=now)
    guest = events.invite(made, Guest("Mei", "mei@example.com", "en", company=company), by=anna, at=now)
    events.invite(made, Guest("Bo Berg", "bo@kranich.example", "en", company_name="Kranich"), by=anna, at=now)
    events.move(made, events.EventAct.SEND, by=anna, at=now)
    return {"event": made.reference, "guest": guest.pk, "reply": reply_token(guest)}


def plan_records(city: Any, anna: User, now: Any) -> dict[str, object]:
    """An indicator with a claim that is being checked, a task of the unit, and an edition."""
    day, lee = timezone.localdate(now), person("lee", Role.LEADER, city)
    fields = {
        "code": "landing-platform",
        "of": "g-platform",
        "thing": "platform",
        "title_zh": "落地平台",
        "title_en": "Landing platform",
        "measured_zh": "个",
        "measured_en": "platforms",
    }
    line = {
        "holds": SINCE,
        "starts": SINCE,
        "due": day.replace(year=day.year + 1, day=1),
        "source": "article",
        "target": 1,
        "reason": "The plan says one.",
    }
    indicator = plan_actions.make_indicator(city, fields, line, by=anna, at=now)
    plan_actions.decide_definition(indicator.definitions.get(), True, by=lee, at=now)
    names = ("落地服务平台", "Landing service")
    claimed = claim_platform(indicator, city, *names, "https://landing.example/", SINCE, by=anna, at=now)
    give("m3.3", city, day, "They run the scenarios.", by=lee, at=now)
    edition = freeze(city, day, by=lee, at=now)
    return {"indicator": indicator.code, "contribution": claimed.reference, "plan_edition": edition.pk}


def docking_records(city: Any, anna: User, now: Any) -> tuple[str, ...]:
    """Numbers of a demand with an offer, of a draft, of the match and of a meeting with a session."""
    fields = {"kind": "scenario", "title_zh": "影像辅助诊断", "title_en": "Reading images", "text": "900 images a day."}
    wishes = [{"ask": "technology", "value": ["digital_health"]}, {"ask": "employees", "value": "20"}]
    draft = docking.post(Demand, city, fields, by=anna, at=now, wishes=wishes)
    made = docking.post(Demand, city, fields, by=anna, at=now, wishes=wishes)
    docking.screen(made, by=person("dora", Role.OFFICER, city), at=now)
    demand = docking.publish(made, by=anna, at=now)
    match = offer(demand, Company.objects.get(), "We read images at night.", by=anna, at=now)
    fields = {
        "title_zh": "供需对接会",
        "title_en": "Supply meets demand",
        "day": timezone.localdate(now),
        "place": "Hall 2",
    }
    meeting = actions_meetings.arrange(city, fields, by=anna, at=now)
    hours = (time(9), time(10))
    session = actions_meetings.add_session(meeting, ("上午", "Morning"), hours, "A", by=anna, at=now)
    actions_meetings.pair(session, match, by=anna, at=now)
    return demand.reference, draft.reference, match.reference, meeting.reference


def sign_in(page: Any) -> Any:
    page.goto(address("account_login", "", "en"))
    page.get_by_label("Email address").fill("anna@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/en/account/")
    return page


@pytest.mark.long
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_page_of_the_desk_is_open_to_everybody(open_page: Any, records: dict[str, object], lang: str) -> None:
    eye = Eye(sign_in(open_page("/en/")), [])
    assert [
        fault for name, rest in DESK_PAGES.items() for fault in eye.faults(address(name, rest, lang, **records))
    ] == []


@pytest.mark.parametrize("script", [True, False])
def test_a_result_goes_to_an_officer_and_an_answer_comes_back(open_page: Any, anna: User, script: bool) -> None:
    page = open_page(f"/en/advisor/plan/?{CLOUD}", script=script)
    page.get_by_role("link", name="Hand over to an officer").click()
    page.get_by_role("button", name="Send").click()
    page.get_by_role("link", name="Email address").click()
    page.get_by_label("Your name").fill("Mei")
    page.get_by_label("Email address").fill("mei@example.com")
    page.get_by_label("What you want to ask").fill("When can we start?")
    page.get_by_label("I agree").check()
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/advisor/enquiry/**")
    own = page.url
    desk = sign_in(open_page("/en/", script=script))
    desk.locator("summary", has_text="More").click()
    desk.get_by_role("link", name="Enquiries").click()
    desk.get_by_role("table").get_by_role("link").first.click()
    desk.get_by_role("button", name="Take it on").click()
    desk.get_by_label("Text").fill("In spring, I think.")
    desk.get_by_role("button", name="Send the answer").click()
    desk.get_by_text("The answer was sent.").wait_for()
    page.goto(own)
    expect(page.get_by_text("In spring, I think.")).to_be_visible()
    expect(page.get_by_text("Officer’s opinion", exact=True)).to_be_visible()


def test_a_line_is_reported_by_keyboard(open_page: Any, anna: User) -> None:
    page = open_page(f"/en/advisor/plan/?{CLOUD}")
    page.locator("#to_open > summary").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name=re.compile("^Report something.*To open")).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/advisor/report/**")
    page.get_by_label("Something is missing").focus()
    page.keyboard.press("Space")
    page.get_by_label("Text").focus()
    page.keyboard.type("The opening of an account is missing.")
    page.get_by_role("button", name="Send the report").press("Enter")
    page.wait_for_url("**/advisor/report/sent/")

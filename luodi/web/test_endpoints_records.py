"""A record of every kind and a user of every role, for the tests of all endpoints. Records hold words that give them
away, and `WORDS` says who may meet them. The promises are in test_endpoints.py.
"""

import io
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client, override_settings
from django.utils import timezone
from model_bakery import baker

from luodi.advice.answers import Answers
from luodi.casework.obstacles import ObstacleKind
from luodi.uploads.checking import checked
from luodi.web.accounts.models import Company, Invitation, Membership, User
from luodi.web.advisor.actions.enquiries import Sender, send_enquiry
from luodi.web.advisor.actions.saved import save_answers
from luodi.web.advisor.mail import secret_of
from luodi.web.advisor.models import Report
from luodi.web.api.models import ApiKey
from luodi.web.cases.actions import cases
from luodi.web.companies.actions import imports, merging
from luodi.web.companies.actions.reading import COMPANY_FILES
from luodi.web.companies.models import MergeProposal, RepresentativeProposal
from luodi.web.conftest import SINCE, person, unit
from luodi.web.core.roles import Role
from luodi.web.dealings.actions.interactions import add_talk
from luodi.web.dealings.actions.promises import promise
from luodi.web.dealings.actions.referrals import hand_off
from luodi.web.dealings.models import TalkKind
from luodi.web.docking.actions import posted as market
from luodi.web.docking.actions.capabilities import add_capability
from luodi.web.docking.actions.matches import offer
from luodi.web.docking.actions.meetings import arrange
from luodi.web.docking.models import Demand
from luodi.web.events import actions as events
from luodi.web.events.guests import Guest
from luodi.web.events.notices import token as reply_token
from luodi.web.journal.actions import write
from luodi.web.leads import actions as leads
from luodi.web.leads.actions_imports import LEAD_FILES, bring
from luodi.web.library.subjects import EntrySubject
from luodi.web.mail.actions import take_in
from luodi.web.mail.queries import address_of
from luodi.web.notices import actions as notices
from luodi.web.notices.links import CONFIRM, STOP, token
from luodi.web.notices.models import Notice, Subscription
from luodi.web.notices.texts import stop_token
from luodi.web.obstacles.actions import open_issue, raise_obstacle
from luodi.web.obstacles.models import Obstacle
from luodi.web.scorecard.actions import indicators as counted
from luodi.web.scorecard.actions.contributions import claim_platform
from luodi.web.scorecard.actions.editions import freeze
from luodi.web.scorecard.actions.tasks import give
from luodi.web.workbench import actions as desk

CLOUD = "investor=SG&service=B11&place=BJ&share=100"

#: Words that stand in records, and which users may meet them.
WORDS = {
    "saved-xqzv": {"owner"},
    "message-xqzv": {"owner", "officer", "officer above", "stand-in", "leader", "leader above"},
    "file-xqzv": {"owner", "officer", "officer above", "stand-in", "leader", "leader above"},
    "asked-xqzv": {
        "officer",
        "officer above",
        "officer aside",
        "stand-in",
        "leader",
        "leader above",
        "leader aside",
    },
    "obstacle-xqzv": {
        "representative",
        "officer",
        "officer above",
        "stand-in",
        "leader",
        "leader above",
        "policy officer",
    },
    "issue-xqzv": {
        "representative",
        "officer",
        "officer above",
        "stand-in",
        "leader",
        "leader above",
        "policy officer",
    },
    "promise-xqzv": {"administrator", "officer", "officer above", "stand-in", "leader", "leader above"},
    "talk-xqzv": {"officer", "officer above", "stand-in", "leader", "leader above"},
    "mail-xqzv": {"officer", "officer above", "stand-in", "leader", "leader above"},
    "report-xqzv": {"policy officer"},
    "view-xqzv": {"administrator", "officer", "officer above", "stand-in", "leader", "leader above"},
    "invited-xqzv": {"administrator"},
    "representative-xqzv": {
        "administrator",
        "officer",
        "officer above",
        "officer aside",
        "stand-in",
        "leader",
        "leader above",
        "leader aside",
    },
    "company-xqzv": {
        *("administrator", "representative", "officer", "officer above", "officer aside", "stand-in"),
        *("leader", "leader above", "leader aside", "policy officer"),
    },
    "contact-xqzv": {
        *("representative", "officer", "officer above", "officer aside", "stand-in"),
        *("leader", "leader above", "leader aside"),
    },
    "import-xqzv": {
        *("administrator", "officer", "officer above", "officer aside", "stand-in"),
        *("leader", "leader above", "leader aside"),
    },
    "lead-xqzv": {"officer", "officer above", "stand-in", "leader", "leader above"},
    "event-xqzv": {
        *("administrator", "representative", "officer", "officer above", "stand-in", "leader", "leader above"),
        "whoever has the letter",
    },
    "guest-xqzv": {
        *("representative", "officer", "officer above", "stand-in", "leader", "leader above"),
        "whoever has the letter",
    },
    "case-xqzv": {"administrator", "officer", "officer above", "stand-in", "leader", "leader above"},
    "reason-xqzv": {
        *("administrator", "officer", "officer above", "officer aside", "stand-in"),
        *("leader", "leader above", "leader aside"),
    },
    "key-xqzv": {"owner", "administrator"},
    "wish-xqzv": {"whoever has the letter"},
    "demand-xqzv": {"administrator", "officer", "officer above", "stand-in", "leader", "leader above"},
    "offer-xqzv": {"administrator", "representative", "officer", "officer above", "stand-in", "leader", "leader above"},
    "proof-xqzv": {
        *("administrator", "representative", "officer", "officer above", "officer aside", "stand-in"),
        *("leader", "leader above", "leader aside"),
    },
    "meeting-xqzv": {"administrator", "officer", "officer above", "stand-in", "leader", "leader above"},
    "platform-xqzv": {"administrator", "officer", "officer above", "stand-in", "leader", "leader above"},
    "definition-xqzv": {
        *("officer", "officer above", "officer aside", "stand-in"),
        *("leader", "leader above", "leader aside"),
    },
    "task-xqzv": {
        *("officer", "officer above", "officer aside", "stand-in"),
        *("leader", "leader above", "leader aside"),
    },
}


@dataclass
class Records:
    users: dict[str, User | None]
    given: dict[str, Any]


@pytest.fixture(scope="module")
def records(rows_of_module: None) -> Records:
    """A record of every kind, and everybody who might come for it."""
    city = unit("City")
    here, aside = unit("Here", city), unit("Aside", city)
    mill = Company.objects.create(name_zh="company-xqzv", name_en="company-xqzv")
    owner, away = person("owner"), person("away", Role.OFFICER, here)
    users: dict[str, User | None] = {
        "visitor": None,
        "signed in": person("stranger"),
        "owner": owner,
        "representative": person("mei", Role.REPRESENTATIVE, mill),
        "officer": person("olga", Role.OFFICER, here),
        "officer above": person("omar", Role.OFFICER, city),
        "officer aside": person("otto", Role.OFFICER, aside),
        "stand-in": person("ines", Role.OFFICER, aside),
        "publisher": person("pia", Role.PUBLISHER, city),
        "leader": person("lee", Role.LEADER, here),
        "leader above": person("lars", Role.LEADER, city),
        "leader aside": person("lena", Role.LEADER, aside),
        "policy officer": person("paula", Role.POLICY_OFFICER),
        "administrator": person("ada", Role.ADMINISTRATOR),
    }
    return Records(users, _records(owner, away, users, here, mill))


#: Parameters of addresses that name no record.
_NO_RECORDS: dict[str, Any] = {
    "act": "forget",
    "advisor:act act": "assign",
    "kind": "service",
    "name": "B11",
    "service": "B11",
    "place": "BJ",
    "book": "policies",
    "key": "x",
    "uidb36": "1",
    "provider_id": "sign-on",
    "question": "access",
    "rule": "x",
    "instrument": "miit-2024-107",
    "edition": "x",
    "rest": "",
    "dealings:new kind": "talk",
    "dealings:record kind": "referral",
    "dealings:act kind": "referral",
    "dealings:act act": "accept",
    "obstacles:act act": "accept",
    "mail:act act": "accept_mail",
    "cases:schedule form": "csv",
    "cases:course form": "csv",
    "advisor:schedule form": "csv",
    "workbench:chart chart": "funnel",
    "workbench:chart form": "csv",
    "cases:act act": "health",
    "cases:part part": "dealings",
    "cases:next_fact name": "service_coverage",
    "companies:act act": "name",
    "leads:act act": "assign",
    "events:act act": "change",
    "events:act_on_invitation act": "accept",
    "companies:act_on_import act": "begin",
    "companies:decide act": "reject",
    "workbench:on_view act": "follow",
    "calendar_feed lang": "en",
}


def _records(owner: User, away: User, users: dict[str, Any], here: Any, mill: Company) -> dict[str, Any]:
    now, today = timezone.now(), timezone.localdate()
    enquiry = _enquiry(owner, here, today, now)
    accounts = _accounts(owner, away, users, mill, today, now)
    notices_asked = _notices(now)
    write("change", mill, reason="reason-xqzv")
    case = cases.open_case(mill, here, by=users["officer"], at=now, technology="case-xqzv")
    asked = _dealings(case, users, today, now)
    return {
        **_NO_RECORDS,
        **enquiry,
        **accounts,
        **notices_asked,
        "unit": here.pk,
        "company": mill.pk,
        "user": owner.pk,
        **{f"dealings:{name} pk": asked.pk for name in ("record", "act")},
        "dealings:talk pk": case.interactions.get().pk,
        **_obstacles(case, users, today, now),
        **_mail(case, now),
        **_companies(mill, here, users["officer"], now),
        **_event(mill, here, users["officer"], now),
        **_workbench(users, here, owner, now),
        **{f"cases:{name} reference": case.reference for name in _OF_A_CASE},
        **{f"{name} reference": case.reference for name in ("dealings:new", "obstacles:raise_for", "workbench:move")},
        **_docking(here, mill, users, now),
        **_plan(here, users, today, now),
    }


_OF_A_CASE = ("case", "part", "own_case", "act", "proof", "schedule", "course", "timeline", "timeline_export")


def _enquiry(owner: User, here: Any, today: Any, now: Any) -> dict[str, Any]:
    """Saved answers, an enquiry with a file, and a report about a line."""
    answers = Answers.of(CLOUD)
    saved = save_answers(answers, "saved-xqzv", today=today, by=owner, at=now)
    sender = Sender("Owner", owner.email, "en", message="message-xqzv", files=[_note()])
    enquiry = send_enquiry(answers, today, sender, here, by=owner, at=now)
    report = baker.make(Report, kind="service", line="B11", fault="wrong", text="report-xqzv", closed=None)
    return {
        "secret": secret_of(enquiry),
        "reference": enquiry.reference,
        **{f"advisor:{name} pk": enquiry.pk for name in ("act", "received", "as_it_was", "file")},
        "advisor:file file": enquiry.files.get().file_id,
        "advisor:act_on_saved pk": saved.pk,
        "number": saved.pk,
        "advisor:reported_line pk": report.pk,
    }


def _accounts(owner: User, away: User, users: dict[str, Any], mill: Company, today: Any, now: Any) -> dict[str, Any]:
    """A role that is over, somebody who stands in, an invitation, a key, a session and a factor of the owner."""
    baker.make(Membership, user=owner, role=Role.REPRESENTATIVE, company=mill, starts=SINCE, ends=SINCE.replace(day=2))
    baker.make("accounts.Cover", away=away, stand_in=users["stand-in"], starts=today, ends=date(2099, 12, 31))
    invited = baker.make(Invitation, email="invited-xqzv@example.com", expires=now + timedelta(days=20_000))
    key = baker.make(ApiKey, name="key-xqzv", start="luodi-begins-s", owner=owner, revoked=None)
    session = baker.make("usersessions.UserSession", user=owner, ip="127.0.0.1", session_key="x" * 32)
    factor = TOTP.activate(owner, generate_totp_secret()).instance
    return {
        "accounts:invitation secret": invited.secret_hash,
        "pk": key.pk,
        "api:revoke_key number": key.pk,
        "session": session.pk,
        "mfa_remove_webauthn pk": factor.pk,
        "mfa_edit_webauthn pk": factor.pk,
        "token": stop_token(owner.pk, "plan_changed"),
    }


def _notices(now: Any) -> dict[str, Any]:
    """Somebody without an account asks to be told of a rule."""
    subject = EntrySubject.find("treatment", "p24-b11")
    assert subject is not None
    notices.ask(subject, "wish-xqzv@example.com", "en", at=now)
    asked = Subscription.objects.get()
    return {"notices:confirm token": token(asked, CONFIRM), "notices:stop token": token(asked, STOP)}


def _companies(mill: Company, here: Any, officer: User, now: Any) -> dict[str, Any]:
    """A contact, a merge and a proposed one of the mill, a lead, and a file of each."""
    baker.make("companies.Contact", company=mill, name="contact-xqzv")
    lead = leads.receive(leads.Heard("lead-xqzv"), leads.From("fair", "fair", {}), here, at=now)
    gone = Company.objects.create(name_en="gone")
    merge = merging.merge(mill, gone.pk, "the same", by=None, at=now)
    assert merge is not None
    for waiting in mill.memberships.waiting(now.date()):
        merging.confirm_access(waiting, by=None, at=now)
    double = Company.objects.create(name_en="double")
    proposal = MergeProposal.objects.create(
        kept=mill, gone=double, reason="the same", doubts=["numbers"], seen="x", by=officer, at=now
    )
    asked = RepresentativeProposal.objects.create(
        company=mill, email="representative-xqzv@example.com", reason="the same", by=officer, at=now, expires=now
    )
    run = imports.bring(b"name\nimport-xqzv\n", "x.csv", "fair", origin="declared", by=None, at=now)
    imports.begin(run, run.mapping, by=None, at=now)
    COMPANY_FILES.work(run.pk)
    file = bring(b"title\nlead-file-xqzv\n", "x.csv", "fair", unit=here, by=None, at=now)
    LEAD_FILES.on_run["begin"](file, file.mapping, by=None, at=now)
    LEAD_FILES.work(file.pk)
    of_leads = {f"leads:{name} run": file.pk for name in ("import", "act_on_import", "decide", "skipped")}
    of_leads["leads:decide record"] = file.records.get().pk
    of_merges = {"merge": merge.pk, "proposal": proposal.pk, "companies:representative proposal": asked.pk}
    return {**of_merges, "lead": lead.pk, "run": run.pk, "record": run.records.get().pk, **of_leads}


def _event(mill: Company, here: Any, officer: User, now: Any) -> dict[str, Any]:
    """An open event, and somebody of the mill who is invited to it."""
    hours = {"starts": now + timedelta(days=9), "ends": now + timedelta(days=9, hours=2)}
    fields = {"kind": "fair", "title_zh": "event-xqzv", "title_en": "event-xqzv", "place": "Hall", "host": officer}
    made = events.arrange(here, {**fields, **hours}, by=officer, at=now)
    guest = events.invite(made, Guest("guest-xqzv", company=mill), by=officer, at=now)
    events.move(made, events.EventAct.SEND, by=officer, at=now)
    names = ("event", "invite", "many", "export_guests", "act")
    return {
        **{f"events:{name} reference": made.reference for name in names},
        **{f"events:{name} pk": guest.pk for name in ("invitation", "act_on_invitation")},
        "events:reply token": reply_token(guest),
    }


def _workbench(users: dict[str, Any], here: Any, owner: User, now: Any) -> dict[str, Any]:
    """A kept view and a calendar of the officer; the owner has looked at what there is to be told."""
    view = desk.save_view("view-xqzv", {}, by=users["officer"], at=now, unit=here)
    calendar = desk.make_calendar(by=users["officer"], at=now).secret
    client = Client()
    client.force_login(owner)
    client.get("/en/account/")
    return {
        "workbench:on_view pk": view.pk,
        "calendar_feed secret": calendar,
        "notices:go pk": Notice.objects.filter(user=owner)[0].pk,
    }


def _plan(here: Any, users: dict[str, Any], today: Any, now: Any) -> dict[str, Any]:
    """An indicator of the city, a platform that is claimed for it, a task of the unit, and an edition."""
    line = {
        "holds": today,
        "starts": today,
        "due": date(2099, 12, 31),
        "source": "decision",
        "target": 3,
        "reason": "definition-xqzv",
    }
    texts = dict.fromkeys(("title_zh", "title_en", "measured_zh", "measured_en"), "x")
    fields = {"code": "platforms", "of": "g-platform", "thing": "platform", **texts}
    indicator = counted.make_indicator(here.parent, fields, line, by=users["officer above"], at=now)
    counted.decide_definition(indicator.definitions.get(), True, by=users["leader above"], at=now)
    names, address = ("platform-xqzv", "platform-xqzv"), "https://platform.example/"
    claimed = claim_platform(indicator, here, *names, address, today, by=users["officer"], at=now)
    give("m3.3", here, None, "task-xqzv", by=users["leader"], at=now)
    edition = freeze(here.parent, today, by=users["leader above"], at=now)
    return {
        "code": indicator.code,
        "scorecard:contribution reference": claimed.reference,
        "scorecard:task name": "m3.3",
        "scorecard:edition pk": edition.pk,
    }


def _docking(here: Any, mill: Company, users: dict[str, Any], now: Any) -> dict[str, Any]:
    """A draft, a demand with an offer of the mill, and a meeting that is not announced."""
    fields = {"kind": "space", "title_zh": "x", "title_en": "x"}
    draft = market.post(Demand, here, {**fields, "text": "demand-xqzv"}, by=users["officer"], at=now)
    open_one = market.post(Demand, here, {**fields, "text": "open"}, by=users["officer"], at=now)
    market.screen(open_one, by=users["officer above"], at=now)
    market.publish(open_one, by=users["officer"], at=now)
    open_one.refresh_from_db()
    match = offer(open_one, mill, "offer-xqzv", by=users["representative"], at=now)
    meeting = arrange(
        here,
        {"title_zh": "meeting-xqzv", "title_en": "meeting-xqzv", "day": now.date(), "place": "x"},
        by=users["officer"],
        at=now,
    )
    able = {"title": "x", "text": "x", "proof": "report", "proof_text": "proof-xqzv"}
    capability = add_capability(mill, able, by=users["representative"], at=now)
    return {
        "docking:check number": capability.pk,
        "docking:posted reference": draft.reference,
        "docking:edit reference": draft.reference,
        "docking:act reference": draft.reference,
        "docking:act act": "withdraw",
        "what": "demands",
        "docking:match reference": match.reference,
        "docking:act_on_match reference": match.reference,
        "docking:act_on_match act": "consent",
        "docking:meeting reference": meeting.reference,
        "docking:act_on_meeting reference": meeting.reference,
        "docking:act_on_meeting act": "cancel",
    }


def _dealings(case: Any, users: dict[str, Any], today: Any, now: Any) -> Any:
    """The unit aside is asked something about the case; a promise that the company has not been shown."""
    aside = Membership.objects.get(user=users["officer aside"]).unit
    promise(case, "promise-xqzv", by=users["officer"], at=now)
    add_talk(case, TalkKind.CALL, "talk-xqzv", by=users["officer"], at=now)
    return hand_off(case, "asked-xqzv", [aside], today, by=users["officer"], at=now).referrals.get()


def _obstacles(case: Any, users: dict[str, Any], today: Any, now: Any) -> dict[str, Any]:
    """The company has reported something, which raises a policy question."""
    row = raise_obstacle(case.company, ObstacleKind.REQUEST, "obstacle-xqzv", by=users["representative"], at=now)
    Obstacle.objects.filter(pk=row.pk).update(unit=case.unit, case=case)
    issue = open_issue(
        "issue-xqzv", "issue-xqzv", case.unit, today, by=users["policy officer"], at=now, obstacles=[row]
    )
    numbers = {f"obstacles:{name} pk": row.pk for name in ("obstacle", "act", "new_issue")}
    return {**numbers, "obstacles:issue pk": issue.pk}


def _mail(case: Any, now: Any) -> dict[str, Any]:
    """Somebody unknown has written to the case, with a file."""
    raw = "From: x@elsewhere.example\r\nTo: \r\nSubject: mail-xqzv\r\n"
    parts = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nmail-xqzv\r\n--b\r\n"
    file = "Content-Disposition: attachment; filename=mail-xqzv.txt\r\n\r\nmail-xqzv\r\n--b--\r\n"
    with override_settings(MAIL_DOMAIN="desk.example"):
        raw = raw.replace("To: ", f"To: {address_of(case)}")
        [row] = take_in((raw + parts + file).encode(), at=now)
    numbers = {f"mail:{name} pk": row.pk for name in ("message", "act", "attachment")}
    of_case = {f"mail:{name} reference": case.reference for name in ("of_case", "write")}
    return {**numbers, **of_case, "mail:attachment number": row.attachments.get().pk}


def _note() -> Any:
    return checked(io.BytesIO(b"file-xqzv"), "file-xqzv.txt", limit=99)
